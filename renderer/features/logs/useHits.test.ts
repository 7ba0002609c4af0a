import { describe, expect, it } from 'vitest'
import { hitMethods } from './useHits.ts'

const { numberOf, next, near } = hitMethods(['30.5/2', '30.5/1', '20/9', '10/1'])

describe('the way through hits', () => {
  it('counts from the oldest', () => {
    expect(['10/1', '20/9', '30.5/2'].map(numberOf)).toEqual([1, 2, 4])
    expect(numberOf('20/8')).toBeNull()
  })

  it('goes to the next one, and on at the other end', () => {
    expect(next('20/9', 'newer')).toBe('30.5/1')
    expect(next('20/9', 'older')).toBe('10/1')
    expect(next('30.5/2', 'newer')).toBe('10/1')
    expect(next('10/1', 'older')).toBe('30.5/2')
  })

  it('begins at any line', () => {
    expect(next('25/1', 'newer')).toBe('30.5/1')
    expect(next('25/1', 'older')).toBe('20/9')
    expect(near('25/1')).toBe('30.5/1')
    expect(near('20/9')).toBe('20/9')
    expect(near('99/1')).toBe('30.5/2')
    expect(near(undefined)).toBe('30.5/2')
  })

  it('is none where nothing was found', () => {
    const none = hitMethods([])
    expect([none.next('1/1', 'newer'), none.near('1/1'), none.numberOf('1/1')]).toEqual([null, null, null])
  })
})

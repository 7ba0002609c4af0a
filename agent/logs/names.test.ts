import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieOf, folderName, isCookie, isInstanceOf, segmentNumbers } from './names.ts'

const hostile = [
  '../../etc',
  '..',
  '.',
  '',
  '/',
  'a/b',
  'a\\b',
  'nul',
  'CON',
  'con.txt',
  'a\0b',
  '%2E',
  '%%',
  'x'.repeat(300),
]
const anyName = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

describe('folderName', () => {
  it('keeps a plain name', () => {
    expect(folderName('web-app_2.x', false)).toBe('web-app_2.x')
    expect(folderName('web#0', false)).toBe('web#0')
  })

  it('never leads out of its folder', () => {
    fc.assert(
      fc.property(anyName, fc.boolean(), (name, folds) => {
        const folder = folderName(name, folds)
        expect(basename(join('/logs', folder))).toBe(folder)
        expect(join('/logs', folder)).toBe(`/logs/${folder}`)
        expect(folder.length).toBeLessThanOrEqual(200)
        expect(folder).not.toMatch(/^\.|[/\\\0]|\.$/)
      }),
    )
  })

  it('gives two names two folders, also where case is folded', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        fc.pre(Buffer.from(a).compare(Buffer.from(b)) !== 0)
        expect(folderName(a, false)).not.toBe(folderName(b, false))
        expect(folderName(a, true).toLowerCase()).not.toBe(folderName(b, true).toLowerCase())
      }),
    )
    expect(folderName('Web', true)).not.toBe(folderName('web', true))
  })

  it('avoids the names of devices', () => {
    expect(folderName('nul', false)).toBe('%6Eul')
    expect(folderName('com1.log', false)).toBe('%63om1.log')
  })
})

describe('names of spools and segments', () => {
  it('refuses cookies that are more than a file name', () => {
    for (const cookie of ['', '.', '..', '../x', 'a/b', 'a\0', '.hidden', 'x'.repeat(121)])
      expect(isCookie(cookie)).toBe(false)
    expect(isCookie('3f2a-09.B_c')).toBe(true)
  })

  it('reads the cookie of a spool file and of nothing else', () => {
    expect(cookieOf('abc.out')).toBe('abc')
    expect(cookieOf('abc.err')).toBe('abc')
    for (const file of ['abc', 'abc.log', '.out', '..err', 'a/b.out']) expect(cookieOf(file)).toBeUndefined()
  })

  it('counts a segment whose index or lines are missing', () => {
    expect(segmentNumbers(['00000003.log', '00000002.idx', '00000003.idx', 'x.log', '1.log'])).toEqual([2, 3])
  })

  it('means all replicas by the name of their service', () => {
    expect(isInstanceOf('web', 'web')).toBe(true)
    expect(isInstanceOf('web#12', 'web')).toBe(true)
    expect(isInstanceOf('web#0', 'web#0')).toBe(true)
    expect(isInstanceOf('web#x', 'web')).toBe(false)
    expect(isInstanceOf('website', 'web')).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { parseDuration, parseTime } from './time.ts'

describe('parseTime', () => {
  it('reads a time, or how long ago', () => {
    expect(parseTime('2026-11-24T08:00:00Z', 0)).toBe(Date.UTC(2026, 10, 24, 8))
    expect(parseTime('10m', 1_000_000)).toBe(400_000)
    expect(parseTime('1h30m', 0)).toBe(-5_400_000)
  })

  it('refuses anything else', () => {
    for (const text of ['', '12', 'yesterday', '10', '10 m', '-5m', '2026-99-99'])
      expect(parseTime(text, 0)).toBeUndefined()
  })
})

describe('parseDuration', () => {
  it('adds up what is written, in every unit', () => {
    expect(parseDuration('1h30m')).toBe(5_400_000)
    expect(parseDuration('1w1d1.5s250ms')).toBe(691_201_750)
  })

  it('does not take anything else', () => {
    for (const text of ['', '10', '-5s', ' 5s', '5s ', '5 s', '1y', 's']) expect(parseDuration(text)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { readTime } from './times.ts'

const now = new Date(2026, 10, 28, 14, 30, 15).getTime()
const local = (year: number, month: number, day: number, hours: number, minutes: number, seconds = 0, ms = 0): number =>
  new Date(year, month, day, hours, minutes, seconds, ms).getTime()

describe('readTime', () => {
  it.each([
    ['now', now],
    ['10m ago', now - 600_000],
    ['10 minutes ago', now - 600_000],
    ['2h30m', now - 9_000_000],
    ['1.5 h', now - 5_400_000],
    ['-3d', now - 259_200_000],
    ['14:03', local(2026, 10, 28, 14, 3)],
    ['9:05:30.25', local(2026, 10, 28, 9, 5, 30, 250)],
    ['23:00', local(2026, 10, 27, 23, 0)],
    ['Yesterday 14:03', local(2026, 10, 27, 14, 3)],
    ['2026-11-24', local(2026, 10, 24, 0, 0)],
    ['2026-11-24 08:00', local(2026, 10, 24, 8, 0)],
    ['2026-11-24T08:00:00Z', Date.UTC(2026, 10, 24, 8)],
    ['2026-11-24T08:00:00+02:00', Date.UTC(2026, 10, 24, 6)],
  ])('reads %j', (text, expected) => {
    expect(readTime(text, now)).toBe(expected)
  })

  it.each(['', '12', 'soon', '10 parsecs', '25:00', '14:61', '2026-13-01', '2026-1-1', 'ago'])('refuses %j', (text) => {
    expect(readTime(text, now)).toBeUndefined()
  })
})

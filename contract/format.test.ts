import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  durationInWords,
  elapsedInWords,
  formatBytes,
  formatDuration,
  formatPercent,
  formatUptime,
  relativeTime,
  remainingInWords,
} from './format.ts'

describe('a duration', () => {
  it.each([
    [0, '0ms'],
    [250.9, '250ms'],
    [999.9, '999ms'],
    [1000, '1s'],
    [4260, '4.2s'],
    [9999, '9.9s'],
    [42_900, '42s'],
    [60_000, '1m'],
    [303_000, '5m 3s'],
    [3_600_000, '1h'],
    [7_500_000, '2h 5m'],
    [(6 * 24 + 4) * 3_600_000, '6d 4h'],
    [400 * 86_400_000, '400d'],
    [-5, '0ms'],
    [Number.NaN, '–'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('stays within eight characters for a hundred days', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100 * 86_400_000, noNaN: true }), (ms) => formatDuration(ms).length <= 8),
    )
  })
})

describe('an uptime', () => {
  it.each([
    [300, '0s'],
    [4260, '4s'],
    [59_999, '59s'],
    [61_000, '1m 1s'],
    [Number.NaN, '–'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatUptime(ms)).toBe(text)
  })
})

describe('a size', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [999.4, '999 B'],
    [1000, '1.0 kB'],
    [824_000, '824 kB'],
    [9_940_000, '9.9 MB'],
    [9_960_000, '10 MB'],
    [9_996_000_000, '10.0 GB'],
    [411_700_000, '412 MB'],
    [999_700_000, '1.00 GB'],
    [1_900_000_000, '1.90 GB'],
    [32_100_000_000, '32.1 GB'],
    [512_000_000_000, '512 GB'],
    [4e18, '4000 PB'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('of %d bytes is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('stays within seven characters up to a petabyte', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 9e14, noNaN: true }), (bytes) => formatBytes(bytes).length <= 7))
  })
})

describe('a percentage', () => {
  it.each([
    [0, '0 %'],
    [0.04, '0 %'],
    [3.14, '3.1 %'],
    [99.94, '99.9 %'],
    [99.96, '100 %'],
    [139.6, '140 %'],
    [Number.NaN, '–'],
  ])('of %d is %s', (percent, text) => {
    expect(formatPercent(percent)).toBe(text)
  })
})

describe('a duration in a sentence', () => {
  it.each([
    [0.2, '0.001 s'],
    [12, '0.01 s'],
    [99, '0.1 s'],
    [300, '0.3 s'],
    [1_000, '1 s'],
    [9_900, '9.9 s'],
    [9_999, '10 s'],
    [60_000, '60 s'],
    [119_600, '2 min'],
    [125_000, '2 min 5 s'],
    [7_263_000, '2 h 1 min'],
    [3_600_000 * 24 * 6 + 3_600_000 * 4, '6 d 4 h'],
    [Number.NaN, 'an unknown time'],
  ])('%d ms are %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words)
  })
})

describe('a duration that changes while it is read', () => {
  it.each([
    [0, '0 s', '0 s'],
    [1, '0 s', '1 s'],
    [4_900, '4 s', '5 s'],
    [60_001, '60 s', '61 s'],
    [134_999, '2 min 14 s', '2 min 15 s'],
  ])('of %d ms is %s so far, and %s to go', (ms, elapsed, remaining) => {
    expect(elapsedInWords(ms)).toBe(elapsed)
    expect(remainingInWords(ms)).toBe(remaining)
  })
})

describe('a relative time', () => {
  const nowMs = Date.parse('2026-03-01T12:00:00Z')
  it.each([
    ['2026-03-01T12:00:00.400Z', 'now'],
    ['2026-03-01T11:59:48Z', '12 s ago'],
    ['2026-03-01T11:55:01Z', '4 min ago'],
    ['2026-03-01T09:30:00Z', '2 h ago'],
    ['2026-02-20T12:00:00Z', '9 d ago'],
    ['2026-03-01T12:00:14Z', 'in 14 s'],
    ['yesterday', '–'],
  ])('of %s is %s', (iso, text) => {
    expect(relativeTime(iso, nowMs)).toBe(text)
  })
})

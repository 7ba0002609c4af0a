import { describe, expect, it } from 'vitest'
import type { LogHistogram } from '../../../contract/index.ts'
import { axisTime, barsOf, bucketAt, bucketWords, shareOf } from './histogram.ts'

const histogram: LogHistogram = {
  from: '2026-11-28T12:00:00.000Z',
  to: '2026-11-28T12:04:00.000Z',
  bucketMs: 60_000,
  buckets: [
    { lines: 100, warn: 10, error: 0 },
    { lines: 0, warn: 0, error: 0 },
    { lines: 1, warn: 0, error: 1 },
    { lines: 50, warn: 0, error: 0 },
  ],
  kept: 151,
  oldest: '2026-11-28T12:00:00.000Z',
  complete: true,
}

describe('the strip of lines over time', () => {
  it('has a bar where there are lines, and shows what is little', () => {
    expect(barsOf(histogram)).toEqual([
      { x: 0, lines: 1, warn: 0.1, error: 0 },
      { x: 2, lines: 0.04, warn: 0, error: 0.04 },
      { x: 3, lines: 0.5, warn: 0, error: 0 },
    ])
  })

  it('knows the time under the pointer, and where a time is', () => {
    expect(bucketAt(histogram, 0.6)).toEqual({ index: 2, atMs: Date.parse('2026-11-28T12:02:00Z') })
    expect([bucketAt(histogram, -1).index, bucketAt(histogram, 2).index]).toEqual([0, 3])
    expect(shareOf(histogram, '2026-11-28T12:01:00Z')).toBe(0.25)
    expect(shareOf(histogram, '2026-11-28T11:00:00Z')).toBeNull()
  })

  it('says what is there', () => {
    expect(bucketWords(histogram, 2)).toMatch(/ · 1 line, 1 error$/)
    expect(bucketWords(histogram, 0)).toMatch(/ · 100 lines, 10 warn$/)
    expect(bucketWords(histogram, 9)).toBe('')
    expect(axisTime(0, 60_000)).not.toBe(axisTime(0, 3_600_000))
  })
})

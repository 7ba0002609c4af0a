import { expect, it } from 'vitest'
import { nextTightness, overLimit, tightenedFiles, tightenedMs, tighteningText } from './guards.ts'

it('keeps less the less is free, measurements first, then logs, then events', () => {
  expect([0.5, 0.09, 0.04, 0.01].map((share) => nextTightness(0, share))).toEqual([0, 1, 2, 3])
  expect([0, 1, 2, 3].map((level) => tightenedMs(4000, level as 0))).toEqual([4000, 1000, 1000, 1000])
  expect([0, 1, 2, 3].map((level) => tightenedFiles(5, level as 0))).toEqual([5, 5, 2, 2])
  expect(tightenedFiles(1, 3)).toBe(1)
})

it('does not swing between two levels', () => {
  expect(nextTightness(1, 0.11)).toBe(1)
  expect(nextTightness(1, 0.14)).toBe(0)
  expect(nextTightness(3, 0.03)).toBe(3)
  expect(nextTightness(3, 0.06)).toBe(2)
  expect(nextTightness(2, undefined)).toBe(2)
})

it('says what was done and why', () => {
  expect(tighteningText(0, 1, 0.092, '/data')).toBe(
    'Only 9.2 % of the disk of /data is free: fewer raw measurements are kept',
  )
  expect(tighteningText(2, 0, 0.2, '/data')).toContain('kept as long as before')
  expect(overLimit(600 * 2 ** 20, 512 * 2 ** 20)).toBe('It took 600 MiB, more than its memory limit of 512 MiB')
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

describe('backoffMs', () => {
  it('starts below a quarter of a second and doubles', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 0))).toEqual([125, 250, 500, 1000])
  })

  it('stays within its bounds for any attempt', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = backoffMs(attempt, random)
        expect(delay).toBeGreaterThanOrEqual(125)
        expect(delay).toBeLessThanOrEqual(10_000)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offsetsOf, rangeOf, rowAt } from './rows.ts'

const heights = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 400 })

describe('rows of different heights', () => {
  it('are found by any height within them', () => {
    fc.assert(
      fc.property(heights, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const offsets = offsetsOf(all.length, (index) => all[index] ?? 0)
        const top = share * ((offsets.at(-1) ?? 0) - 1)
        const row = rowAt(offsets, top)
        expect(offsets[row]).toBeLessThanOrEqual(top)
        expect(offsets[row + 1]).toBeGreaterThan(top)
      }),
    )
  })

  it('are all in the page where one looks', () => {
    fc.assert(
      fc.property(
        heights,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 1, max: 2000 }),
        (all, top, height) => {
          const offsets = offsetsOf(all.length, (index) => all[index] ?? 0)
          const { from, to } = rangeOf(offsets, top, height)
          expect(from).toBeLessThanOrEqual(rowAt(offsets, top))
          expect(to).toBeGreaterThan(rowAt(offsets, top + height))
          expect(to).toBeLessThanOrEqual(all.length)
        },
      ),
    )
  })

  it('are none where there is no line', () => {
    expect(
      rangeOf(
        offsetsOf(0, () => 20),
        0,
        500,
      ),
    ).toEqual({ from: 0, to: 0 })
  })
})

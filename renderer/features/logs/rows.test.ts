import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../contract/index.ts'
import { carried, offsetsOf, rangeOf, rowAt } from './rows.ts'

const none = { from: 0, to: 0 }
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
        fc.tuple(fc.nat(400), fc.nat(400)),
        (all, top, height, before) => {
          const offsets = offsetsOf(all.length, (index) => all[index] ?? 0)
          const { from, to } = rangeOf(offsets, top, height, { from: Math.min(...before), to: Math.max(...before) })
          expect(from).toBeLessThanOrEqual(rowAt(offsets, top))
          expect(to).toBeGreaterThan(rowAt(offsets, top + height))
          expect(to).toBeLessThanOrEqual(all.length)
        },
      ),
    )
  })

  it('stay the same while one moves by a few of them, and are never many more than are seen', () => {
    const offsets = offsetsOf(1000, () => 20)
    const start = rangeOf(offsets, 5000, 600, none)
    expect(rangeOf(offsets, 5000 + 8 * 20, 600, start)).toBe(start)
    expect(rangeOf(offsets, 5000 - 8 * 20, 600, start)).toBe(start)
    expect(rangeOf(offsets, 5000 + 9 * 20, 600, start)).not.toBe(start)
    expect(rangeOf(offsets, 5000, 200, start)).not.toBe(start)
  })

  it('are none where there is no line', () => {
    const offsets = offsetsOf(0, () => 20)
    expect(rangeOf(offsets, 0, 500, none)).toBe(none)
    expect(rangeOf(offsets, 0, 500, { from: 3, to: 8 })).toEqual(none)
  })
})

describe('rows that are drawn when lines have come or gone', () => {
  const linesOf = (from: number, to: number): LogLine[] =>
    Array.from({ length: to - from }, (_, index) => ({
      service: 'api',
      seq: from + index,
      time: '2026-01-01T00:00:00Z',
      stream: 'stdout',
      level: 'info',
      text: '',
      place: `1/${from + index}`,
    }))
  const held = { range: { from: 20, to: 60 }, place: '1/1020' }

  it('are those that were there, wherever they stand now', () => {
    expect(carried(held, linesOf(1000, 2000), false)).toBe(held.range)
    expect(carried(held, linesOf(500, 2000), false)).toEqual({ from: 520, to: 560 })
    expect(carried(held, linesOf(1010, 2000), false)).toEqual({ from: 10, to: 50 })
  })

  it('are as many at the end where it is followed', () => {
    expect(carried(held, linesOf(1000, 2000), true)).toEqual({ from: 960, to: 1000 })
    expect(carried(held, linesOf(1000, 1005), true)).toEqual({ from: 0, to: 5 })
  })

  it('are lines that there are, whatever has gone', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(300), fc.boolean(), (first, count, isFollowing) => {
        const { from, to } = carried(held, linesOf(first, first + count), isFollowing)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeGreaterThanOrEqual(from)
        expect(to).toBeLessThanOrEqual(count)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignBytes, collapsibleBytes, markBytes, markOf, offsetAfter } from './collapse.ts'

describe('what is taken out of a spool', () => {
  const offsets = fc.integer({ min: 0, max: 2 ** 44 })
  const limits = fc.integer({ min: 0, max: 2 ** 41 })
  const runIds = fc.constantFrom('00112233445566ff', 'a0b1c2d3e4f56789')

  it('is nothing below the limit, else whole blocks, with room for the mark behind them', () => {
    fc.assert(
      fc.property(offsets, limits, (offset, aboveBytes) => {
        const bytes = collapsibleBytes(offset, aboveBytes)
        if (offset < aboveBytes) return bytes === 0
        const rest = offset - bytes
        return bytes % alignBytes === 0 && (bytes === 0 || rest >= markBytes) && rest < alignBytes + markBytes
      }),
    )
  })

  it('is known by the mark alone, and the same to an agent with another limit', () => {
    fc.assert(
      fc.property(offsets, limits, runIds, (spoolOffset, aboveBytes, runId) => {
        const place = { runId, spoolOffset }
        const bytes = collapsibleBytes(spoolOffset, aboveBytes)
        expect(offsetAfter(place, Buffer.alloc(markBytes))).toBe(spoolOffset)
        if (bytes > 0) expect(offsetAfter(place, markOf(place))).toBe(spoolOffset - bytes)
      }),
    )
  })

  it('is not believed by the mark of another run or place, or by half of one', () => {
    fc.assert(
      fc.property(offsets, offsets, runIds, runIds, (spoolOffset, other, runId, otherRun) => {
        fc.pre(spoolOffset !== other || runId !== otherRun)
        const place = { runId, spoolOffset }
        expect(offsetAfter(place, markOf({ runId: otherRun, spoolOffset: other }))).toBe(spoolOffset)
        expect(offsetAfter(place, markOf(place).subarray(0, 20))).toBe(spoolOffset)
      }),
    )
  })
})

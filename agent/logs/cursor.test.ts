import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

describe('cursors', () => {
  it('come back as they were given', () => {
    const order = fc.double({ min: 0, max: 1e15, noNaN: true }).map((value) => Math.round(value * 2048) / 2048)
    fc.assert(
      fc.property(order, fc.nat(), fc.boolean(), (order, seq, backward) => {
        expect(decodeCursor(encodeCursor({ order, seq, backward }))).toEqual({ order, seq, backward })
      }),
    )
  })

  it('are refused when an agent did not make them', () => {
    const forged = ['', 'x', '!!', 'a'.repeat(10_000), Buffer.from('1f1e999/1').toString('base64url')]
    for (const text of [...forged, Buffer.from('1f1/99999999999999999999').toString('base64url')]) {
      expect(decodeCursor(text)).toBeUndefined()
    }
    fc.assert(fc.property(fc.string(), (text) => void decodeCursor(text)))
  })
})

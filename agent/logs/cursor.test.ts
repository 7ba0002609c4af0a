import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, parseTime } from './cursor.ts'

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

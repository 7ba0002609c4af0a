import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareKeys, localPlace, placeAt, readPlace } from './place.ts'

const order = fc.oneof(
  fc.nat(2_000_000_000_000),
  fc.nat(2_000_000_000_000).map((whole) => whole + 0.5),
)
const line = (atMs: number, place: string) => ({ time: new Date(atMs).toISOString(), place, seq: 1 })

describe('places among the lines of all hosts', () => {
  it('lead back to the place at the host', () => {
    fc.assert(
      fc.property(order, fc.nat(1_000_000_000), fc.string({ minLength: 1, maxLength: 40 }), (own, seq, host) => {
        const key = readPlace(placeAt(line(1_790_000_000_000, `${own}/${seq}`), host))
        expect(key && localPlace(key)).toBe(`${own}/${seq}`)
      }),
    )
  })

  it('keep the order of one host where the time is the same', () => {
    fc.assert(
      fc.property(order, order, fc.nat(1_000_000), fc.nat(1_000_000), (a, b, seqA, seqB) => {
        const key = (own: number, seq: number) => readPlace(placeAt(line(1, `${own}/${seq}`), 'atlas'))
        const [one, other] = [key(a, seqA), key(b, seqB)]
        if (!one || !other) throw new Error('no place')
        expect(Math.sign(compareKeys(one, other))).toBe(Math.sign(a - b || seqA - seqB))
      }),
    )
  })

  it('are nothing that was not given out', () => {
    for (const text of ['', '5', 'x/5', '/', '12345678901234567/a']) expect(readPlace(text)).toBeUndefined()
  })
})

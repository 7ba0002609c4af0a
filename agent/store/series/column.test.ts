import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readRaw, writeRaw } from './chunk.ts'
import { readColumn, writeColumn } from './column.ts'
import { drawn, thinned } from './lttb.ts'

const written = (values: readonly number[]): Uint8Array => {
  const out = new ByteWriter()
  writeColumn(out, values)
  return out.done()
}
const read = (bytes: Uint8Array): number[] => [...readColumn(new ByteReader(bytes))]

describe('a column', () => {
  test('gives back what was written, whatever it is', () => {
    const value = fc.oneof(
      fc.constant(Number.NaN),
      fc.integer(),
      fc.integer().map((each) => each / 10),
      fc.nat(1_000_000).map((each) => each * 4_096),
      fc.double({ noDefaultInfinity: true }),
      fc.constant(0.1 + 0.2),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.nat(20), (values, times) => {
        const all = values.flatMap((each) => Array.from({ length: (times % 3) + 1 }, () => each))
        // Of zero and minus zero one is kept.
        expect(read(written(all)).map((each) => each + 0)).toEqual(all.map((each) => each + 0))
      }),
    )
  })

  test('that rests takes a few bytes, however long it is', () => {
    expect(written(Array.from({ length: 120 }, () => 734_003_200)).length).toBeLessThan(12)
  })

  test('of percent or pages that move takes about two bytes for each', () => {
    const percents = Array.from({ length: 120 }, (_, at) => ((at * 37) % 100) / 10)
    const pages = Array.from({ length: 120 }, (_, at) => (20_000 + ((at * 37) % 500)) * 4_096)
    expect(written(percents).length).toBeLessThan(250)
    expect(written(pages).length).toBeLessThan(260)
  })

  test('that is damaged is refused, and asks for no memory', () => {
    const row = writeRaw(new Map([[7, [1, 2, 3]]]))
    fc.assert(
      fc.property(fc.nat(row.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = row.slice()
        damaged[at] = (damaged[at] ?? 0) ^ mask
        expect(() => readRaw(damaged)).toThrow()
      }),
    )
    expect(() => read(Uint8Array.of(0, 255, 255, 255, 255, 127))).toThrow('too many')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(read(bytes).length).toBeLessThanOrEqual(1_000_000)
        } catch (error) {
          expect((error as Error).name).toBe('DamagedError')
        }
      }),
    )
  })
})

describe('what is drawn', () => {
  const line = (count: number, value: (at: number) => number) => ({
    times: Array.from({ length: count }, (_, at) => at * 1_000),
    values: Array.from({ length: count }, (_, at) => value(at)),
  })

  test('has its ends and its peaks, and so many points as were asked for', () => {
    const { times, values } = thinned(
      line(10_000, (at) => (at === 6_543 ? 99 : Math.sin(at / 500))),
      200,
    )
    expect(times).toHaveLength(200)
    expect([times[0], times.at(-1)]).toEqual([0, 9_999_000])
    expect(Math.max(...values)).toBe(99)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test('is left as it is when it is little', () => {
    const points = line(3, (at) => at)
    expect(thinned(points, 600)).toEqual(points)
  })

  test('has a null for each stretch without a measurement, and for none that is only late', () => {
    const points = { times: [0, 1_000, 3_000, 9_000, 10_000], values: [1, 2, 3, 4, 5] }
    expect(drawn(points, 1_000, 100)).toEqual([
      [0, 1],
      [1_000, 2],
      [3_000, 3],
      [4_000, null],
      [9_000, 4],
      [10_000, 5],
    ])
  })
})

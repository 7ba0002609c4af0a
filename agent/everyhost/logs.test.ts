import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../contract/index.ts'
import { addHistograms } from './histogram.ts'
import { type Placed, pageOf, placed } from './logs.ts'

const line = (host: string, atMs: number): Placed => {
  const own: LogLine = {
    seq: atMs,
    time: new Date(atMs).toISOString(),
    stream: 'stdout',
    level: 'info',
    text: '',
    service: 'web',
    place: `1/${atMs}`,
  }
  return placed(own, host)
}
const times = ({ items }: { items: readonly LogLine[] }): number[] => items.map(({ time }) => Date.parse(time))

describe('a page of lines of several hosts', () => {
  const atlas = [1_000, 2_000, 9_000].map((atMs) => line('atlas', atMs))
  const laptop = [7_000, 8_000, 9_500].map((atMs) => line('laptop', atMs))

  it('is in the order of time', () => {
    const page = pageOf(
      [
        { lines: atlas, isCut: false },
        { lines: laptop, isCut: false },
      ],
      { isForward: false },
      100,
    )
    expect(times(page)).toEqual([1_000, 2_000, 7_000, 8_000, 9_000, 9_500])
    expect(page.nextCursor).toBeUndefined()
  })

  it('goes no further back than each host reaches that has more', () => {
    const page = pageOf(
      [
        { lines: atlas, isCut: false },
        { lines: laptop, isCut: true },
      ],
      { isForward: false },
      100,
    )
    expect(times(page)).toEqual([8_000, 9_000, 9_500])
    expect(page.nextCursor).toBe(`b${page.items[0]?.place}`)
  })

  it('leads on from its last line when it goes forward', () => {
    const page = pageOf(
      [
        { lines: atlas, isCut: false },
        { lines: laptop, isCut: false },
      ],
      { isForward: true },
      2,
    )
    expect(times(page)).toEqual([1_000, 2_000])
    expect(page.nextCursor).toBe(`f${page.items[1]?.place}`)
  })

  it('ends before a place, and begins with one', () => {
    const all = [
      { lines: atlas, isCut: false },
      { lines: laptop, isCut: false },
    ]
    const { key } = atlas[2] as Placed
    expect(times(pageOf(all, { isForward: false, before: key }, 100))).toEqual([1_000, 2_000, 7_000, 8_000])
    expect(times(pageOf(all, { isForward: true, from: key }, 100))).toEqual([9_000, 9_500])
  })
})

describe('counts of lines of several hosts', () => {
  const histogram = (fromMs: number, bucketMs: number, counts: number[]) => ({
    from: new Date(fromMs).toISOString(),
    to: new Date(fromMs + bucketMs * counts.length).toISOString(),
    bucketMs,
    buckets: counts.map((lines) => ({ lines, warn: 0, error: 0 })),
    kept: counts.reduce((sum, count) => sum + count, 0),
    oldest: new Date(fromMs).toISOString(),
    complete: true,
  })

  it('are added in the widest buckets, none lost', () => {
    const sum = addHistograms([histogram(0, 1_000, [1, 2, 3, 4]), histogram(1_000, 2_000, [10, 20])], 0)
    expect(sum).toMatchObject({ bucketMs: 2_000, kept: 40, oldest: new Date(0).toISOString() })
    expect(sum.buckets.reduce((all, { lines }) => all + lines, 0)).toBe(40)
  })

  it('are none where no host has a line', () => {
    expect(addHistograms([histogram(0, 1_000, [])], 5_000)).toMatchObject({ kept: 0, oldest: null, buckets: [] })
  })
})

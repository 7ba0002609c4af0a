import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../contract/index.ts'
import { placeOf } from './place.ts'
import {
  type Batch,
  emptyWindow,
  mostLines,
  windowOf,
  withBatch,
  withNewer,
  withOlder,
  withoutUntil,
} from './window.ts'

const line = (seq: number): LogLine => ({
  seq,
  time: new Date(seq).toISOString(),
  stream: 'stdout',
  level: 'info',
  text: `line ${seq}`,
  service: 'web',
  place: `1795518633787.5/${seq}`,
})
const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index))
const seqs = (items: readonly LogLine[]): number[] => items.map(({ seq }) => seq)
const batch = (from: number, to: number, skipped = 0): Batch => ({ items: lines(from, to), skipped })

describe('the window of lines', () => {
  it('takes what comes behind its end once, whoever sends it twice', () => {
    const window = withBatch(withBatch(windowOf(lines(1, 3)), batch(2, 5), true), batch(4, 6), true)
    expect(seqs(window.lines)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('holds no more than its bound, and asks for what it let go', () => {
    const full = windowOf(lines(101, 100 + mostLines))
    const following = withBatch(full, batch(101 + mostLines, 150 + mostLines), true)
    expect(following.lines).toHaveLength(mostLines)
    expect(following.older).toEqual({ before: placeOf(line(151)) })
    const back = withOlder(full, { items: lines(1, 100), nextCursor: 'c' })
    expect(seqs(back.lines.slice(0, 2))).toEqual([1, 2])
    expect(back).toMatchObject({ older: { cursor: 'c' }, newer: { from: placeOf(line(mostLines)) } })
  })

  it('leaves what is read in its place while more comes than it holds', () => {
    const full = windowOf(lines(1, mostLines))
    const paused = withBatch(full, batch(mostLines + 1, mostLines + 9), false)
    expect(paused.lines).toBe(full.lines)
    expect(paused.newer).toEqual({ from: placeOf(line(mostLines)) })
    expect(withBatch(paused, batch(mostLines + 10, mostLines + 11), true)).toBe(paused)
  })

  it('begins anew where lines came too fast for who follows, so that none is missing between', () => {
    const window = withBatch(windowOf(lines(1, 10)), batch(100, 110, 89), true)
    expect(seqs(window.lines)[0]).toBe(100)
    expect(window.older).toEqual({ before: placeOf(line(100)) })
    const paused = withBatch(windowOf(lines(1, 10)), batch(100, 110, 89), false)
    expect(paused.newer).toEqual({ from: placeOf(line(10)) })
  })

  it('is at an end where a page has no next one', () => {
    expect(withOlder(windowOf(lines(5, 9)), { items: lines(1, 4) }).older).toBeNull()
    const later = withNewer({ ...windowOf(lines(1, 4)), newer: { from: placeOf(line(4)) } }, { items: lines(4, 9) })
    expect(later.newer).toBeNull()
    expect(seqs(later.lines)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('shows nothing from before it was cleared', () => {
    const cleared = withoutUntil(windowOf(lines(1, 9)), placeOf(line(6)))
    expect(seqs(cleared.lines)).toEqual([7, 8, 9])
    expect(cleared.older).toBeNull()
    expect(withoutUntil(emptyWindow, placeOf(line(6)))).toBe(emptyWindow)
  })

  it('is in order and without a gap, whatever happens to it', () => {
    const step = fc.oneof(fc.constant('older'), fc.constant('newer'), fc.constant('follow'), fc.constant('pause'))
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 1, max: 9000 })), { maxLength: 12 }), (steps) => {
        let window = windowOf(lines(20_001, 21_000))
        let newest = 21_000
        for (const [what, count] of steps) {
          const first = window.lines[0]?.seq ?? 0
          const last = window.lines.at(-1)?.seq ?? 0
          if (what === 'older' && first > 1)
            window = withOlder(window, { items: lines(Math.max(1, first - count), first - 1), nextCursor: 'c' })
          if (what === 'newer' && window.newer) {
            const to = Math.min(newest, last + count)
            window = withNewer(window, { items: lines(last, to), nextCursor: to === newest ? undefined : 'c' })
          }
          if (what === 'follow' || what === 'pause') {
            window = withBatch(window, batch(newest + 1, newest + count), what === 'follow')
            newest += count
          }
        }
        const [start = 0] = seqs(window.lines)
        expect(seqs(window.lines)).toEqual(window.lines.map((_, index) => start + index))
        expect(window.lines.length).toBeLessThanOrEqual(mostLines)
        if (window.newer === null) expect(window.lines.at(-1)?.seq).toBe(newest)
      }),
      { numRuns: 60 },
    )
  })

  it('puts a late line of another host to where it belongs, once', () => {
    const of = (host: string, atMs: number): LogLine => ({
      ...line(atMs),
      service: `web@${host}`,
      place: `${atMs}/${host} 0001 ${atMs}`,
    })
    const seen = windowOf([of('atlas', 10), of('atlas', 30)])
    const late = { items: [of('laptop', 20), of('atlas', 30), of('laptop', 40)], skipped: 0 }
    const next = withBatch({ ...seen, older: null }, late, true)
    expect(next.lines.map(({ service, seq }) => `${service} ${seq}`)).toEqual([
      'web@atlas 10',
      'web@laptop 20',
      'web@atlas 30',
      'web@laptop 40',
    ])
    expect(withBatch(next, late, true)).toBe(next)
  })
})

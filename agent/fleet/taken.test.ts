import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AgentEvent } from '../../contract/index.ts'
import { cutBatch, type EventBatch, readBatch } from './eventstream.ts'
import { type Taken, takeBatch } from './taken.ts'

const event = (seq: number, more: Partial<AgentEvent> = {}): AgentEvent => ({
  seq,
  time: new Date(seq * 1000).toISOString(),
  kind: 'service.started',
  severity: 'info',
  text: 'so it was',
  author: 'agent',
  ...more,
})
const batch = (index: number, seqs: readonly number[], epoch = 'a'): EventBatch => ({
  v: 1,
  name: 'atlas',
  epoch,
  index,
  seq: seqs.at(-1) ?? 0,
  events: seqs.map((seq) => event(seq)),
})

/** What is taken in of messages in that order. */
function taken(batches: readonly EventBatch[], before: readonly Taken[] = []): AgentEvent[] {
  let positions = before
  return batches.flatMap((each) => {
    const next = takeBatch(positions, each)
    positions = next?.positions ?? positions
    return next?.events ?? []
  })
}
const seqs = (events: readonly AgentEvent[]): number[] => events.map(({ seq }) => seq)

it('events come in their order and once, whatever is said again', () => {
  const all = [batch(0, [1, 2]), batch(2, [1003, 1004]), batch(4, [1005])]
  fc.assert(
    fc.property(fc.array(fc.nat(2), { maxLength: 20 }), (again) => {
      const said: EventBatch[] = []
      for (const [index, each] of all.entries()) {
        said.push(each)
        for (const at of again) if (at <= index) said.push(all[at] as EventBatch)
      }
      expect(seqs(taken(said))).toEqual([1, 2, 1003, 1004, 1005])
    }),
  )
})

it('a message that overlaps what is known gives the rest of it', () => {
  expect(seqs(taken([batch(0, [1, 2]), batch(1, [2, 3])]))).toEqual([1, 2, 3])
})

it('what is missing in between is counted in its place, and nothing before the first word of a host', () => {
  expect(seqs(taken([batch(70, [71])]))).toEqual([71])
  const [, gap, next] = taken([batch(0, [1]), batch(5, [1006])])
  expect(gap).toMatchObject({ seq: 1005, kind: 'events.missing', text: '4 events are no longer kept' })
  expect(next?.seq).toBe(1006)
  expect(taken([batch(0, [1]), batch(2, [3])])[1]?.text).toBe('1 event is no longer kept')
})

it('another history of a host is told apart from the one before it, also when both are read again', () => {
  const both = [batch(0, [1, 2]), batch(0, [1, 2], 'b')]
  expect(seqs(taken([...both, ...both]))).toEqual([1, 2, 1, 2])
})

it('an event that says nothing readable is left out, and one of a kind that is not known here keeps its words', () => {
  const odd = {
    ...batch(0, [4]),
    events: [7, { seq: 2 }, { ...event(3), kind: 'moon.rose' }, event(4, { time: 'never' })],
  }
  expect(taken([odd])).toMatchObject([{ seq: 3, kind: 'agent.warning', text: 'so it was' }])
})

it('a message holds as many events as fit, and a long one without what it quotes', () => {
  const head = { name: 'atlas', epoch: 'a', index: 0 }
  const many = Array.from({ length: 300 }, (_, i) => event(i + 1, { text: 'x'.repeat(1000) }))
  const cut = cutBatch(many, head)
  expect(cut?.count).toBeGreaterThan(30)
  expect(cut?.data.byteLength).toBeLessThan(64 * 1024)
  expect(readBatch(cut?.data ?? new Uint8Array())).toMatchObject({ seq: cut?.count, index: 0 })
  const long = cutBatch([event(1, { lastLines: ['y'.repeat(90_000)] })], head)
  expect(long?.data.byteLength).toBeLessThan(1000)
  expect(cutBatch([], head)).toBeUndefined()
})

import type { AgentEvent } from '../../contract/index.ts'
import type { EventBatch } from './eventstream.ts'
import { readEvent } from './eventstream.ts'

/** How far the events of one host were taken in, in one of its histories. */
export interface Taken {
  epoch: string
  /** Of the last event, and how many there were up to it. */
  seq: number
  count: number
}

/** Histories of one host that are told apart; one that is older is taken for a new one. */
const mostEpochs = 3

/**
 * What of a message is new, by how far its host's events were taken in before; undefined where nothing is. What came
 * already is left out; where some are missing in between, that is said in their place.
 */
export function takeBatch(
  before: readonly Taken[],
  batch: EventBatch,
): { positions: readonly Taken[]; events: AgentEvent[] } | undefined {
  const known = before.find(({ epoch }) => epoch === batch.epoch)
  const at = known ?? { epoch: batch.epoch, seq: 0, count: 0 }
  if (batch.seq <= at.seq) return undefined
  const events = batch.events.flatMap((value) => {
    const event = readEvent(value)
    return event && event.seq > at.seq && event.seq <= batch.seq ? event : []
  })
  const [first] = events
  // Of a host that was never heard of before nothing is missing: it is known from here on.
  const lost = before.length === 0 ? 0 : batch.index - at.count
  if (first && lost > 0) events.unshift(missing(first, lost))
  const next: Taken = { epoch: batch.epoch, seq: batch.seq, count: batch.index + batch.events.length }
  const positions = known ? before.map((taken) => (taken === known ? next : taken)) : [...before, next]
  return { positions: positions.slice(-mostEpochs), events }
}

function missing(next: AgentEvent, count: number): AgentEvent {
  const text = `${count === 1 ? '1 event is' : `${count} events are`} no longer kept`
  return { seq: next.seq - 1, time: next.time, kind: 'events.missing', severity: 'warning', text, author: 'agent' }
}

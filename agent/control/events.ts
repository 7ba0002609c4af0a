import type { AgentEvent } from '../../contract/index.ts'
import type { Clock } from '../os/clock.ts'
import type { EventQuery, Store } from '../store/types.ts'
import { type Trace, traceOf } from '../trace.ts'
import { Waiters } from './waiters.ts'

export type NewEvent = Omit<AgentEvent, 'seq' | 'time'>

/** What goes on with something that was asked for earlier, and was written down, is caused by that. */
export const causeOf = ({ correlationId }: { correlationId?: string | undefined }): Trace | undefined =>
  correlationId === undefined ? undefined : traceOf(correlationId)

/** Events kept in memory for those who follow; further back the store is asked. */
const mostRecent = 1_000

/** What happened, in order. Kept in the store; those who follow are woken and read at their own pace. */
export class EventLog {
  readonly #store: Store
  readonly #clock: Clock
  readonly #recent: AgentEvent[] = []
  readonly #waiters = new Waiters()
  #nextSeq: number
  #unsaved = 0
  readonly #listeners = new Set<(event: AgentEvent) => void>()
  readonly #savedListeners = new Set<() => void>()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#nextSeq = store.nextEventSeq()
  }

  /** Events that the store could not take since it last could; said in the agent's readiness. */
  get unsavedCount(): number {
    return this.#unsaved
  }

  append(event: NewEvent): AgentEvent {
    const full: AgentEvent = { seq: this.#nextSeq++, time: new Date(this.#clock.nowMs()).toISOString(), ...event }
    this.#recent.push(full)
    if (this.#recent.length > mostRecent) this.#recent.shift()
    this.#store.appendEvent(full).then(
      () => {
        this.#unsaved = 0
        for (const listener of this.#savedListeners) listener()
      },
      // The store says itself what is wrong with it (`health`); here it only counts.
      () => {
        this.#unsaved++
      },
    )
    this.#waiters.wake()
    for (const listener of this.#listeners) listener(full)
    return full
  }

  /** At once with each event, as long as the clean-up that it returns has not been called. */
  onAppend(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** After each event that has come to be on disk. Returns the clean-up. */
  onSaved(listener: () => void): () => void {
    this.#savedListeners.add(listener)
    return () => this.#savedListeners.delete(listener)
  }

  get nextSeq(): number {
    return this.#nextSeq
  }

  list(query: EventQuery): Promise<AgentEvent[]> {
    return this.#store.events(query)
  }

  async *follow(
    filter: Pick<EventQuery, 'service' | 'kind' | 'correlationId' | 'after'>,
    signal: AbortSignal,
  ): AsyncGenerator<AgentEvent> {
    let last = filter.after ?? this.#nextSeq - 1
    const wanted = (event: AgentEvent): boolean =>
      event.seq > last &&
      (filter.kind === undefined || event.kind === filter.kind) &&
      (filter.correlationId === undefined || event.correlationId === filter.correlationId) &&
      (filter.service === undefined ||
        event.service === filter.service ||
        event.service?.startsWith(`${filter.service}#`) === true)
    while (!signal.aborted) {
      const events = await this.#after(last)
      for (const event of events) {
        const mine = wanted(event)
        last = Math.max(last, event.seq)
        if (!mine) continue
        yield event
        if (signal.aborted) return
      }
      if (this.#nextSeq - 1 <= last) await this.#waiters.next(signal)
    }
  }

  /** What is newer than `seq`, oldest first: from memory, and where that does not reach back, from the store. */
  async #after(seq: number): Promise<readonly AgentEvent[]> {
    const recent = this.#recent.filter((event) => event.seq > seq)
    const oldest = this.#recent[0]?.seq ?? this.#nextSeq
    if (seq >= oldest - 1) return recent
    const stored = await this.#store.events({ after: seq, limit: mostRecent * 10 })
    const older = stored.filter((event) => event.seq < oldest).sort((a, b) => a.seq - b.seq)
    return older.length > 0 ? older : recent
  }
}

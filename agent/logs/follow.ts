import type { LogQuery } from '../../contract/index.ts'
import { type Clock, pause } from '../os/index.ts'
import { encodeCursor, type Position } from './cursor.ts'
import { isInstanceOf } from './names.ts'
import { lastSeq, longestPage, searchFor } from './requests.ts'
import type { SearchRequest, SearchResult } from './search.ts'
import type { LogBatch } from './types.ts'

const shortestPauseMs = 100
/** Lines in a batch; of more that came meanwhile the newest are sent, and the rest is counted. */
const longestBatch = 5000
/** Time for one batch: what a filter has not seen by then is counted as skipped too. */
const batchBudgetMs = 500

export interface FollowHost {
  clock: Clock
  /** The order up to which all lines are in segments, undefined when nobody can say. */
  settle(services: readonly string[] | undefined): Promise<number | undefined>
  search(request: SearchRequest): Promise<SearchResult>
  onMoved(listener: (order: number, instances: readonly string[]) => void): () => void
}

/**
 * The newest lines, then what comes. Lines stay on the disk until the reader asks for the next batch, so a slow one costs
 * no memory. Ends when the signal does.
 */
export async function* followLines(query: LogQuery, signal: AbortSignal, host: FollowHost): AsyncGenerator<LogBatch> {
  const { since, until: _until, cursor, ...filter } = query
  const wanted = searchFor({ ...filter, ...(cursor !== undefined && { cursor }) }, host.clock.nowMs())
  const news = new MovedLines(wanted.services)
  const stopListening = host.onMoved((order, instances) => news.add(order, instances))
  try {
    const order = (await host.settle(wanted.services)) ?? host.clock.nowMs()
    let place: Position = { order, seq: lastSeq }
    const resumed = wanted.after ?? wanted.before
    const first = await host.search({
      ...wanted,
      ...(since !== undefined && searchFor({ ...filter, since }, host.clock.nowMs())),
      backward: true,
      before: place,
      ...(resumed && { after: resumed, limit: longestPage, countsSkipped: true }),
    })
    if (signal.aborted) return
    yield { items: first.items, cursor: cursorAt(place), skipped: first.skipped }
    let sentAtMs = host.clock.monotonicMs()
    for (;;) {
      await news.next(signal)
      await pause(host.clock, sentAtMs + shortestPauseMs - host.clock.monotonicMs(), signal)
      if (signal.aborted) return
      const { order, instances } = news.take()
      if (order <= place.order) continue
      const { services: _services, ...rest } = wanted
      const range = { backward: true, after: place, before: { order, seq: lastSeq } }
      const batch = { ...rest, ...range, instances, limit: longestBatch, budgetMs: batchBudgetMs, countsSkipped: true }
      const { items, skipped } = await host.search(batch)
      place = { order, seq: lastSeq }
      sentAtMs = host.clock.monotonicMs()
      if (signal.aborted) return
      if (items.length > 0 || skipped > 0) yield { items, cursor: cursorAt(place), skipped }
    }
  } finally {
    stopListening()
  }
}

const cursorAt = (place: Position): string => encodeCursor({ ...place, backward: false })

/** Which instances have new lines, and up to which order, since it was asked last. */
class MovedLines {
  readonly #services: readonly string[] | undefined
  #order = 0
  readonly #instances = new Set<string>()
  #wake: (() => void) | undefined

  constructor(services: readonly string[] | undefined) {
    this.#services = services
  }

  add(order: number, instances: readonly string[]): void {
    this.#order = order
    for (const instance of instances) {
      if (!this.#services || this.#services.some((service) => isInstanceOf(instance, service))) {
        this.#instances.add(instance)
      }
    }
    if (this.#instances.size > 0) this.#wake?.()
  }

  /** Resolves when there is something, or nothing will be wanted. */
  next(signal: AbortSignal): Promise<void> {
    if (this.#instances.size > 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        this.#wake = undefined
        resolve()
      }
      this.#wake = done
      signal.addEventListener('abort', done)
    })
  }

  take(): { order: number; instances: string[] } {
    const instances = [...this.#instances]
    this.#instances.clear()
    return { order: this.#order, instances }
  }
}

import type { LogHits, LogHitsQuery } from '../../contract/index.ts'
import { encodePlace, type Position } from './cursor.ts'
import { timeText } from './line.ts'
import { lastSeq, searchFor } from './requests.ts'
import type { HitsResult, SearchRequest } from './search.ts'

/** Other searches, and the end of this one, wait no longer than such a step takes. */
const stepMs = 150
/** Places in one message. */
const longestMessage = 5000
/** A client keeps them all. */
const mostHits = 100_000

export interface HitsHost {
  nowMs(): number
  settle(services: readonly string[] | undefined): Promise<number | undefined>
  /** Answers places newest first. */
  search(request: SearchRequest): Promise<HitsResult>
}

/** Goes through all history from now to the oldest line, step by step, until all is seen or nobody listens. */
export async function* findHits(query: LogHitsQuery, signal: AbortSignal, host: HitsHost): AsyncGenerator<LogHits> {
  const { pattern, ...filter } = query
  const wanted = searchFor({ ...filter, limit: longestMessage }, host.nowMs())
  const order = (await host.settle(wanted.services)) ?? host.nowMs()
  let place: Position = { order, seq: lastSeq }
  // What is looked for is rarer than what is let through, so it is asked first.
  const grep = [pattern, ...(wanted.grep ?? [])]
  let found = 0
  while (!signal.aborted) {
    const limit = Math.min(longestMessage, mostHits - found)
    const { places, next } = await host.search({ ...wanted, grep, before: place, limit, budgetMs: stepMs })
    found += places.length
    const done = next === undefined || found >= mostHits
    place = next ?? { order: 0, seq: 0 }
    // An order is the time when a line was seen, or a moment after that.
    const searchedTo = timeText(place.order)
    yield { places: places.map(encodePlace), searchedTo, done, more: next !== undefined && done }
    if (done) return
  }
}

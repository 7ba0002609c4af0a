import type { LogLine } from '../../contract/index.ts'
import type { Client, Query } from './client.ts'

/** What one answer of the agent holds at most. */
export const pageLines = 10_000

interface Page {
  items: LogLine[]
  nextCursor?: string
}

export interface HistoryQuery {
  /** Names, levels and the like, as `GET /logs` takes them. */
  filter: Query
  /** At most so many of the newest; Infinity for all that the filter lets through. */
  lines: number
  signal?: AbortSignal | undefined
}

/**
 * Lines of the history in the order of time, in pieces. With `since` the agent's pages go forward and are given on as
 * they come; without, they go back from the newest and are given when the first one that is wanted has been reached.
 */
export async function* readHistory(client: Client, query: HistoryQuery): AsyncGenerator<LogLine[]> {
  if (query.lines === 0) return
  const isForward = query.filter.since !== undefined
  if (!isForward) yield* newestFirstReversed(client, query)
  else if (query.lines === Number.POSITIVE_INFINITY) yield* pages(client, query, Number.POSITIVE_INFINITY)
  else yield await lastOf(pages(client, query, Number.POSITIVE_INFINITY), query.lines)
}

async function* pages(client: Client, query: HistoryQuery, mostLines: number): AsyncGenerator<LogLine[]> {
  let cursor: string | undefined
  let left = mostLines
  do {
    const limit = Math.min(pageLines, left)
    const page: Page = await client.get('/logs', { ...query.filter, limit, cursor }, { signal: query.signal })
    if (page.items.length > 0) yield page.items
    left -= page.items.length
    cursor = page.nextCursor
  } while (cursor !== undefined && left > 0)
}

async function* newestFirstReversed(client: Client, query: HistoryQuery): AsyncGenerator<LogLine[]> {
  const back: LogLine[][] = []
  for await (const page of pages(client, query, query.lines)) back.push(page)
  while (back.length > 0) yield back.pop() as LogLine[]
}

async function lastOf(forward: AsyncIterable<LogLine[]>, lines: number): Promise<LogLine[]> {
  let kept: LogLine[] = []
  for await (const page of forward) kept = [...kept, ...page].slice(-lines)
  return kept
}

import type { LogQuery } from '../../contract/index.ts'
import { parseTime } from '../time.ts'
import { type Cursor, decodeCursor, decodePlace, type Position } from './cursor.ts'
import type { SearchRequest } from './search.ts'
import { badInput } from './searcher.ts'

/** Lines in one answer; whoever wants more goes on with the cursor. */
export const longestPage = 10_000
/** A search answers by then, with what it has found and where to go on. */
const budgetMs = 10_000

/** Behind every line of a record. */
export const lastSeq = Number.MAX_SAFE_INTEGER

/**
 * What is searched for a query. Without `since` or a cursor the newest lines are wanted, and further pages lead into the
 * past; with `since` the first ones from there on, and further pages lead to the present.
 * @throws {CoreError} BAD_INPUT
 */
export function searchFor(query: LogQuery, nowMs: number): SearchRequest {
  const cursor = beginningOf(query)
  const backward = cursor ? cursor.backward : query.since === undefined
  const place = cursor && { order: cursor.order, seq: cursor.seq }
  const patterns = [query.grep ?? []].flat().filter((pattern) => pattern !== '')
  const sinceMs = timeOf('since', query.since, nowMs)
  const untilMs = timeOf('until', query.until, nowMs)
  return {
    backward,
    limit: Math.min(query.limit, longestPage),
    budgetMs,
    ...(query.service !== undefined && { services: [query.service].flat() }),
    ...(place && (backward ? { before: place } : { after: place })),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(patterns.length > 0 && { grep: patterns }),
    ...(query.level && { level: query.level }),
  }
}

/** Where the lines begin and in which direction they lie; a page that goes on with a cursor has no other beginning. */
function beginningOf({ cursor, from, before }: LogQuery): Cursor | undefined {
  if (cursor !== undefined) return cursorOf(cursor)
  if (before !== undefined) return { backward: true, ...placeOf('before', before) }
  if (from === undefined) return undefined
  const { order, seq } = placeOf('from', from)
  // A search goes on behind a place, and this line is wanted too.
  return { backward: false, order, seq: Math.max(0, seq - 1) }
}

function placeOf(path: 'from' | 'before', text: string): Position {
  const place = decodePlace(text)
  if (!place) throw badInput(path, `"${text}" is not the place of a line.`)
  return place
}

function cursorOf(text: string): Cursor {
  const cursor = decodeCursor(text)
  if (!cursor) throw badInput('cursor', 'The cursor is not one that this agent gave; start again without it.')
  return cursor
}

export function timeOf(path: 'since' | 'until', text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const timeMs = parseTime(text, nowMs)
  if (timeMs !== undefined) return timeMs
  throw badInput(path, `"${text}" is not a time: write 2026-11-24T08:00:00Z, or how long ago, like 10m or 2h30m.`)
}

import { z } from 'zod'
import { CoreError } from '../core.ts'
import { parseTime } from '../time.ts'

/** The most that one answer lists; more is cut, and `nextCursor` goes on. */
export const maxPage = 10_000

export function badField(path: string, message: string): CoreError {
  return new CoreError('BAD_INPUT', `${path}: ${message}`, { errors: [{ path, message }] })
}

const cursorSchema = z.tuple([z.number().int().min(0), z.string()])

/** Where a list goes on: after the item of that name, or where it stood if it has gone meanwhile. */
function readCursor(cursor: string): [index: number, name: string] {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw badField('cursor', 'is not one that this list gave; leave it out to begin anew')
  }
}

/** One page of a list that is whole in memory. */
export function pageOf<Item extends { name: string }>(
  all: readonly Item[],
  limit: number,
  cursor: string | undefined,
): { items: Item[]; nextCursor?: string } {
  let start = 0
  if (cursor !== undefined) {
    const [index, name] = readCursor(cursor)
    const found = all.findIndex((item) => item.name === name)
    start = found === -1 ? index : found + 1
  }
  const end = start + Math.min(limit, maxPage)
  const items = all.slice(start, end)
  const last = items.at(-1)
  if (!last || end >= all.length) return { items }
  return { items, nextCursor: Buffer.from(JSON.stringify([end, last.name])).toString('base64url') }
}

/** A point in time as a client states it: RFC 3339, or how long ago (`10m`). */
export function readTime(path: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const atMs = parseTime(text, nowMs)
  if (atMs === undefined) throw badField(path, 'is neither a time (2026-03-01T12:00:00Z) nor a duration (10m)')
  return atMs
}

/** Which number an event's id, or the cursor of a list of numbered entries, means. */
export function sequenceOf(text: string | undefined): number | undefined {
  const seq = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(seq) ? seq : undefined
}

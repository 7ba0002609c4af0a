import type { LogLine } from '../../../contract/index.ts'
import { comparePlaces, firstIndexWhere, type Place, placeOf } from './place.ts'

/** Where each row begins, in pixels, and behind the last one where all end. */
export function offsetsOf(count: number, heightOf: (index: number) => number): Float64Array {
  const offsets = new Float64Array(count + 1)
  let at = 0
  for (let index = 0; index < count; index++) {
    offsets[index] = at
    at += heightOf(index)
  }
  offsets[count] = at
  return offsets
}

export interface Range {
  from: number
  /** Exclusive. */
  to: number
}

/** The row that a height belongs to. */
export function rowAt(offsets: Float64Array, top: number): number {
  const behind = firstIndexWhere(offsets.length, (index) => (offsets[index] ?? 0) > top)
  return Math.max(0, Math.min(offsets.length - 2, behind - 1))
}

/** Rows beyond the edges that are in the page too, so that a fast wheel shows no gap. */
const spareRows = 16
/** So many of them may be used up before others are drawn, so that most movements draw nothing anew. */
const stepRows = 8

/**
 * The rows that are in the page while one looks at this part of them.
 *
 * @param before those that are there; the same are the answer for as long as they will do
 */
export function rangeOf(offsets: Float64Array, top: number, height: number, before: Range): Range {
  const count = offsets.length - 1
  const first = rowAt(offsets, top)
  const end = rowAt(offsets, top + height) + 1
  const around = (rows: number): Range => ({ from: Math.max(0, first - rows), to: Math.min(count, end + rows) })
  const least = around(spareRows - stepRows)
  const most = around(spareRows + stepRows)
  const isEnough = before.from <= least.from && least.to <= before.to
  const isTooMuch = before.from < most.from || most.to < before.to
  return isEnough && !isTooMuch ? before : around(spareRows)
}

/** Rows, and what the first of them is, by which they are found again when others have come before them. */
export interface Held {
  range: Range
  place: Place | undefined
}

export const noRows: Held = { range: { from: 0, to: 0 }, place: undefined }

export function heldOf(range: Range, lines: readonly LogLine[]): Held {
  const first = lines[range.from]
  return { range, place: first && placeOf(first) }
}

/** The same rows among other lines; those at the end where the end is followed. */
export function carried({ range, place }: Held, lines: readonly LogLine[], isFollowing: boolean): Range {
  const size = Math.min(range.to - range.from, lines.length)
  if (isFollowing) return { from: lines.length - size, to: lines.length }
  const first = lines[range.from]
  if (place === undefined || (first && placeOf(first) === place && range.to <= lines.length)) return range
  const from = Math.min(indexAt(lines, place), lines.length - size)
  return { from, to: from + size }
}

/** The first line that stands at a place or behind it, or their number. */
export const indexAt = (lines: readonly LogLine[], place: Place): number =>
  firstIndexWhere(lines.length, (index) => comparePlaces(placeOf(lines[index] as LogLine), place) >= 0)

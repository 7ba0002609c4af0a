import { firstIndexWhere } from './place.ts'

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
/** The range moves in steps, so that most movements draw nothing anew. */
const stepRows = 8

/** The rows that are in the page while one looks at this part of them. */
export function rangeOf(offsets: Float64Array, top: number, height: number): Range {
  const count = offsets.length - 1
  if (count <= 0) return { from: 0, to: 0 }
  const first = Math.floor((rowAt(offsets, top) - spareRows) / stepRows) * stepRows
  const last = Math.ceil((rowAt(offsets, top + height) + 1 + spareRows) / stepRows) * stepRows
  return { from: Math.max(0, first), to: Math.min(count, last) }
}

import type { Point } from '../../../contract/index.ts'
import type { Span } from './time.ts'

/** One value every so often, or more where they come faster. */
export interface Course {
  points: readonly Point[]
  stepMs: number
}

/** The index of the last point at or before a time, or -1. */
function indexAt(points: readonly Point[], atMs: number): number {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle]?.[0] ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How far a value may be from the time that is asked for, in steps. */
const reachSteps = 2

/** The value nearest to a time; null in a gap and beyond the ends. */
export function valueAt({ points, stepMs }: Course, atMs: number): number | null {
  const before = indexAt(points, atMs)
  const [left, right] = [points[before], points[before + 1]]
  const within = (point: Point | undefined): boolean =>
    point !== undefined && Math.abs(point[0] - atMs) <= Math.max(widthOf(left, right), stepMs) * reachSteps
  if (left && left[1] === null) return within(right) && right ? nearOnly(right, atMs, stepMs) : null
  const nearest = right && left && right[0] - atMs < atMs - left[0] && right[1] !== null ? right : (left ?? right)
  return nearest && within(nearest) ? nearest[1] : null
}

const nearOnly = (point: Point, atMs: number, stepMs: number): number | null =>
  Math.abs(point[0] - atMs) <= stepMs / 2 ? point[1] : null

/** Thinned points lie farther apart than they were measured. */
const widthOf = (left: Point | undefined, right: Point | undefined): number =>
  left && right && left[1] !== null && right[1] !== null ? right[0] - left[0] : 0

export interface Summary {
  mean: number
  highest: number
  /** The last one that was measured, and whether nothing was after it. */
  last: number
  hasEnded: boolean
}

/** What a course comes to within a span; null where nothing was measured. The mean weighs each value by its time. */
export function summaryOf({ points, stepMs }: Course, { fromMs, toMs }: Span): Summary | null {
  let highest = Number.NEGATIVE_INFINITY
  let last: Point | undefined
  let sum = 0
  let weight = 0
  for (const [index, point] of points.entries()) {
    const [at, value] = point
    if (at < fromMs || at > toMs) continue
    last = point
    if (value === null) continue
    const next = points[index + 1]
    const lastsMs = Math.max(1, Math.min(next ? next[0] - at : stepMs, toMs - at + 1))
    highest = Math.max(highest, value)
    sum += value * lastsMs
    weight += lastsMs
  }
  if (weight === 0 || !last) return null
  const lastValue = points.findLast(([at, value]) => value !== null && at >= fromMs && at <= toMs)?.[1] ?? 0
  return { mean: sum / weight, highest, last: lastValue, hasEnded: last[1] === null }
}

/** More points than this are not held for one line, however long one looks. */
export const mostPoints = 4_000

/** A course with what came after it: newer points take the place of what stood there from their first time on. */
export function joined(points: readonly Point[], newer: readonly Point[], fromMs: number): Point[] {
  const [first] = newer
  const kept = first ? points.slice(0, indexAt(points, first[0] - 1) + 1) : points
  const all = [...kept, ...newer]
  // What lies before the span still leads its line into it.
  const start = Math.max(0, indexAt(all, fromMs), all.length - mostPoints)
  return all.slice(start)
}

/** Longer than this without a value there is a gap, in steps. */
const gapSteps = 3

/** A course with the value of now. Values that come faster than a plot of this span shows them take the place of the last. */
export function withLive({ points, stepMs }: Course, atMs: number, value: number | null, span: Span): Point[] {
  const last = points.at(-1)
  if (last && last[0] >= atMs) return points as Point[]
  if (value === null) return last && last[1] !== null ? [...points, [atMs, null]] : (points as Point[])
  const shownMs = (span.toMs - span.fromMs) / 1_000
  const before = points.at(-2)
  const isTooNear = last && before && last[1] !== null && atMs - before[0] < shownMs
  const body: readonly Point[] = isTooNear ? points.slice(0, -1) : points
  const isLate = last !== undefined && last[1] !== null && atMs - last[0] > Math.max(stepMs, 5_000) * gapSteps
  const next: Point[] = isLate
    ? [
        [last[0] + stepMs, null],
        [atMs, value],
      ]
    : [[atMs, value]]
  return joined(body, next, span.fromMs)
}

export interface Drawn {
  t: number
  v: number | null
}

/** Points as they are drawn: a value that has no neighbour is given a width, so that it is seen. */
export function drawable({ points, stepMs }: Course): Drawn[] {
  const drawn: Drawn[] = []
  for (const [index, [t, v]] of points.entries()) {
    drawn.push({ t, v })
    if (v === null) continue
    const isAlone = (points[index - 1]?.[1] ?? null) === null && (points[index + 1]?.[1] ?? null) === null
    if (isAlone) drawn.push({ t: t + Math.max(1, stepMs / 2), v })
  }
  return drawn
}

/** Stretches in which a course of 0 and 1 was 0: in which a service was down. */
export function downTimes({ points }: Course, { toMs }: Span): Span[] {
  const spans: Span[] = []
  let fromMs: number | undefined
  for (const [at, up] of points) {
    const isDown = up !== null && up < 0.5
    if (isDown) fromMs ??= at
    else if (fromMs !== undefined) {
      spans.push({ fromMs, toMs: at })
      fromMs = undefined
    }
  }
  if (fromMs !== undefined && fromMs < toMs) spans.push({ fromMs, toMs })
  return spans
}

/** Many courses of the same steps as one, what was not measured of one counting nothing. */
export function summed(courses: readonly Course[]): Point[] {
  const sums = new Map<number, number | null>()
  for (const { points } of courses)
    for (const [at, value] of points) {
      const sum = sums.get(at) ?? null
      sums.set(at, value === null ? sum : (sum ?? 0) + value)
    }
  return [...sums].sort(([a], [b]) => a - b)
}

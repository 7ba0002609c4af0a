import type { Points } from './stats.ts'

/**
 * Largest triangle three buckets: of each bucket the point that makes the largest triangle with the one chosen before
 * it and the mean of the next bucket, so that peaks and steps stay where they are.
 * Sveinn Steinarsson, "Downsampling Time Series for Visual Representation", University of Iceland, 2013.
 */
export function thinned({ times, values }: Points, most: number): Points {
  const count = times.length
  if (count <= most || most < 3) return { times, values }
  const chosen: Points = { times: [times[0] ?? 0], values: [values[0] ?? 0] }
  const width = (count - 2) / (most - 2)
  let last = 0
  for (let bucket = 0; bucket < most - 2; bucket++) {
    const from = Math.floor(bucket * width) + 1
    const to = Math.floor((bucket + 1) * width) + 1
    const next = meanPoint(times, values, to, Math.min(Math.floor((bucket + 2) * width) + 1, count))
    last = largestTriangle(times, values, { from, to, last, next })
    chosen.times.push(times[last] ?? 0)
    chosen.values.push(values[last] ?? 0)
  }
  chosen.times.push(times[count - 1] ?? 0)
  chosen.values.push(values[count - 1] ?? 0)
  return chosen
}

function meanPoint(times: readonly number[], values: readonly number[], from: number, to: number) {
  let time = 0
  let value = 0
  for (let at = from; at < to; at++) {
    time += times[at] ?? 0
    value += values[at] ?? 0
  }
  const count = Math.max(1, to - from)
  return { time: time / count, value: value / count }
}

function largestTriangle(
  times: readonly number[],
  values: readonly number[],
  { from, to, last, next }: { from: number; to: number; last: number; next: { time: number; value: number } },
): number {
  const lastTime = times[last] ?? 0
  const lastValue = values[last] ?? 0
  let best = from
  let largest = -1
  for (let at = from; at < to; at++) {
    const time = times[at] ?? 0
    const value = values[at] ?? 0
    const area = Math.abs((lastTime - next.time) * (value - lastValue) - (lastTime - time) * (next.value - lastValue))
    if (area <= largest) continue
    largest = area
    best = at
  }
  return best
}

/** How many missing measurements make a gap: one that came late makes none. */
const gapSteps = 2.5

/**
 * Points with a null after each stretch that is followed by a gap, thinned to about `most`. Each stretch keeps its ends.
 */
export function drawn(points: Points, stepMs: number, most: number): [timeMs: number, value: number | null][] {
  const stretches = stretchesOf(points, stepMs)
  const count = stretches.reduce((sum, each) => sum + each.times.length, 0)
  const result: [number, number | null][] = []
  for (const [index, stretch] of stretches.entries()) {
    const share = Math.max(3, Math.round((most * stretch.times.length) / Math.max(1, count)))
    const kept = thinned(stretch, share)
    for (let at = 0; at < kept.times.length; at++) result.push([kept.times[at] ?? 0, kept.values[at] ?? 0])
    if (index < stretches.length - 1) result.push([(stretch.times.at(-1) ?? 0) + stepMs, null])
  }
  return result
}

function stretchesOf({ times, values }: Points, stepMs: number): Points[] {
  const stretches: Points[] = []
  let stretch: Points = { times: [], values: [] }
  let lastMs = Number.NEGATIVE_INFINITY
  let isBroken = true
  for (let at = 0; at < times.length; at++) {
    const time = times[at] ?? 0
    const value = values[at] ?? Number.NaN
    if (Number.isNaN(value)) {
      isBroken = true
      continue
    }
    if (isBroken || time - lastMs > gapSteps * stepMs) {
      stretch = { times: [], values: [] }
      stretches.push(stretch)
    }
    isBroken = false
    lastMs = time
    stretch.times.push(time)
    stretch.values.push(value)
  }
  return stretches
}

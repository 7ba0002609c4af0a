/** The changes of so much of what is known, up to a place, tell the drift there. */
const lookBack = 0.5
/** Between two places at which it is learned anew, of what is known. */
const learnEvery = 0.05
/** A change is over at most so much of what is known: a jump is in few of them then, and does not move their median. */
const longestLag = 0.1
const leastChanges = 4

/**
 * By how much values go on from step to step at each place: the median of the changes over `lag` steps (after Theil 1950
 * and Sen 1968). A jump, or a restart that gives all memory back, is no drift.
 */
export function slopesOf(values: Float64Array, farthest: number): Float64Array {
  const count = values.length
  const lag = Math.max(1, Math.min(farthest, Math.floor(count * longestLag)))
  const every = Math.max(1, Math.floor(count * learnEvery))
  const slopes = new Float64Array(count)
  let slope = 0
  for (let t = 0; t < count; t++) {
    // The last place is always one of them.
    if ((count - 1 - t) % every === 0) slope = medianChange(values, Math.floor(t - count * lookBack), t, lag)
    slopes[t] = slope
  }
  return slopes
}

function medianChange(values: Float64Array, from: number, to: number, lag: number): number {
  const changes: number[] = []
  for (let t = Math.max(0, from) + lag; t <= to; t++) {
    const change = ((values[t] ?? Number.NaN) - (values[t - lag] ?? Number.NaN)) / lag
    if (!Number.isNaN(change)) changes.push(change)
  }
  if (changes.length < leastChanges) return 0
  changes.sort((a, b) => a - b)
  return changes[Math.floor(changes.length / 2)] ?? 0
}

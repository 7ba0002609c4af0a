import { learnedMs, type Ring } from './window.ts'

/** A jump explains what was when it leaves less than this of what a straight line leaves unexplained. */
const jumpLeaves = 0.5
const leastSamples = 3
/** Of what is looked back on, so much has to be known of a course. */
const leastKnown = 1 / 6

interface Line {
  at(t: number): number
  /** Sum of squares that it leaves unexplained. */
  left: number
}

/**
 * Where a straight line through what was leads to. NaN until a sixth of what it learns from has been seen. Where one jump
 * explains what was better than a line, by least squares (Bai and Perron 1998), only what has come since is asked: that a
 * disk has jumped does not mean that it fills.
 */
export function foresee(ring: Ring, nowMs: number, aheadMs: number): number {
  const learned = learnedMs(aheadMs)
  const times: number[] = []
  const values: number[] = []
  ring.each(nowMs - learned, (atMs, value) => {
    times.push((atMs - nowMs) / 1000)
    values.push(value)
  })
  const leastS = (learned * leastKnown) / 1000
  const isKnown = (from: number): boolean => times.length - from >= leastSamples && -(times[from] ?? 0) >= leastS
  if (!isKnown(0)) return Number.NaN
  for (let from = 0; ; ) {
    const line = lineThrough(times, values, from)
    const jump = jumpIn(values, from)
    if (!(jump.left < jumpLeaves * line.left)) return line.at(aheadMs / 1000)
    from = jump.at
    // Too little has come since to say more than where it is.
    if (!isKnown(from)) return meanOf(values, from)
  }
}

function meanOf(values: readonly number[], from: number): number {
  let sum = 0
  for (let at = from; at < values.length; at++) sum += values[at] ?? 0
  return sum / (values.length - from)
}

/** By least squares. */
function lineThrough(times: readonly number[], values: readonly number[], from: number): Line {
  const meanT = meanOf(times, from)
  const meanV = meanOf(values, from)
  let [squaresT, squaresV, products] = [0, 0, 0]
  for (let at = from; at < values.length; at++) {
    const t = (times[at] ?? 0) - meanT
    const v = (values[at] ?? 0) - meanV
    squaresT += t * t
    squaresV += v * v
    products += t * v
  }
  const slope = squaresT === 0 ? 0 : products / squaresT
  return { at: (t) => meanV + slope * (t - meanT), left: squaresV - slope * products }
}

/** Where one level turns into another, so that as little as can be is left unexplained. */
function jumpIn(values: readonly number[], from: number): { at: number; left: number } {
  const count = values.length - from
  const mean = meanOf(values, from)
  let [squares, before] = [0, 0]
  for (let at = from; at < values.length; at++) squares += ((values[at] ?? 0) - mean) ** 2
  let best = { at: values.length, left: squares }
  for (let size = 1; size < count; size++) {
    before += (values[from + size - 1] ?? 0) - mean
    // What comes after lies as far from the mean on the other side.
    const left = squares - before ** 2 / size - before ** 2 / (count - size)
    if (left < best.left) best = { at: from + size, left }
  }
  return best
}

/**
 * Exponential smoothing with an additive season and a damped trend (Winters 1960; Gardner and McKenzie 1985), as
 * Hyndman and Athanasopoulos write it in "Forecasting: Principles and Practice", 8.3; without a season it is Holt's
 * method. Its parameters are the best of a grid, by how well it foresaw what is known, one step ahead and farther.
 */

export interface Parameters {
  level: number
  trend: number
  season: number
  /** What is left of the trend from one step to the next. */
  damping: number
}

export interface Fit {
  parameters: Parameters
  /** Steps of one season; 0 where there is none. */
  seasonSteps: number
  /** What is expected `ahead` steps after the last known one, from 1. */
  at(ahead: number): number
  /** The standard error of that. */
  errorAt(ahead: number): number
  /** One step ahead at each place: what was expected; NaN where nothing was. */
  expected: Float64Array
  /** The usual error one step ahead; a few wild values do not change it. */
  usualError: number
}

const levels = [0.1, 0.3, 0.6, 1]
const trends = [0, 0.02, 0.1, 0.3]
const seasons = [0.1, 0.4]
const dampings = [0.9, 0.98, 1]
const noSeason = [0]
/** Of a median of absolute deviations, the standard deviation of a normal distribution. */
const deviationOfMedian = 1.4826

/**
 * Values at equal steps, NaN where there is none, at least two seasons where one is looked for. What foresees better
 * without a season has none.
 */
export function fitModel(values: Float64Array, seasonSteps: number, aheadSteps: number): Fit {
  const horizons = horizonsOf(values.length, aheadSteps)
  const learnsUntil = Math.max(seasonSteps, Math.floor(values.length / 10))
  const plain = bestOf(values, 0, horizons, learnsUntil)
  const seasonal = seasonSteps > 0 ? bestOf(values, seasonSteps, horizons, learnsUntil) : plain
  return seasonal.run.score < plain.run.score
    ? fitOf(values, seasonSteps, horizons, seasonal)
    : fitOf(values, 0, horizons, plain)
}

interface Candidate {
  run: Run
  parameters: Parameters
}

function bestOf(
  values: Float64Array,
  seasonSteps: number,
  horizons: readonly number[],
  learnsUntil: number,
): Candidate {
  let best: Candidate | undefined
  for (const level of levels)
    for (const trend of trends)
      for (const damping of trend === 0 ? [1] : dampings)
        for (const season of seasonSteps > 0 ? seasons : noSeason) {
          const parameters = { level, trend, season, damping }
          const run = follow(values, seasonSteps, parameters, horizons, learnsUntil)
          if (!best || run.score < best.run.score) best = { run, parameters }
        }
  if (!best) throw new Error('The grid of parameters is empty')
  return best
}

function fitOf(
  values: Float64Array,
  seasonSteps: number,
  horizons: readonly number[],
  { run, parameters }: Candidate,
): Fit {
  return {
    parameters,
    seasonSteps,
    at: (ahead) =>
      run.level +
      dampedSum(parameters.damping, ahead) * run.trend +
      (run.season[(values.length - 1 + ahead) % seasonSteps] ?? 0),
    errorAt: (ahead) => interpolated(horizons, run.errors, ahead),
    expected: run.expected,
    usualError: usualErrorOf(values, run.expected),
  }
}

/** One step, and up to so far ahead as is asked; never farther than a quarter of what is known. */
function horizonsOf(count: number, aheadSteps: number): number[] {
  const farthest = Math.max(1, Math.min(aheadSteps, Math.floor(count / 4)))
  return [...new Set([1, Math.ceil(farthest / 4), Math.ceil(farthest / 2), farthest])].sort((a, b) => a - b)
}

interface Run {
  level: number
  trend: number
  season: Float64Array
  expected: Float64Array
  /** Root mean squared, for each horizon. */
  errors: number[]
  score: number
}

function follow(
  values: Float64Array,
  seasonSteps: number,
  parameters: Parameters,
  horizons: readonly number[],
  learnsUntil: number,
): Run {
  const count = values.length
  const { level: alpha, trend: beta, season: gamma, damping } = parameters
  const season = firstSeason(values, seasonSteps)
  const slope = firstSlope(values, seasonSteps)
  let level = firstLevel(values, seasonSteps) - (slope * (seasonSteps + 1)) / 2
  let trend = slope
  const expected = new Float64Array(count).fill(Number.NaN)
  const squares = new Float64Array(horizons.length)
  const seen = new Int32Array(horizons.length)
  const sums = horizons.map((ahead) => dampedSum(damping, ahead))
  for (let t = 0; t < count; t++) {
    const phase = seasonSteps > 0 ? t % seasonSteps : 0
    const value = values[t] ?? Number.NaN
    const seasonal = season[phase] ?? 0
    const before = level + damping * trend
    if (t >= learnsUntil) expected[t] = before + seasonal
    // Where nothing was measured, what was expected stands for it.
    if (Number.isNaN(value)) {
      trend *= damping
      level = before
    } else {
      const now = alpha * (value - seasonal) + (1 - alpha) * before
      trend = beta * (now - level) + (1 - beta) * damping * trend
      level = now
      if (seasonSteps > 0) season[phase] = gamma * (value - before) + (1 - gamma) * seasonal
    }
    if (t < learnsUntil) continue
    for (let index = 0; index < horizons.length; index++) {
      const ahead = horizons[index] ?? 1
      const known = values[t + ahead]
      if (known === undefined || Number.isNaN(known)) continue
      const seasonThen = seasonSteps > 0 ? (season[(t + ahead) % seasonSteps] ?? 0) : 0
      const error = level + (sums[index] ?? 1) * trend + seasonThen - known
      squares[index] = (squares[index] ?? 0) + error * error
      seen[index] = (seen[index] ?? 0) + 1
    }
  }
  const errors = horizons.map((_, index) => Math.sqrt((squares[index] ?? 0) / Math.max(1, seen[index] ?? 0)))
  return { level, trend, season, expected, errors, score: errors.reduce((sum, error) => sum + error, 0) }
}

/** `φ + φ² + … + φʰ`. */
function dampedSum(damping: number, ahead: number): number {
  return damping === 1 ? ahead : (damping * (1 - damping ** ahead)) / (1 - damping)
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  let count = 0
  for (let index = from; index < Math.min(to, values.length); index++) {
    const value = values[index] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

function firstLevel(values: Float64Array, seasonSteps: number): number {
  if (seasonSteps > 0) return meanOf(values, 0, seasonSteps) || 0
  return values.find((value) => !Number.isNaN(value)) ?? 0
}

/** How much each step grows, from the first season to the second. */
function firstSlope(values: Float64Array, seasonSteps: number): number {
  if (seasonSteps === 0) return 0
  return (seasonMean(values, seasonSteps, 1) - seasonMean(values, seasonSteps, 0)) / seasonSteps || 0
}

/** How far each place of the season lies from the line through it, over the first two of them. */
function firstSeason(values: Float64Array, seasonSteps: number): Float64Array {
  const season = new Float64Array(Math.max(1, seasonSteps))
  const slope = firstSlope(values, seasonSteps)
  const means = [0, 1].map((index) => seasonMean(values, seasonSteps, index))
  for (let phase = 0; phase < seasonSteps; phase++) {
    const offsets = [0, 1]
      .map((index) => {
        const line = (means[index] ?? 0) + slope * (phase - (seasonSteps - 1) / 2)
        return (values[phase + index * seasonSteps] ?? Number.NaN) - line
      })
      .filter((offset) => !Number.isNaN(offset))
    season[phase] = offsets.length === 0 ? 0 : offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length
  }
  return season
}

function seasonMean(values: Float64Array, seasonSteps: number, index: number): number {
  return meanOf(values, index * seasonSteps, (index + 1) * seasonSteps)
}

/** Between the horizons in a line; beyond the farthest it grows as that of a random walk does. */
function interpolated(horizons: readonly number[], errors: readonly number[], ahead: number): number {
  const next = horizons.findIndex((horizon) => horizon >= ahead)
  const last = horizons.length - 1
  if (next < 0) return (errors[last] ?? 0) * Math.sqrt(ahead / (horizons[last] ?? 1))
  const [from, to] = [horizons[next - 1] ?? 0, horizons[next] ?? 1]
  const [low, high] = [errors[next - 1] ?? errors[next] ?? 0, errors[next] ?? 0]
  return low + ((high - low) * (ahead - from)) / (to - from)
}

function usualErrorOf(values: Float64Array, expected: Float64Array): number {
  const errors: number[] = []
  for (let index = 0; index < values.length; index++) {
    const error = Math.abs((values[index] ?? Number.NaN) - (expected[index] ?? Number.NaN))
    if (!Number.isNaN(error)) errors.push(error)
  }
  errors.sort((a, b) => a - b)
  return (errors[Math.floor(errors.length / 2)] ?? 0) * deviationOfMedian
}

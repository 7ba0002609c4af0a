/**
 * Exponential smoothing with an additive season and a damped trend (Winters 1960; Gardner and McKenzie 1985), as
 * Hyndman and Athanasopoulos write it in "Forecasting: Principles and Practice", 8.3; without a season it is Holt's method.
 */

export interface Parameters {
  level: number
  trend: number
  season: number
  /** What is left of the trend from one step to the next. */
  damping: number
}

export interface Run {
  level: number
  trend: number
  season: Float64Array
  expected: Float64Array
  /** Root mean squared, for each horizon. */
  errors: number[]
  /** Mean absolute errors of all horizons: one jump does not decide it, as it would with squares. */
  score: number
}

/**
 * Goes through what is known and foresees from each place of it, by nothing that comes later (a rolling origin).
 * `slopes` are the trend at each place, where it is not learned on the way.
 */
export function follow(
  values: Float64Array,
  seasonSteps: number,
  parameters: Parameters,
  horizons: readonly number[],
  learnsUntil: number,
  slopes?: Float64Array,
): Run {
  const count = values.length
  const { level: alpha, trend: beta, season: gamma, damping } = parameters
  const season = firstSeason(values, seasonSteps)
  const slope = firstSlope(values, seasonSteps)
  let level = firstLevel(values, seasonSteps) - (slope * (seasonSteps + 1)) / 2
  let trend = slope
  const expected = new Float64Array(count).fill(Number.NaN)
  const squares = new Float64Array(horizons.length)
  const absolutes = new Float64Array(horizons.length)
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
    if (slopes) trend = slopes[t] ?? 0
    if (t < learnsUntil) continue
    for (let index = 0; index < horizons.length; index++) {
      const ahead = horizons[index] ?? 1
      const known = values[t + ahead]
      if (known === undefined || Number.isNaN(known)) continue
      const seasonThen = seasonSteps > 0 ? (season[(t + ahead) % seasonSteps] ?? 0) : 0
      const error = level + (sums[index] ?? 1) * trend + seasonThen - known
      squares[index] = (squares[index] ?? 0) + error * error
      absolutes[index] = (absolutes[index] ?? 0) + Math.abs(error)
      seen[index] = (seen[index] ?? 0) + 1
    }
  }
  const meanOfSums = (sums: Float64Array, index: number): number => (sums[index] ?? 0) / Math.max(1, seen[index] ?? 0)
  const errors = horizons.map((_, index) => Math.sqrt(meanOfSums(squares, index)))
  const score = horizons.reduce((sum, _, index) => sum + meanOfSums(absolutes, index), 0)
  return { level, trend, season, expected, errors, score }
}

/** `φ + φ² + … + φʰ`. */
export function dampedSum(damping: number, ahead: number): number {
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

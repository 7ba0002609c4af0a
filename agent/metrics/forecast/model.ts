import { slopesOf } from './drift.ts'
import { dampedSum, follow, type Parameters, type Run } from './smoothing.ts'

/** What of the past is carried on. */
export type Kind = 'level' | 'drift' | 'trend' | 'season'

export interface Fit {
  kind: Kind
  /** What is expected `ahead` steps after the last known one, from 1. */
  at(ahead: number): number
  /** The standard error of that. */
  errorAt(ahead: number): number
  /** One step ahead at each place: what was expected; NaN where nothing was. */
  expected: Float64Array
  /** The usual error one step ahead; a few wild values do not change it. */
  usualError: number
}

/** 1 is the last value, held. */
const levels = [0.2, 0.4, 0.6, 0.8, 1]
const trendLevels = [0.1, 0.3, 0.6, 1]
const trends = [0.02, 0.1, 0.3]
const seasons = [0.1, 0.4]
const dampings = [0.9, 0.98, 1]
/** What says more than what is simpler must have been so much nearer: of many that are tried, one is so by chance. */
const nearer = 0.9
/** What a parameter that is learned counts for, as in Akaike's criterion: holding the last value learns none. */
const perParameter = Math.exp(-1)
/** Of a median of absolute deviations, the standard deviation of a normal distribution. */
const deviationOfMedian = 1.4826

/** What is tried on the past: the values, how far ahead it has to see, and from where on it is judged. */
interface Past {
  values: Float64Array
  horizons: readonly number[]
  learnsUntil: number
}

/** One way to foresee, and how it did. */
interface Candidate {
  kind: Kind
  seasonSteps: number
  damping: number
  run: Run
}

/**
 * Values at equal steps, NaN where there is none, at least two seasons where one is looked for.
 *
 * How well each way would have foreseen what is known, one step ahead and farther, decides between them. Where only the
 * level moves, all ways to follow it are taken together by Akaike weights (Kolassa 2011, "Combining exponential smoothing
 * forecasts using Akaike weights"): over little that jumps, the best of them is so by chance. A drift (random walk with
 * drift), a damped trend or a season takes its place where it has foreseen clearly better.
 */
export function fitModel(values: Float64Array, seasonSteps: number, aheadSteps: number): Fit {
  const horizons = horizonsOf(values.length, aheadSteps)
  const past = { values, horizons, learnsUntil: Math.max(seasonSteps, Math.floor(values.length / 10)) }
  const tries = [levelOf(past), best([driftOf(past), ...trendsOf(past, 0)])]
  if (seasonSteps > 0) tries.push(best(trendsOf(past, seasonSteps)))
  const chosen = tries.reduce((simpler, each) => (each.run.score < nearer * simpler.run.score ? each : simpler))
  return fitOf(past, chosen)
}

const best = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((one, other) => (other.run.score < one.run.score ? other : one))

function tried(
  { values, horizons, learnsUntil }: Past,
  kind: Kind,
  parameters: Parameters,
  { seasonSteps = 0, slopes }: { seasonSteps?: number; slopes?: Float64Array } = {},
): Candidate {
  const run = follow(values, seasonSteps, parameters, horizons, learnsUntil, slopes)
  return { kind, seasonSteps, damping: parameters.damping, run }
}

const withoutTrend = (level: number): Parameters => ({ level, trend: 0, season: 0, damping: 1 })

/** All levels together, each by how likely it is. */
function levelOf(past: Past): Candidate {
  const runs = levels.map((level) => ({ level, run: tried(past, 'level', withoutTrend(level)).run }))
  const least = Math.min(...runs.map(({ run }) => run.score))
  // Errors h steps ahead overlap: of n of them n / h tell something new.
  const total = past.horizons.reduce((sum, horizon) => sum + horizon, 0)
  const counted =
    past.horizons.reduce((sum, horizon) => sum + past.values.length - past.learnsUntil - horizon, 0) / total
  const likely = runs.map(({ level, run: { score } }) => {
    const likelihood = score === least ? 1 : (least / score) ** counted
    return level === 1 ? likelihood : perParameter * likelihood
  })
  const sum = likely.reduce((all, each) => all + each, 0)
  const mean = (of: (run: Run) => number): number =>
    runs.reduce((all, { run }, index) => all + ((likely[index] ?? 0) / sum) * of(run), 0)
  const run: Run = {
    level: mean(({ level }) => level),
    trend: 0,
    season: new Float64Array(1),
    expected: past.values.map((_, at) => mean(({ expected }) => expected[at] ?? Number.NaN)),
    // Together they err no more than they do on average.
    errors: past.horizons.map((_, index) => mean(({ errors }) => errors[index] ?? 0)),
    score: mean(({ score }) => score),
  }
  return { kind: 'level', seasonSteps: 0, damping: 1, run }
}

/** The last value, and on from it by what has usually been the change. */
const driftOf = (past: Past): Candidate =>
  tried(past, 'drift', withoutTrend(1), { slopes: slopesOf(past.values, past.horizons.at(-1) ?? 1) })

function trendsOf(past: Past, seasonSteps: number): Candidate[] {
  const found: Candidate[] = []
  const kind = seasonSteps > 0 ? 'season' : 'trend'
  for (const level of trendLevels)
    for (const season of seasonSteps > 0 ? seasons : [0]) {
      if (seasonSteps > 0) found.push(tried(past, kind, { level, trend: 0, season, damping: 1 }, { seasonSteps }))
      for (const trend of trends)
        for (const damping of dampings)
          found.push(tried(past, kind, { level, trend, season, damping }, { seasonSteps }))
    }
  return found
}

function fitOf({ values, horizons }: Past, { kind, seasonSteps, damping, run }: Candidate): Fit {
  return {
    kind,
    at: (ahead) =>
      run.level + dampedSum(damping, ahead) * run.trend + (run.season[(values.length - 1 + ahead) % seasonSteps] ?? 0),
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

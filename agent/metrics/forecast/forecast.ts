import type { Forecast, Point } from '../../../contract/index.ts'
import { type Fit, fitModel, type Kind } from './model.ts'

export interface ForecastRequest {
  /** At places of a grid, oldest first; what is null or left out was not measured. */
  points: readonly Point[]
  stepMs: number
  aheadMs: number
  limit: number | null
  /** What it cannot pass: less than nothing is in no use. */
  least: number
}

const dayMs = 86_400_000
/** With fewer values than these nothing is foreseen. */
export const leastValues = 12
/** Days of history from which a season of a day is looked for. */
const leastDays = 2
/** Points that a forecast is drawn by. */
const mostPoints = 200
const mostOutliers = 200
/** Of a history so many steps are looked at. */
const mostSteps = 10_000
/** Standard deviations that hold 80 % and 99 % of a normal distribution. */
const within80 = 1.2816
const within99 = 2.5758

type Answer = Pick<Forecast, 'method' | 'points' | 'outliers' | 'reachesLimitAt'>

/** Where a series is going; pure. */
export function forecastOf({ points, stepMs, aheadMs, limit, least }: ForecastRequest): Answer {
  const known = points.filter(([, value]) => value !== null)
  const [first, last] = [known[0], points.at(-1)]
  if (!first || !last || known.length < leastValues)
    return { method: 'Too little history yet', points: [], outliers: [], reachesLimitAt: null }
  const begun = onGrid(points.slice(points.indexOf(first)), stepMs)
  const values = Float64Array.from(begun, ([, value]) => value ?? Number.NaN)
  const daySteps = Math.round(dayMs / stepMs)
  const hasSeason = daySteps >= 4 && values.length >= leastDays * daySteps && known.length >= values.length / 2
  const steps = Math.max(1, Math.ceil(aheadMs / stepMs))
  const model = fitModel(values, hasSeason ? daySteps : 0, steps)
  return {
    method: methodOf(model.kind, hasSeason),
    points: drawn(model, last[0], stepMs, steps, least),
    outliers: outliersOf(begun, model),
    reachesLimitAt: limit === null ? null : reachedAt(model, last[0], stepMs, steps, limit),
  }
}

/** A place for each step: what was left out must not draw together what lies around it. */
function onGrid(points: readonly Point[], stepMs: number): Point[] {
  const startMs = points[0]?.[0] ?? 0
  const grid: Point[] = []
  for (const [atMs, value] of points) {
    const place = Math.min(mostSteps - 1, Math.round((atMs - startMs) / stepMs))
    while (grid.length <= place) grid.push([startMs + grid.length * stepMs, null])
    if (value !== null) grid[place] = [atMs, value]
  }
  return grid
}

const carriedOn: Readonly<Record<Exclude<Kind, 'season'>, string>> = {
  level: 'The level of late, without a trend',
  drift: 'The usual change from the last value on',
  trend: 'Holt’s damped trend',
}

function methodOf(kind: Kind, hadDays: boolean): string {
  if (kind === 'season') return 'Holt–Winters with a season of a day'
  return `${carriedOn[kind]}: ${hadDays ? 'no season of a day shows' : 'less than two days of history'}`
}

function drawn(model: Fit, lastMs: number, stepMs: number, steps: number, least: number): Forecast['points'] {
  const stride = Math.max(1, Math.ceil(steps / mostPoints))
  const points: Forecast['points'] = []
  for (let ahead = stride; ahead <= steps; ahead += stride) {
    const value = model.at(ahead)
    const margin = within80 * model.errorAt(ahead)
    const [mean = 0, low = 0, high = 0] = [value, value - margin, value + margin].map((each) => Math.max(least, each))
    points.push([lastMs + ahead * stepMs, mean, low, high])
  }
  return points
}

/** Past points outside of the band that holds 99 % of what is expected. */
function outliersOf(points: readonly Point[], { expected, usualError }: Fit): Forecast['outliers'] {
  // A series that hardly moves would make an outlier of the least movement.
  const scale = Math.max(...points.map(([, value]) => Math.abs(value ?? 0)))
  const margin = Math.max(within99 * usualError, scale * 0.01)
  const found = points.flatMap(([atMs, value], index): Forecast['outliers'] => {
    const wanted = expected[index]
    const isKnown = value !== null && wanted !== undefined && !Number.isNaN(wanted)
    return isKnown && Math.abs(value - wanted) > margin ? [[atMs, value]] : []
  })
  return found.slice(-mostOutliers)
}

function reachedAt(model: Fit, lastMs: number, stepMs: number, steps: number, limit: number): string | null {
  for (let ahead = 1; ahead <= steps; ahead++) {
    const value = model.at(ahead)
    if (value < limit) continue
    const before = ahead === 1 ? value : model.at(ahead - 1)
    const share = value === before ? 1 : (limit - before) / (value - before)
    return new Date(lastMs + (ahead - 1 + Math.min(1, Math.max(0, share))) * stepMs).toISOString()
  }
  return null
}

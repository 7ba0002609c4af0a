import type { Forecast, ForecastQuery, MetricQuery, Point, Series } from '../../../contract/index.ts'
import { CoreError } from '../../core.ts'
import { parseDuration } from '../../time.ts'
import { forecastOf, leastValues } from './forecast.ts'

export interface ForecastDeps {
  query: (query: MetricQuery) => Promise<Series[]>
  nowMs: () => number
  /** Of a service's memory, in bytes. */
  memoryLimitOf: (service: string) => number | undefined
}

/** What is looked back on to find a season of a day, by steps that make a day of 96. */
const seasonal = { from: '7d', step: '15m', stepMs: 900_000 }
const twoDaysMs = 2 * 86_400_000
const mostAheadMs = 30 * 86_400_000
/** What of a history without a season is looked at, in steps. */
const trendSteps = 300
const leastStepMs = 10_000

/** Where a metric of one subject is going. @throws BAD_INPUT */
export async function answerForecast(deps: ForecastDeps, query: ForecastQuery): Promise<Forecast> {
  const aheadMs = parseDuration(query.ahead)
  if (aheadMs === undefined || aheadMs <= 0 || aheadMs > mostAheadMs)
    throw badInput('ahead', `"${query.ahead}" is no time ahead: write 30m, 4h or 7d, at most 30d.`)
  const { series, stepMs } = await historyOf(deps, query, aheadMs)
  const limit = limitOf(deps, query, series)
  const { metric, unit = 'none', subject = query.service ?? '', points = [] } = series ?? { metric: query.metric }
  const answer = forecastOf({ points, stepMs, aheadMs, limit, least: 0 })
  return { metric, unit, subject, limit, ...answer }
}

/** The last week, where it shows two days; else the last hours, in finer steps. */
async function historyOf(
  deps: ForecastDeps,
  query: ForecastQuery,
  aheadMs: number,
): Promise<{ series: Series | undefined; stepMs: number }> {
  const long = await seriesOf(deps, query, query.from ?? seasonal.from, seasonal.step)
  const first = long?.points.find(([, value]) => value !== null)
  const knownMs = first ? deps.nowMs() - first[0] : 0
  if (knownMs >= twoDaysMs) return { series: long, stepMs: seasonal.stepMs }
  // What lies far back says little of a trend that has no season.
  const backMs = Math.min(Math.max(knownMs, trendSteps * leastStepMs), Math.max(3_600_000, 4 * aheadMs), twoDaysMs)
  const stepMs = Math.max(leastStepMs, Math.ceil(backMs / trendSteps / 1000) * 1000)
  const near = await seriesOf(deps, query, `${Math.ceil(backMs / 1000)}s`, `${stepMs / 1000}s`)
  const isEnough = (near?.points.filter(([, value]) => value !== null).length ?? 0) >= leastValues
  return { series: isEnough ? near : (near ?? long), stepMs }
}

async function seriesOf(
  deps: ForecastDeps,
  { metric, on, service, label }: ForecastQuery,
  from: string,
  step: string,
): Promise<Series | undefined> {
  const found = await deps.query({ metric, on, from, step, stat: 'mean', points: 10_000, ...(service && { service }) })
  const [name, value] = label === undefined ? [] : label.split(/=(.*)/s)
  const wanted = name === undefined ? found : found.filter(({ labels }) => labels[name] === value)
  const [series] = wanted
  return series && { ...series, points: withoutLast(series.points, deps.nowMs()) }
}

/** The step that is under way has only begun, and what has not come yet is no gap. */
function withoutLast(points: readonly Point[], nowMs: number): Point[] {
  const past = points.filter(([atMs]) => atMs <= nowMs)
  const end = past.findLastIndex(([, value]) => value !== null)
  return past.slice(0, end < past.length - 1 ? end + 1 : end)
}

/** Where a metric ends: a disk, the memory of the machine, a service's limit. */
function limitOf({ memoryLimitOf }: ForecastDeps, { metric, on, service }: ForecastQuery, series: Series | undefined) {
  if (metric === 'memory_bytes' && on === 'service') return memoryLimitOf(series?.subject ?? service ?? '') ?? null
  return /^(?:disk|disk_inodes|memory|swap)_percent$/.test(metric) ? 100 : null
}

const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })

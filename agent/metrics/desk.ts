import type { MetricInfo, MetricQuery, Series } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import type { SeriesStore } from '../store/index.ts'
import { parseDuration, parseTime } from '../time.ts'
import { isKnown, knownMetrics, unitOf } from './known.ts'
import type { MetricsDesk } from './types.ts'

export interface DeskDeps {
  store: SeriesStore
  /** Resolves when the store has all that was measured. */
  flush: () => Promise<void>
  nowMs: () => number
  intervalMs: () => number
  hostName: () => string
  /** The names of the service's instances. @throws NOT_FOUND with the nearest name there is */
  instancesOf: (name: string) => string[]
  /** What is read of services' own endpoints now. */
  scraped: (service: string | undefined) => MetricInfo[]
}

const lastHourMs = 3_600_000
/** Values of one series, where each stands for a step. */
const mostSteps = 10_000
const mostNames = 100

const listOf = (one: string | readonly string[]): string[] => (typeof one === 'string' ? [one] : [...one])

/** Answers what is asked about measurements; reads the store and nothing else. */
export function openDesk(deps: DeskDeps): Pick<MetricsDesk, 'names' | 'query'> {
  return {
    names: async (service) => {
      if (service === undefined) return [...knownMetrics, ...deps.scraped(undefined)]
      deps.instancesOf(service)
      return [...knownMetrics.filter(({ on }) => on === 'service'), ...deps.scraped(service)]
    },
    query: (query) => answer(deps, query),
  }
}

async function answer(deps: DeskDeps, query: MetricQuery): Promise<Series[]> {
  const { on, stat } = query
  const metrics = [...new Set(listOf(query.metric).flatMap((text) => text.split(',')))].filter(Boolean)
  if (metrics.length === 0 || metrics.length > mostNames)
    throw badInput('metric', `Name from 1 to ${mostNames} metrics.`)
  const { fromMs, toMs, stepMs } = timesOf(query, deps.nowMs())
  const asked =
    on === 'service' && query.service !== undefined
      ? listOf(query.service).flatMap((text) => text.split(','))
      : undefined
  await deps.flush()
  const found = await deps.store.query({
    kind: on,
    metrics,
    fromMs,
    toMs,
    stat,
    points: query.points,
    intervalMs: deps.intervalMs(),
    ...(stepMs === undefined ? {} : { stepMs }),
    ...(asked === undefined ? {} : { subjects: asked }),
  })
  if (found.tooMany !== undefined)
    throw badInput('service', `That is ${found.tooMany} series at once; name fewer services or metrics.`)
  // Who is gone may still have a history, so only a name that has none at all is refused.
  for (const name of asked ?? [])
    if (!found.series.some(({ subject }) => subject === name || subject.startsWith(`${name}#`))) deps.instancesOf(name)
  refuseUnknown(deps, query, metrics, new Set(found.series.map(({ metric }) => metric)))
  return found.series.map(({ metric, subject, labels, points }) => ({
    metric,
    unit: unitOf(on, metric),
    on,
    subject,
    labels,
    points,
    level: found.level,
    stat,
    stepMs: found.stepMs,
  }))
}

/** A metric of which there is nothing may only be new, unless nobody measures one of that name. */
function refuseUnknown(
  deps: DeskDeps,
  { on }: MetricQuery,
  metrics: readonly string[],
  found: ReadonlySet<string>,
): void {
  const unknown = metrics.find((metric) => !found.has(metric) && !isKnown(on, metric))
  if (unknown === undefined) return
  if (on === 'service' && deps.scraped(undefined).some(({ metric }) => metric === unknown)) return
  const names = knownMetrics.filter((each) => each.on === on).map(({ metric }) => metric)
  throw badInput(
    'metric',
    `There is no metric "${unknown}" of ${on === 'service' ? 'services' : `the ${on}`}: ${names.join(', ')}.`,
  )
}

function timesOf(query: MetricQuery, nowMs: number): { fromMs: number; toMs: number; stepMs: number | undefined } {
  const time = (path: 'from' | 'to', missing: number): number => {
    const text = query[path]
    if (text === undefined) return missing
    const atMs = parseTime(text, nowMs)
    if (atMs === undefined)
      throw badInput(path, `"${text}" is no time: write 2026-05-30T14:00:00Z, or how long ago, as 1h.`)
    return atMs
  }
  const toMs = time('to', nowMs + 1)
  const fromMs = time('from', toMs - lastHourMs)
  if (fromMs >= toMs) throw badInput('from', 'The time that it begins at is not before the one that it ends at.')
  if (query.step === undefined) return { fromMs, toMs, stepMs: undefined }
  const stepMs = parseDuration(query.step)
  if (stepMs === undefined || stepMs < 1_000) throw badInput('step', `"${query.step}" is no step: write 30s, 5m or 1h.`)
  const steps = Math.ceil((toMs - fromMs) / stepMs)
  if (steps > mostSteps)
    throw badInput('step', `That is ${steps} steps; ${mostSteps} are the most. Write a longer one.`)
  return { fromMs, toMs, stepMs }
}

const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })

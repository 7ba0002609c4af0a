import type { AlertsSummary, MetricInfo } from '../../contract/index.ts'
import { LateTexts } from '../config/index.ts'
import type { Look, MeasuredUnit, SelfSample } from '../metrics/index.ts'
import {
  answerForecast,
  describeRefusal,
  expose,
  isKnown,
  type MetricsDesk,
  openDesk,
  Recorder,
  tendSeries,
  unitOf,
} from '../metrics/index.ts'
import { currentEnv, readTextNow, sampleSelf } from '../os/index.ts'
import type { SeriesRefusal } from '../store/index.ts'
import { shownState } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'
import { findUnits } from './find.ts'
import { tightenedMs } from './guards.ts'
import { listServices } from './present.ts'
import { openScraper } from './scrape.ts'

/** Keeps what is measured, and answers about it. */
export function openMetrics(
  engine: Engine,
  alerts: () => AlertsSummary,
): { desk: MetricsDesk; begin: () => void; close: () => Promise<void> } {
  const { store, clock, log } = engine.deps
  const hostName = (): string => engine.deps.hostName
  const recorder = new Recorder({
    store: store.series,
    hostName,
    onProblem: (problem) => log.warn({ error: String(problem) }, 'measurements were not kept'),
    onRefusal: (refusal) => tellRefusal(engine, refusal),
  })
  const stopRecording = engine.metrics.onSweep((sweep) => recorder.add(sweep))
  let stopTending = (): void => {}
  const { scraper, close: stopScraping } = openScraper(engine)
  engine.scraped = () => scraper.measurements()
  const desk = openDesk({
    store: store.series,
    flush: () => recorder.flush(),
    nowMs: () => clock.nowMs(),
    intervalMs: () => intervalMsOf(engine),
    hostName,
    instancesOf: (name) => findUnits(engine, name).map(({ instance }) => instance),
    scraped: (service) => scrapedMetrics(engine, service),
  })
  return {
    // An agent that does not come to begin must not be held by a timer.
    begin() {
      stopTending = tendSeries(store.series, clock, () => {
        const retentionMs = engine.configuration?.agent.metrics.retentionMs
        return retentionMs === undefined ? undefined : tightenedMs(retentionMs, engine.tightness)
      })
    },
    desk: {
      ...desk,
      forecast: (query) =>
        answerForecast(
          {
            query: desk.query,
            nowMs: () => clock.nowMs(),
            memoryLimitOf: (name) => engine.specs.get(name.replace(/#\d+$/, ''))?.resources.memoryBytes,
          },
          query,
        ),
      exposition: () =>
        expose({
          services: listServices(engine),
          sweep: engine.metrics.latest(),
          alerts: alerts(),
          telemetry: engine.telemetryCounts(),
          version: engine.deps.info().version,
        }),
    },
    async close() {
      stopScraping()
      stopRecording()
      stopTending()
      await recorder.flush(true)
    },
  }
}

function tellRefusal({ eventLog }: Engine, refusal: SeriesRefusal): void {
  const { service, text } = describeRefusal(refusal)
  const event = { severity: 'warning', author: 'agent', text } as const
  if (service === undefined) eventLog.append({ ...event, kind: 'agent.warning' })
  else eventLog.append({ ...event, kind: 'service.warning', service })
}

/**
 * Serves metrics where `prometheus_endpoint` says, also after it has changed. Why it cannot is told, and all else goes on.
 * Returns what ends it.
 */
export function followEndpoint(
  engine: Engine,
  serve: (endpoint: string | undefined) => Promise<string | undefined>,
): () => void {
  const tell = (text: string): void => {
    engine.deps.log.warn({}, text)
    engine.eventLog.append({ kind: 'agent.warning', severity: 'warning', text, author: 'agent' })
  }
  let told: string | undefined
  const follow = async (): Promise<void> => {
    const { endpoint, problem } = endpointOf(engine)
    const why = problem ?? (await serve(endpoint))
    if (why !== undefined && why !== told) tell(why)
    told = why
  }
  const again = (): void => void follow().catch((error: unknown) => tell(`Metrics are not served: ${String(error)}`))
  engine.configured.add(again)
  again()
  return () => engine.configured.delete(again)
}

function endpointOf({ configuration }: Engine): { endpoint?: string; problem?: string } {
  const setting = configuration?.agent.metrics.prometheusEndpoint
  if (!setting) return {}
  const texts = new LateTexts(setting.range.file, { env: currentEnv(), readFile: readTextNow })
  const endpoint = texts.text(setting)
  const [missing] = texts.missing
  return missing ? { problem: `Metrics are not served. ${missing.message}` } : { endpoint }
}

const usualIntervalMs = 5_000
/** Nothing is measured more often, whatever the configuration says or whoever looks. */
const leastIntervalMs = 1_000
export const intervalMsOf = ({ configuration }: Engine): number =>
  Math.max(configuration?.agent.metrics.intervalMs ?? usualIntervalMs, leastIntervalMs)

/** The metrics that services tell of now, each once. */
function scrapedMetrics(engine: Engine, service: string | undefined): MetricInfo[] {
  const instances = service && new Set(findUnits(engine, service).map(({ instance }) => instance))
  const names = new Set<string>()
  for (const { subject, metric } of engine.scraped())
    if (!isKnown('service', metric) && (!instances || instances.has(subject))) names.add(metric)
  return [...names].map((metric) => ({
    metric,
    on: 'service',
    unit: unitOf('service', metric),
    help: 'Read from the service itself',
    scraped: true,
  }))
}

/** What the agent itself is. */
export const measuredSelf = ({ deps, hub }: Engine, { loopDelayMs }: Look): SelfSample => ({
  ...sampleSelf(),
  eventLoopDelayMs: loopDelayMs,
  storeQueue: deps.store.waiting(),
  stateWatchers: hub.lookers,
})

/** An instance, whether it runs or not, as far as it is measured. */
export function measuredUnit({ supervisor, specs }: Engine, instance: string): MeasuredUnit | undefined {
  const unit = supervisor.unit(instance)
  if (!unit) return undefined
  const isUp = shownState[unit.phase] === 'running'
  return {
    instance,
    isUp,
    restarts: unit.restarts,
    startedAtMs: isUp ? unit.startedAtMs : null,
    memoryLimitBytes: specs.get(unit.service)?.resources.memoryBytes,
  }
}

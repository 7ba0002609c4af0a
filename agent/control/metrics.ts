import type { Look, MeasuredUnit, SelfSample } from '../metrics/index.ts'
import { type MetricsDesk, openDesk, quietMetrics, Recorder, tendSeries } from '../metrics/index.ts'
import { sampleSelf } from '../os/index.ts'
import { shownState } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'
import { findUnits } from './find.ts'

/** Keeps what is measured, and answers about it. */
export function openMetrics(engine: Engine): { desk: MetricsDesk; close: () => Promise<void> } {
  const { store, clock, log } = engine.deps
  const hostName = (): string => engine.deps.hostName
  const recorder = new Recorder(store.series, hostName, (problem) =>
    log.warn({ error: String(problem) }, 'measurements were not kept'),
  )
  const stopRecording = engine.metrics.onSweep((sweep) => recorder.add(sweep))
  const stopTending = tendSeries(store.series, clock, () => engine.configuration?.agent.metrics.retentionMs)
  const desk = openDesk({
    store: store.series,
    flush: () => recorder.flush(),
    nowMs: () => clock.nowMs(),
    intervalMs: () => intervalMsOf(engine),
    hostName,
    instancesOf: (name) => findUnits(engine, name).map(({ instance }) => instance),
    scraped: () => [],
  })
  return {
    desk: { ...desk, forecast: quietMetrics.forecast },
    async close() {
      stopRecording()
      stopTending()
      await recorder.flush(true)
    },
  }
}

const usualIntervalMs = 5_000
export const intervalMsOf = ({ configuration }: Engine): number =>
  configuration?.agent.metrics.intervalMs ?? usualIntervalMs

/** What the agent itself is. */
export const measuredSelf = ({ deps, hub }: Engine, { loopDelayMs }: Look): SelfSample => ({
  ...sampleSelf(),
  eventLoopDelayMs: loopDelayMs,
  storeQueue: deps.store.waiting(),
  stateWatchers: hub.lookers,
})

/** Every instance, whether it runs or not, as far as it is measured. */
export function* measuredUnits(engine: Engine): Generator<MeasuredUnit> {
  for (const unit of engine.supervisor.units()) {
    const isUp = shownState[unit.phase] === 'running'
    yield {
      instance: unit.instance,
      isUp,
      restarts: unit.restarts,
      startedAtMs: isUp ? unit.startedAtMs : null,
      memoryLimitBytes: engine.specs.get(unit.service)?.resources.memoryBytes,
    }
  }
}

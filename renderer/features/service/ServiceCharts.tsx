import { Suspense, useCallback, useMemo } from 'react'
import type { Service } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { navigate, servicePath, withQuery } from '../../router/index.ts'
import { usePanel, useUsage } from '../../store/index.ts'
import {
  alertBars,
  downTimes,
  furtherMetrics,
  labelWords,
  linesOf,
  metricWords,
  type PlotSpec,
  readSize,
  ShortNote,
  TimePlots,
  thresholdsOf,
  useAlerts,
  useFitted,
  useMarks,
  useRules,
  useSeries,
  useTimeRange,
} from '../charts/index.ts'

/** What is scraped is known after its first reading, which comes within so long. */
const namesEveryMs = 15_000

/** How a service has done over time: what it used, what it tells of itself, and what happened, on one axis. */
export function ServiceCharts({ service }: { service: Service }) {
  const { name } = service
  const view = useTimeRange()
  const further = useFurther(name)
  const metrics = ['cpu_percent', 'memory_bytes', 'up', ...further.map(({ metric }) => metric)]
  const { series, problem } = useSeries({ on: 'service', metrics, services: [name] }, view)
  const marks = useMarks(name, view)
  const rules = useRules()
  const alerts = useAlerts(name, view.span)
  const span = useFitted(view, series, marks)
  const limitBytes = useMemoryLimit(service)
  const isMeasured = useIsMeasured(service)
  // A task that is over, or a service that nobody wanted yet, is not down.
  const isMeantToRun = service.type === 'service' && (service.desired === 'up' || hasRun(service))
  const plots = useMemo(() => {
    const plotOf = (metric: string, rest: Partial<PlotSpec>): PlotSpec => {
      const found = (series ?? []).filter((each) => each.metric === metric)
      return {
        id: metric,
        name: metricWords(metric),
        unit: found[0]?.unit ?? 'none',
        lines: linesOf(found, ({ labels }) => labelWords(labels)),
        thresholds: thresholdsOf(rules, { on: 'service', metric, service }),
        alerts: alertBars(alerts, metric, span),
        empty: series === null ? 'Reading…' : emptyWords(service, isMeasured),
        ...rest,
      }
    }
    const memory = plotOf('memory_bytes', { unit: 'bytes', leastTop: 5e6, note: 'process tree' })
    const limits =
      limitBytes === undefined ? [] : [{ value: limitBytes, severity: 'critical', label: 'limit' } as const]
    return [
      plotOf('cpu_percent', { unit: 'percent', leastTop: 5, note: 'of one core' }),
      { ...memory, thresholds: [...(memory.thresholds ?? []), ...limits] },
      ...further.map(({ metric, unit, scraped, help }) =>
        plotOf(metric, { unit, ...(scraped ? { empty: help } : {}) }),
      ),
    ]
  }, [series, further, rules, alerts, span, limitBytes, isMeasured, service])
  const down = useMemo(() => {
    const up = (series ?? []).find(({ metric }) => metric === 'up')
    return up && isMeantToRun ? downTimes(up, span) : []
  }, [series, span, isMeantToRun])
  const openLogs = useCallback(
    (atMs: number) => navigate(withQuery(servicePath(name, 'logs'), { at: new Date(atMs).toISOString() })),
    [name],
  )
  return (
    <Suspense fallback={<div className="plots-wait" />}>
      {problem !== null && <p className="dim">{problem}</p>}
      <ShortNote shown={span} asked={view.span} />
      <TimePlots
        label={name}
        plots={plots}
        span={span}
        nowMs={view.nowMs}
        marks={marks}
        down={down}
        onSpan={view.setSpan}
        onReset={view.reset}
        onOpen={openLogs}
      />
    </Suspense>
  )
}

/** Of what runs there are figures within so long. */
const measuredWithinMs = 15_000

/** Whether there are figures of a service, or will be soon. */
function useIsMeasured({ name, startedAt }: Service): boolean {
  const { memoryBytes } = useUsage(name)
  return usePanel(
    ({ nowMs }) => memoryBytes !== null || startedAt === null || nowMs - Date.parse(startedAt) < measuredWithinMs,
  )
}

/** What was ended once has run, however short a time. */
const hasRun = ({ startedAt, exitCode, signal }: Service): boolean =>
  startedAt !== null || exitCode !== null || signal !== null

function emptyWords(service: Service, isMeasured: boolean): string {
  if (service.pid === null)
    return hasRun(service) ? 'It did not run in this time, or not long enough to be measured.' : 'It has not run yet.'
  return isMeasured
    ? 'Nothing was measured in this time. New figures come within seconds.'
    : 'Nothing is measured: metrics are switched off in the agent block of the configuration.'
}

/** What is measured beside CPU and memory. */
function useFurther(service: string) {
  const read = useCallback((signal: AbortSignal) => client.metrics.names({ service }, { signal }), [service])
  const { value } = usePoll(read, namesEveryMs)
  return useMemo(() => {
    const { own, scraped } = furtherMetrics(value?.items ?? [])
    return [...own, ...scraped]
  }, [value])
}

/** The memory that its configuration allows. */
function useMemoryLimit({ name, since }: Service): number | undefined {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `since` is what tells that it may have changed
  const read = useCallback((signal: AbortSignal) => client.services.config({ name }, { signal }), [name, since])
  const { value } = usePoll(read, null)
  const limit = value?.items.find(({ path }) => path.endsWith('.resources.memory_limit'))?.value
  return limit === undefined || limit === null ? undefined : readSize(limit)
}

import { Suspense, useCallback, useMemo } from 'react'
import type { Service } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { navigate, servicePath, withQuery } from '../../router/index.ts'
import {
  downTimes,
  furtherMetrics,
  labelWords,
  linesOf,
  metricWords,
  type PlotSpec,
  readSize,
  TimePlots,
  thresholdsOf,
  useAlertBars,
  useAlerts,
  useMarks,
  useRules,
  useSeries,
  useTimeRange,
} from '../charts/index.ts'

const namesEveryMs = 60_000

/** How a service has done over time: what it used, what it tells of itself, and what happened, on one axis. */
export function ServiceCharts({ service }: { service: Service }) {
  const { name } = service
  const view = useTimeRange()
  const further = useFurther(name)
  const metrics = ['cpu_percent', 'memory_bytes', 'up', ...further.map(({ metric }) => metric)]
  const { series, problem } = useSeries({ on: 'service', metrics, services: [name] }, view)
  const marks = useMarks(name, view)
  const rules = useRules()
  const alertsOf = useAlertBars(useAlerts(name, view.span), view.nowMs)
  const limitBytes = useMemoryLimit(service)
  const of = (metric: string) => (series ?? []).filter((each) => each.metric === metric)
  const plotOf = (metric: string, rest: Partial<PlotSpec>): PlotSpec => {
    const found = of(metric)
    return {
      id: metric,
      name: metricWords(metric),
      unit: found[0]?.unit ?? 'none',
      lines: linesOf(found, ({ labels }) => labelWords(labels)),
      thresholds: thresholdsOf(rules, { on: 'service', metric, service }),
      alerts: alertsOf(metric),
      empty: series === null ? 'Reading…' : emptyWords(service),
      ...rest,
    }
  }
  const memory = plotOf('memory_bytes', { unit: 'bytes', leastTop: 5e6, note: 'process tree' })
  const plots = [
    plotOf('cpu_percent', { unit: 'percent', leastTop: 5, note: 'of one core' }),
    limitBytes === undefined
      ? memory
      : {
          ...memory,
          thresholds: [
            ...(memory.thresholds ?? []),
            { value: limitBytes, severity: 'critical' as const, label: 'limit' },
          ],
        },
    ...further.map(({ metric, unit, help }) =>
      plotOf(metric, { unit, note: unit === 'count' ? '' : undefined, empty: help }),
    ),
  ]
  const down = useMemo(() => {
    const up = (series ?? []).find(({ metric }) => metric === 'up')
    return up ? downTimes(up, view.span) : []
  }, [series, view.span])
  const openLogs = useCallback(
    (atMs: number) => navigate(withQuery(servicePath(name, 'logs'), { at: new Date(atMs).toISOString() })),
    [name],
  )
  return (
    <Suspense fallback={<div className="plots-wait" />}>
      {problem !== null && <p className="dim">{problem}</p>}
      <TimePlots
        label={name}
        plots={plots}
        span={view.span}
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

function emptyWords({ pid, startedAt }: Service): string {
  if (pid !== null) return 'No history yet. Its first figures come within seconds.'
  return startedAt === null ? 'It has not run yet, so there is nothing to show.' : 'It did not run in this time.'
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

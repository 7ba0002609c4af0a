import { Suspense, useMemo } from 'react'
import { type Alert, addressOf } from '../../../contract/index.ts'
import { navigate, withQuery } from '../../router/index.ts'
import { useIsEveryHost } from '../../store/index.ts'
import {
  alertBars,
  labelWords,
  linesOf,
  metricWords,
  type PlotSpec,
  type Span,
  TimePlots,
  useForecast,
  useMarks,
  useSeries,
  useTimeRange,
} from '../charts/index.ts'

const hourMs = 3_600_000
/** As much is shown before and after one that is over as it lasted, within reason. */
const leastAroundMs = 600_000

/** The value against its threshold, with when it fired and where it is going. */
export function AlertChart({ alert }: { alert: Alert }) {
  const { nowMs } = useTimeRange()
  const { metric, unit, service, on, endsAt, startsAt, threshold, severity, name } = alert
  const span = useMemo(() => spanAround(startsAt, endsAt, nowMs), [startsAt, endsAt, nowMs])
  const isEvery = useIsEveryHost()
  // Among all hosts a machine has an address as well.
  const whom = service ?? (isEvery ? addressOf('', alert.host) : undefined)
  const isOver = endsAt !== undefined
  const range = useMemo(
    () => (isOver ? ({ kind: 'fixed', span } as const) : ({ kind: 'last', id: '1h' } as const)),
    [isOver, span],
  )
  const subject = on === 'service' ? 'service' : on === 'agent' ? 'agent' : 'host'
  const { series, problem } = useSeries(
    { on: subject, metrics: metric === null ? [] : [metric], services: whom === undefined ? [] : [whom] },
    { range },
  )
  const forecast = useForecast(
    isOver || metric === null ? null : { metric, on: subject, service: whom, aheadMs: hourMs / 2 },
  )
  const marks = useMarks(whom, { range })
  const shown = useMemo<Span>(
    () => ({ fromMs: span.fromMs, toMs: isOver ? span.toMs : span.toMs + hourMs / 2 }),
    [span, isOver],
  )
  if (metric === null || unit === null) return null
  const plot: PlotSpec = {
    id: `alert ${metric}`,
    name: metricWords(metric),
    unit,
    lines: linesOf(series ?? [], ({ subject: name, labels }) => [name, labelWords(labels)].filter(Boolean).join(' ')),
    thresholds: threshold === null ? [] : [{ value: threshold, severity, label: name }],
    alerts: alertBars([alert], metric, span),
    forecast,
    height: 200,
    empty: problem ?? undefined,
  }
  return (
    <Suspense fallback={<div className="plots-wait" />}>
      <TimePlots
        label={`${metricWords(metric)} of ${service ?? alert.host}`}
        plots={[plot]}
        span={shown}
        nowMs={nowMs}
        marks={marks}
        onSpan={() => undefined}
        onReset={() => undefined}
        onOpen={(atMs) => navigate(withQuery('/logs', { service: whom ?? '', at: new Date(atMs).toISOString() }))}
      />
    </Suspense>
  )
}

function spanAround(startsAt: string, endsAt: string | undefined, nowMs: number): Span {
  if (endsAt === undefined) return { fromMs: nowMs - hourMs, toMs: nowMs }
  const [fromMs, toMs] = [Date.parse(startsAt), Date.parse(endsAt)]
  const aroundMs = Math.max(leastAroundMs, toMs - fromMs)
  return { fromMs: fromMs - aroundMs, toMs: Math.min(nowMs, toMs + aroundMs) }
}

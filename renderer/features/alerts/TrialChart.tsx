import { Suspense, useMemo } from 'react'
import type { AlertOn, RuleTrial, Severity } from '../../../contract/index.ts'
import { useNowMs } from '../../store/index.ts'
import { labelWords, linesOf, metricWords, mostSeries, type PlotSpec, TimePlots, useSeries } from '../charts/index.ts'

interface TrialChartProps {
  trial: RuleTrial
  on: AlertOn
  severity: Severity
}

/** An episode that is shorter than this part of the chart would not be seen. */
const leastShown = 1 / 200
/** Where a rule asks for a state or an event, whether the service ran is what there is to show. */
const ofState = 'up'

/** What a rule looks at over the time that it was tried on: its threshold as a line, and when it would have fired. */
export function TrialChart({ trial, on, severity }: TrialChartProps) {
  const nowMs = useNowMs()
  const { from, to, threshold, subjects, episodes } = trial
  const span = useMemo(() => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }), [from, to])
  const range = useMemo(() => ({ kind: 'fixed', span }) as const, [span])
  const metric = trial.metric ?? (on === 'service' ? ofState : null)
  const shown = useMemo(() => shownFirst(subjects, episodes), [subjects, episodes])
  const { series, problem } = useSeries(
    {
      on: on === 'host' || on === 'agent' ? on : 'service',
      metrics: metric === null ? [] : [metric],
      services: on === 'service' ? shown : [],
    },
    { range },
  )
  if (metric === null || on === 'fleet') return null
  const leastMs = (span.toMs - span.fromMs) * leastShown
  const plot: PlotSpec = {
    id: `trial ${metric}`,
    name: metricWords(metric),
    unit: trial.unit ?? series?.[0]?.unit ?? 'none',
    note: subjects.length > shown.length ? `${shown.length} of ${subjects.length}` : undefined,
    lines: linesOf(series ?? [], ({ subject, labels }) => [subject, labelWords(labels)].filter(Boolean).join(' ')),
    thresholds: threshold === null ? [] : [{ value: threshold, severity, label: 'threshold' }],
    alerts: episodes.map(({ firedAt, endsAt }) => {
      const fromMs = Date.parse(firedAt)
      return { fromMs, toMs: Math.max(fromMs + leastMs, endsAt === null ? span.toMs : Date.parse(endsAt)), severity }
    }),
    height: 132,
    empty: problem ?? (series === null ? 'Reading…' : 'Nothing was measured in this time.'),
  }
  return (
    <Suspense fallback={<div className="plots-wait" />}>
      <TimePlots
        label="the trial"
        plots={[plot]}
        span={span}
        nowMs={nowMs}
        onSpan={() => undefined}
        onReset={() => undefined}
      />
    </Suspense>
  )
}

/** Those for which it would have fired come first: more lines than colours would say nothing. */
function shownFirst(subjects: readonly string[], episodes: RuleTrial['episodes']): string[] {
  const fired = subjects.filter((name) => episodes.some(({ subject }) => subject === name))
  return [...new Set([...fired, ...subjects])].slice(0, mostSeries)
}

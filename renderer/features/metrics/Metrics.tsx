import { Suspense, useCallback, useMemo, useState } from 'react'
import type { MetricInfo } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Select, SilentHosts, Switch, Toolbar } from '../../parts/index.ts'
import { navigate, useParameter, withQuery } from '../../router/index.ts'
import { useIsEveryHost, usePanel, useService } from '../../store/index.ts'
import {
  metricWords,
  type PlotSpec,
  RangeChoice,
  ShortNote,
  type Span,
  TimePlots,
  thresholdsOf,
  useFitted,
  useForecast,
  useMarks,
  useRules,
  useSeries,
  useTimeRange,
} from '../charts/index.ts'
import { SourceColours, Sources } from '../logs/index.ts'
import { HostGauges } from '../overview/index.ts'
import { busiestOf, comparedLines } from './compared.ts'
import { HostCards } from './HostCards.tsx'
import { useFleetPlots } from './useFleetPlots.ts'
import { useHostPlots } from './useHostPlots.ts'

const usualMetric = 'cpu_percent'
/** More services than these are not asked for at once. */
const mostCompared = 100
const namesEveryMs = 60_000
const noMetrics: readonly MetricInfo[] = []

/** The machine and its services over time, on one axis; under all hosts their machines side by side. */
export function Metrics() {
  const view = useTimeRange()
  const [metricText, setMetric] = useParameter('metric')
  const [serviceText, setServices] = useParameter('service')
  const [forecastText, setForecast] = useParameter('forecast')
  const [outlierText, setOutliers] = useParameter('outliers')
  const metric = metricText === '' ? usualMetric : metricText
  const chosen = useMemo(() => (serviceText === '' ? [] : serviceText.split(',')), [serviceText])
  const [colours] = useState(() => new SourceColours())
  const names = useNames()
  const { span } = view
  const isForecast = forecastText === 'on' && view.range.kind === 'last'
  const aheadMs = isForecast ? (span.toMs - span.fromMs) / 3 : null
  const services = useServicesPlot({
    view,
    metric,
    info: names.find((each) => each.metric === metric),
    chosen,
    colours,
    aheadMs,
  })
  const isEvery = useIsEveryHost()
  const single = useHostPlots(view, aheadMs, isEvery)
  const compared = useFleetPlots(view, isEvery)
  const host = isEvery ? compared : single
  const plots = useMemo(() => [services.plot, ...host.plots], [services.plot, host.plots])
  const marks = useMarks(chosen.length === 1 ? chosen[0] : undefined, view)
  const past = useFitted(view, host.series, marks)
  const shown = useMemo<Span>(
    () => (aheadMs === null ? past : { fromMs: span.fromMs, toMs: span.toMs + aheadMs }),
    [past, span, aheadMs],
  )
  const openLogs = useCallback(
    (atMs: number, plot: string) => {
      const service = plot.startsWith('host') ? '' : chosen.join(',')
      navigate(withQuery('/logs', { service, at: new Date(atMs).toISOString() }))
    },
    [chosen],
  )
  return (
    <>
      <Toolbar title="Metrics">
        <span className="push" />
        <RangeChoice range={view.range} last={view.last} onRange={view.setRange} />
      </Toolbar>
      <SilentHosts />
      <div className="scroll metrics-page">
        {isEvery ? <HostCards chosen={compared.hosts} onChosen={compared.setHosts} /> : <HostGauges />}
        <div className="row metrics-choice">
          <Select
            label="Metric"
            value={metric}
            options={optionsOf(names, metric)}
            onChange={(next) => setMetric(next === usualMetric ? '' : next)}
          />
          <Sources
            label="of"
            none="the busiest services"
            chosen={chosen}
            colours={colours}
            onChosen={(next) => setServices(next.slice(0, mostCompared).join(','))}
          />
          <span className="push row">
            <span className="row sm dim">
              <Switch
                label="Forecast"
                checked={isForecast}
                disabled={view.range.kind !== 'last'}
                onChange={(isOn) => setForecast(isOn ? 'on' : '')}
              />
              Forecast
            </span>
            {isForecast && (
              <span className="row sm dim">
                <Switch
                  label="Outliers"
                  checked={outlierText !== 'off'}
                  onChange={(isOn) => setOutliers(isOn ? '' : 'off')}
                />
                Outliers
              </span>
            )}
          </span>
        </div>
        {(services.problem ?? host.problem) !== null && <p className="dim">{services.problem ?? host.problem}</p>}
        <ShortNote shown={shown} asked={span} />
        <Suspense fallback={<div className="plots-wait" />}>
          <TimePlots
            label="metrics"
            plots={plots}
            span={shown}
            nowMs={view.nowMs}
            marks={marks}
            withOutliers={outlierText !== 'off'}
            height={96}
            onSpan={view.setSpan}
            onReset={view.reset}
            onOpen={openLogs}
          />
        </Suspense>
      </div>
    </>
  )
}

function useNames(): readonly MetricInfo[] {
  const read = useCallback((signal: AbortSignal) => client.metrics.names({}, { signal }), [])
  const { value } = usePoll(read, namesEveryMs)
  return useMemo(() => value?.items.filter(({ on }) => on === 'service') ?? noMetrics, [value])
}

/** The metrics of services; one that the address names is among them even before they are known. */
function optionsOf(names: readonly MetricInfo[], metric: string): (readonly [string, string])[] {
  const options = names.map((each) => [each.metric, metricWords(each.metric)] as const)
  return names.some((each) => each.metric === metric) ? options : [[metric, metricWords(metric)], ...options]
}

interface ServicesPlotQuestion {
  view: ReturnType<typeof useTimeRange>
  metric: string
  info: MetricInfo | undefined
  chosen: readonly string[]
  colours: SourceColours
  aheadMs: number | null
}

const tall = 168

/** One metric of the chosen services, or of the busiest. */
function useServicesPlot({ view, metric, info, chosen, colours, aheadMs }: ServicesPlotQuestion) {
  const busiest = useBusiest()
  const services = chosen.length === 0 ? busiest : chosen
  const { series, problem } = useSeries(
    { on: 'service', metrics: [metric], services, isStepped: services.length > 8 },
    view,
  )
  const rules = useRules()
  const [only] = services
  const single = useService(services.length === 1 && only !== undefined ? only : '')
  const forecast = useForecast(
    aheadMs === null || services.length !== 1 ? null : { metric, on: 'service', service: only, aheadMs },
  )
  const ordered = useMemo(() => inOrder(series ?? [], services), [series, services])
  const lines = useMemo(() => comparedLines(ordered, (subject) => colours.numberOf(subject)), [ordered, colours])
  const unit = info?.unit ?? ordered[0]?.unit ?? 'percent'
  const empty = emptyWords(series === null, services)
  const plot = useMemo<PlotSpec>(
    () => ({
      id: 'services',
      name: metricWords(metric),
      unit,
      note: metric === 'cpu_percent' ? 'of one core, by service' : 'by service',
      lines,
      thresholds: thresholdsOf(rules, { on: 'service', metric, service: single }),
      forecast,
      leastTop: metric === 'cpu_percent' ? 5 : 0,
      height: tall,
      empty,
    }),
    [metric, unit, lines, rules, single, forecast, empty],
  )
  return { plot, problem }
}

function emptyWords(isReading: boolean, services: readonly string[]): string {
  if (services.length === 0) return 'No service runs. Choose some to see what they used.'
  return isReading ? 'Reading…' : 'Nothing was measured of these services in this time.'
}

const inOrder = <T extends { subject: string }>(series: readonly T[], services: readonly string[]): T[] =>
  series.toSorted((a, b) => placeOf(services, a.subject) - placeOf(services, b.subject))

/** `web#0` stands where `web` was chosen. */
function placeOf(services: readonly string[], subject: string): number {
  const own = services.indexOf(subject)
  return own === -1 ? services.indexOf(subject.replace(/#\d+$/, '')) : own
}

/** Chosen once what runs is known, so that lines do not come and go while one looks. */
function useBusiest(): readonly string[] {
  const [first, setFirst] = useState<readonly string[]>([])
  const now = usePanel(({ model }) => (first.length === 0 ? model.usage : null))
  if (first.length > 0 || now === null) return first
  const busiest = busiestOf(now)
  if (busiest.length > 0) setFirst(busiest)
  return first
}

import { useEffect, useMemo, useState } from 'react'
import type { Series, SubjectKind } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { useIsLive, usePanel } from '../../store/index.ts'
import { liveValue } from './live.ts'
import { joined, withLive } from './series.ts'
import { lengthOf, type Span, spanOf } from './time.ts'
import type { TimeView } from './useTimeRange.ts'

export interface SeriesQuestion {
  on: SubjectKind
  metrics: readonly string[]
  /** Of services; empty asks for nothing. Of machines, among all hosts: their addresses. */
  services?: readonly string[]
  /** Values at the same times, for what is to be added up. */
  isStepped?: boolean
}

export interface SeriesAnswer {
  /** Null until the first answer. */
  series: readonly Series[] | null
  problem: string | null
}

const pointsAsked = 600
/** A plot of an hour has a new value each second; of longer ones it would show none. */
const livePoints = 3_600
/** What the state does not tell of is asked for anew so often, its newest part alone; less often where a plot would not show it. */
const tailMs = 5_000

/**
 * Series of a span of time. The whole is asked for once; from then on come the values that the state tells each second,
 * and every few seconds the newest part of what is kept.
 */
export function useSeries(question: SeriesQuestion, { range }: Pick<TimeView, 'range'>): SeriesAnswer {
  const [answer, setAnswer] = useState<SeriesAnswer & { key: string }>({ series: null, problem: null, key: '' })
  const isLive = useIsLive()
  const key = JSON.stringify([question, range])
  useEffect(() => {
    if (!isLive) return
    const [asked, wanted] = JSON.parse(key) as [SeriesQuestion, TimeView['range']]
    const ended = new AbortController()
    const fail = (error: unknown): void => {
      if (!ended.signal.aborted && !isAborted(error)) setAnswer({ series: [], problem: messageOf(error), key })
    }
    const change = (update: (series: readonly Series[]) => readonly Series[]): void =>
      setAnswer((before) =>
        before.series === null || before.key !== key ? before : { ...before, series: update(before.series) },
      )
    const span = (): Span => spanOf(wanted, Date.now())
    const read = (from: Span): Promise<Series[]> => ask(asked, from, ended.signal)
    void read(span()).then((series) => !ended.signal.aborted && setAnswer({ series, problem: null, key }), fail)
    if (wanted.kind === 'fixed') return () => ended.abort()
    const everyMs = Math.max(tailMs, lengthOf(wanted.id) / 720)
    const timer = setInterval(() => {
      if (document.hidden) return
      const { fromMs, toMs } = span()
      read({ fromMs: toMs - everyMs - 2 * tailMs, toMs }).then((newest) => change(withTail(newest, fromMs)), fail)
    }, everyMs)
    let drawnMs = 0
    const stopTicks = usePanel.subscribe(({ nowMs }) => {
      if (nowMs - drawnMs < lengthOf(wanted.id) / livePoints) return
      drawnMs = nowMs
      change((series) => withNow(series, asked, nowMs, span()))
    })
    return () => {
      ended.abort()
      clearInterval(timer)
      stopTicks()
    }
  }, [key, isLive])
  return useMemo(() => ({ problem: answer.problem, series: ofQuestion(answer.series, JSON.parse(key)) }), [answer, key])
}

/** Until a new answer comes, what of the last one still fits stays: a range that is changed does not empty the page. */
function ofQuestion(series: readonly Series[] | null, [{ on, metrics, services }]: [SeriesQuestion]) {
  const isAsked = ({ subject }: Series): boolean =>
    on !== 'service' || (services ?? []).some((name) => subject === name || subject.startsWith(`${name}#`))
  const fitting = series?.filter((each) => each.on === on && metrics.includes(each.metric) && isAsked(each))
  return fitting === undefined || (fitting.length === 0 && series?.length !== 0) ? null : fitting
}

async function ask(question: SeriesQuestion, { fromMs, toMs }: Span, signal: AbortSignal): Promise<Series[]> {
  const { on, metrics, services = [], isStepped = false } = question
  if (metrics.length === 0 || (on === 'service' && services.length === 0)) return []
  const stepSeconds = Math.max(5, Math.ceil((toMs - fromMs) / 1000 / pointsAsked))
  const { items } = await client.metrics.query(
    {
      on,
      metric: [...metrics],
      ...(services.length > 0 ? { service: [...services] } : {}),
      ...(isStepped ? { step: `${stepSeconds}s` } : {}),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      points: pointsAsked,
    },
    { signal },
  )
  return items
}

const idOf = ({ metric, subject, labels }: Pick<Series, 'metric' | 'subject' | 'labels'>): string =>
  JSON.stringify([metric, subject, labels])

const withTail =
  (newest: readonly Series[], fromMs: number) =>
  (series: readonly Series[]): readonly Series[] => {
    const tails = new Map(newest.map((each) => [idOf(each), each]))
    const known = new Set(series.map(idOf))
    const kept = series.map((each) => {
      const tail = tails.get(idOf(each))
      return tail ? { ...each, points: joined(each.points, tail.points, fromMs) } : each
    })
    return [...kept, ...newest.filter((each) => !known.has(idOf(each)))]
  }

/** What the state tells is added; what has no past yet begins with it. */
function withNow(
  series: readonly Series[],
  { on, metrics, services = [], isStepped = false }: SeriesQuestion,
  nowMs: number,
  span: Span,
): readonly Series[] {
  if (isStepped) return series
  const next = series.map((each) => {
    const value = liveValue(each)
    if (value === undefined) return each
    const points = withLive(each, nowMs, value, span)
    return points === each.points ? each : { ...each, points }
  })
  if (on !== 'service') return next
  const known = new Set(series.map(({ metric, subject }) => `${metric} ${subject}`))
  for (const subject of services)
    for (const metric of metrics) {
      const unit = metric === 'cpu_percent' ? 'percent' : metric === 'memory_bytes' ? 'bytes' : null
      if (unit === null || known.has(`${metric} ${subject}`)) continue
      const value = liveValue({ on, subject, metric, labels: {} })
      if (typeof value !== 'number') continue
      const points: Series['points'] = [[nowMs, value]]
      next.push({ metric, unit, on, subject, labels: {}, points, level: 'raw', stat: 'mean', stepMs: 1000 })
    }
  return next
}

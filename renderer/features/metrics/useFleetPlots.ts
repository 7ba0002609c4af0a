import { useMemo, useState } from 'react'
import { addressOf, type FleetHost, type Series } from '../../../contract/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { labelWords, mostSeries, type PlotLine, type PlotSpec, type TimeView, useSeries } from '../charts/index.ts'

const metrics = ['cpu_percent', 'memory_percent', 'load1', 'disk_percent']
const none: readonly string[] = []

/** The machines of hosts on one chart for each metric: those that are chosen, else those that do most. */
export function useFleetPlots(view: TimeView, isOn: boolean) {
  const all = useFleet((fleet) => fleet.hosts)
  const [text, setText] = useParameter('hosts')
  const busy = useBusiestHosts(all)
  const names = useMemo(() => (text === '' ? busy : text).split(',').filter(Boolean), [text, busy])
  const addresses = useMemo(() => names.slice(0, mostSeries).map((name) => addressOf('', name)), [names])
  const { series, problem } = useSeries(
    { on: 'host', metrics: isOn ? metrics : none, services: isOn ? addresses : none },
    view,
  )
  const plots = useMemo(() => plotsOf(series, names), [series, names])
  const setHosts = (chosen: readonly string[]): void => setText(chosen.slice(0, mostSeries).join(','))
  return { plots, problem, series, hosts: names, setHosts }
}

/** Those that are there join until the chart is full; then none comes and goes while one looks. */
function useBusiestHosts(all: readonly FleetHost[]): string {
  const [kept, setKept] = useState('')
  const known = kept.split(',').filter(Boolean)
  const more = known.length < mostSeries ? busiestHosts(all).filter((name) => !known.includes(name)) : []
  const next = [...known, ...more].slice(0, mostSeries).sort((a, b) => a.localeCompare(b))
  if (more.length > 0) setKept(next.join(','))
  return kept
}

/** In the order of their names, so that a line keeps its colour while what they do changes. */
const busiestHosts = (hosts: readonly FleetHost[]): string[] =>
  hosts
    .filter(({ state }) => state === 'connected')
    .toSorted((a, b) => Math.round((b.cpuPercent ?? 0) / 10) - Math.round((a.cpuPercent ?? 0) / 10))
    .slice(0, mostSeries)
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b))

function plotsOf(series: readonly Series[] | null, names: readonly string[]): PlotSpec[] {
  const empty =
    names.length === 0 ? 'No host is reached.' : series === null ? 'Reading…' : 'Nothing was measured in this time.'
  const plot = (metric: string, rest: Pick<PlotSpec, 'name' | 'unit' | 'leastTop'>): PlotSpec => ({
    id: `host ${metric}`,
    note: 'by host',
    lines: hostLines(series ?? [], metric, names),
    empty,
    ...rest,
  })
  return [
    plot('cpu_percent', { name: 'CPU of hosts', unit: 'percent', leastTop: 10 }),
    plot('memory_percent', { name: 'Memory of hosts', unit: 'percent', leastTop: 100 }),
    plot('load1', { name: 'Load of hosts', unit: 'none', leastTop: 1 }),
    plot('disk_percent', { name: 'Fullest disk of hosts', unit: 'percent', leastTop: 100 }),
  ]
}

/** One line for each host; of several series, as of disks, the one that ends highest. */
function hostLines(series: readonly Series[], metric: string, names: readonly string[]): PlotLine[] {
  const last = ({ points }: Series): number => points.findLast(([, value]) => value !== null)?.[1] ?? -1
  return names.flatMap((name, index) => {
    const [highest] = series
      .filter((each) => each.metric === metric && each.subject === name)
      .toSorted((a, b) => last(b) - last(a))
    if (!highest) return []
    const label = labelWords(highest.labels)
    return {
      id: `${name} ${label}`,
      name: label === '' ? name : `${name} ${label}`,
      series: index + 1,
      points: highest.points,
      stepMs: highest.stepMs,
    }
  })
}

import { useMemo } from 'react'
import type { Series } from '../../../contract/index.ts'
import { usePanel } from '../../store/index.ts'
import {
  labelWords,
  linesOf,
  type PlotSpec,
  type TimeView,
  thresholdsOf,
  useForecast,
  useRules,
  useSeries,
} from '../charts/index.ts'

const metrics = [
  'cpu_percent',
  'memory_used_bytes',
  'disk_percent',
  'network_receive_bytes_per_second',
  'network_transmit_bytes_per_second',
]

const noMetrics: readonly string[] = []

/** The machine over time: processor, memory, disks and network. */
export function useHostPlots(
  view: TimeView,
  aheadMs: number | null,
  isOff: boolean,
): { plots: PlotSpec[]; problem: string | null; series: readonly Series[] | null } {
  const { series, problem } = useSeries({ on: 'host', metrics: isOff ? noMetrics : metrics }, view)
  const rules = useRules()
  const host = usePanel(({ model }) => model.host)
  const asked = (metric: string, label?: string) =>
    aheadMs === null || isOff ? null : { metric, on: 'host' as const, label, aheadMs }
  const mount = host?.disks[0]?.mount
  const cpu = useForecast(asked('cpu_percent'))
  const memory = useForecast(asked('memory_used_bytes'))
  const disk = useForecast(asked('disk_percent', mount === undefined ? undefined : `mount=${mount}`))
  const totalBytes = host?.memory.totalBytes
  const isMeasured = host !== null
  const plots = useMemo(() => {
    const of = (...wanted: string[]): Series[] => (series ?? []).filter((each) => wanted.includes(each.metric))
    const nothing = isMeasured ? 'Nothing was measured in this time.' : 'The machine is not measured.'
    const empty = series === null ? 'Reading…' : nothing
    const plot = (metric: string, rest: Omit<PlotSpec, 'id' | 'lines'>): PlotSpec => ({
      id: `host ${metric}`,
      lines: linesOf(of(metric), ({ labels }) => labelWords(labels)),
      thresholds: thresholdsOf(rules, { on: 'host', metric }),
      empty,
      ...rest,
    })
    const network = of('network_receive_bytes_per_second', 'network_transmit_bytes_per_second')
    return [
      plot('cpu_percent', {
        name: 'CPU of the host',
        unit: 'percent',
        note: 'of all cores',
        leastTop: 10,
        forecast: cpu,
      }),
      plot('memory_used_bytes', {
        name: 'Memory of the host',
        unit: 'bytes',
        leastTop: totalBytes ?? 0,
        forecast: memory,
      }),
      plot('disk_percent', { name: 'Disks', unit: 'percent', note: 'full', leastTop: 100, forecast: disk }),
      {
        id: 'host network',
        name: 'Network',
        unit: 'bytesPerSecond' as const,
        lines: linesOf(busiestLinks(network), ({ metric, labels }) =>
          `${metric.includes('receive') ? 'in' : 'out'} ${labelWords(labels)}`.trim(),
        ),
        leastTop: 100_000,
        empty,
      },
    ]
  }, [series, rules, cpu, memory, disk, totalBytes, isMeasured])
  return { plots, problem, series }
}

/** Of a machine with many links, those that carry something; what stays within it is left out. */
function busiestLinks(network: readonly Series[]): Series[] {
  const outside = network.filter(({ labels }) => labels.interface !== 'lo')
  const busy = outside.filter((each) => highest(each) > 0)
  return (busy.length > 0 ? busy : outside).toSorted((a, b) => highest(b) - highest(a)).slice(0, mostLinks)
}

const mostLinks = 4
const highest = ({ points }: Series): number => points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0)

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

/** The machine over time: processor, memory, disks and network. */
export function useHostPlots(view: TimeView, aheadMs: number | null): { plots: PlotSpec[]; problem: string | null } {
  const { series, problem } = useSeries({ on: 'host', metrics }, view)
  const rules = useRules()
  const host = usePanel(({ model }) => model.host)
  const asked = (metric: string, label?: string) =>
    aheadMs === null ? null : { metric, on: 'host' as const, label, aheadMs }
  const mount = host?.disks[0]?.mount
  const forecasts = {
    cpu_percent: useForecast(asked('cpu_percent')),
    memory_used_bytes: useForecast(asked('memory_used_bytes')),
    disk_percent: useForecast(asked('disk_percent', mount === undefined ? undefined : `mount=${mount}`)),
  }
  const of = (...wanted: string[]): Series[] => (series ?? []).filter(({ metric }) => wanted.includes(metric))
  const empty = series === null ? 'Reading…' : 'No history yet.'
  const plot = (
    metric: keyof typeof forecasts,
    rest: Pick<PlotSpec, 'name' | 'unit'> & Partial<PlotSpec>,
  ): PlotSpec => ({
    id: `host ${metric}`,
    lines: linesOf(of(metric), ({ labels }) => labelWords(labels)),
    thresholds: thresholdsOf(rules, { on: 'host', metric }),
    forecast: forecasts[metric],
    empty,
    ...rest,
  })
  const totalBytes = host?.memory.totalBytes
  const network = of('network_receive_bytes_per_second', 'network_transmit_bytes_per_second')
  const plots: PlotSpec[] = [
    plot('cpu_percent', { name: 'CPU of the host', unit: 'percent', note: 'of all cores', leastTop: 10 }),
    plot('memory_used_bytes', { name: 'Memory of the host', unit: 'bytes', leastTop: totalBytes ?? 0 }),
    plot('disk_percent', { name: 'Disks', unit: 'percent', note: 'full', leastTop: 100 }),
    {
      id: 'host network',
      name: 'Network',
      unit: 'bytesPerSecond',
      lines: linesOf(busiestLinks(network), ({ metric, labels }) =>
        `${metric.includes('receive') ? 'in' : 'out'} ${labelWords(labels)}`.trim(),
      ),
      leastTop: 100_000,
      empty,
    },
  ]
  return { plots, problem }
}

/** Of a machine with many links, those that carry something; what stays within it is left out. */
function busiestLinks(network: readonly Series[]): Series[] {
  const outside = network.filter(({ labels }) => labels.interface !== 'lo')
  const busy = outside.filter((each) => highest(each) > 0)
  return (busy.length > 0 ? busy : outside).toSorted((a, b) => highest(b) - highest(a)).slice(0, mostLinks)
}

const mostLinks = 4
const highest = ({ points }: Series): number => points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0)

import type { MetricInfo, Series } from '../../../contract/index.ts'
import type { PlotLine } from './plot.ts'

const words: Readonly<Record<string, string>> = {
  cpu_percent: 'CPU',
  memory_bytes: 'Memory',
  memory_percent: 'Memory of its limit',
  open_files: 'Descriptors',
  load1: 'Load',
  load5: 'Load, 5 min',
  load15: 'Load, 15 min',
}

/** A metric as a person calls it: `open_files` is `Open files`, `disk_used_bytes` is `Disk used`. */
export function metricWords(metric: string): string {
  const known = words[metric]
  if (known !== undefined) return known
  const bare = metric
    .replace(/_(?:bytes_per_second|per_second|bytes|percent|seconds|total)$/, '')
    .replace(/[_:]+/g, ' ')
  return bare.charAt(0).toUpperCase() + bare.slice(1)
}

/** Of one metric by label, as the name of a line: `/home`, `GET 200`. */
export const labelWords = (labels: Series['labels']): string => Object.values(labels).join(' ')

/** The last of the eight colours is for all others. */
export const mostSeries = 8

/** Series as lines of a plot, in their order. */
export const linesOf = (series: readonly Series[], nameOf: (series: Series) => string): PlotLine[] =>
  series.slice(0, mostSeries).map((each, index) => ({
    id: `${each.metric} ${each.subject} ${labelWords(each.labels)}`,
    name: nameOf(each),
    series: index + 1,
    points: each.points,
    stepMs: each.stepMs,
  }))

/** Beside CPU and memory on the page of a service, those that it has. */
const alsoOfService = ['open_files', 'threads', 'processes']

/** What the page of a service shows beside CPU and memory: the first that is measured of these, then its own metrics. */
export function furtherMetrics(names: readonly MetricInfo[]): { own: MetricInfo[]; scraped: MetricInfo[] } {
  const measured = names.filter(({ on, scraped }) => on === 'service' && !scraped)
  const first = alsoOfService.find((wanted) => measured.some(({ metric }) => metric === wanted))
  return {
    own: measured.filter(({ metric }) => metric === first),
    scraped: names.filter(({ scraped }) => scraped).slice(0, mostScraped),
  }
}

/** More plots than these are found on the Metrics page. */
const mostScraped = 12

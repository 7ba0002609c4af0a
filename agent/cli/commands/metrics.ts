import { formatBytes, formatDuration, formatPercent, noFigure } from '../../../contract/format.ts'
import type { MetricInfo, MetricUnit, Series } from '../../../contract/index.ts'
import { drawChart, roundUp } from '../chart.ts'
import { servicePath } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { localTime } from '../loglines.ts'
import { safeLine } from '../safe.ts'
import type { Terminal } from '../terminal.ts'

export interface MetricsOptions extends CommonOptions {
  since?: string
  until?: string
  metric?: string[]
  step?: string
  names?: true
}

const chartRows = 4
const widest = 100
const axisCells = 10
const points = 2_000

/** `hxe metrics NAME`: a small chart of each metric, of the machine without a name. */
export async function run(context: Context, [name]: string[], options: MetricsOptions): Promise<number> {
  const client = await context.connect()
  const { terminal } = context
  if (options.names) return listNames(context, name, options)
  const query = {
    from: options.since ?? '1h',
    to: options.until,
    metric: options.metric,
    step: options.step,
    points,
  }
  const { items } =
    name === undefined
      ? await client.get<{ items: Series[] }>('/metrics/query', {
          ...query,
          on: 'host',
          metric: options.metric ?? ofHost,
        })
      : await client.get<{ items: Series[] }>(servicePath(name, '/metrics'), query)
  if (options.json) terminal.json({ items })
  else if (items.length === 0) terminal.note('Nothing was measured in that time.')
  else for (const series of items) draw(context, series, name === undefined)
  return exitCodes.done
}

const ofHost = ['cpu_percent', 'memory_percent', 'load1']

async function listNames(context: Context, name: string | undefined, options: MetricsOptions): Promise<number> {
  const client = await context.connect()
  const { items } = await client.get<{ items: MetricInfo[] }>('/metrics/names', { service: name })
  const shown = items.filter(({ on }) => on === (name === undefined ? 'host' : 'service'))
  if (options.json) context.terminal.json({ items: shown })
  for (const { metric, help } of options.json ? [] : shown) context.terminal.line(safeLine(`${metric}  ${help}`))
  return exitCodes.done
}

function draw({ terminal }: Context, series: Series, withSubject: boolean): void {
  const { paint } = terminal
  const values = series.points.flatMap(([, value]) => value ?? [])
  const format = formatOf(series.unit)
  const labels = Object.entries(series.labels).map(([label, value]) => `${label}=${value}`)
  const what = [series.metric, ...labels, ...(withSubject ? [series.subject] : [])].join('  ')
  const last = series.points.at(-1)?.[1] ?? null
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const figures =
    values.length === 0
      ? 'nothing was measured'
      : `now ${last === null ? noFigure : format(last)}, mean ${format(mean)}, highest ${format(Math.max(...values))}`
  terminal.line(`${paint.bold(safeLine(what))}  ${paint.dim(figures)}`)
  if (values.length > 0) drawPlot(terminal, series, Math.max(...values), format)
  terminal.line()
}

function drawPlot(terminal: Terminal, series: Series, highest: number, format: (value: number) => string): void {
  const { paint } = terminal
  const columns = Math.max(10, Math.min(widest, terminal.columns - axisCells - 2))
  const top = series.unit === 'percent' && highest <= 100 ? 100 : roundUp(highest)
  const chart = drawChart(series.points, { columns, rows: chartRows }, top)
  chart.forEach((line, row) => {
    const label = row === 0 ? format(top) : row === chartRows - 1 ? format(0) : ''
    terminal.line(`${paint.dim(label.padStart(axisCells))} ${paint.cyan(line)}`)
  })
  const [from, to] = [series.points[0]?.[0] ?? 0, series.points.at(-1)?.[0] ?? 0]
  const clock = (atMs: number): string => localTime(new Date(atMs).toISOString()).slice(11, 16)
  const gap = ' '.repeat(Math.max(1, columns - 10))
  terminal.line(`${' '.repeat(axisCells)} ${paint.dim(`${clock(from)}${gap}${clock(to)}`)}`)
}

/** Figures with their unit, as the panel has them. */
function formatOf(unit: MetricUnit): (value: number) => string {
  switch (unit) {
    case 'percent':
      return formatPercent
    case 'bytes':
      return formatBytes
    case 'bytesPerSecond':
      return (value) => `${formatBytes(value)}/s`
    case 'perSecond':
      return (value) => `${short(value)}/s`
    case 'ms':
      return (value) => `${short(value)} ms`
    case 'seconds':
      return (value) => formatDuration(value * 1000)
    case 'celsius':
      return (value) => `${short(value)} °C`
    default:
      return short
  }
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

import type { PlotSpec } from './plot.ts'
import type { Span } from './time.ts'

/** A text that a spreadsheet would take for a formula is made a plain one. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** All values of plots as a table: a row for each time, a column for each line; where nothing was measured it is empty. */
export function csvOf(plots: readonly PlotSpec[], { fromMs, toMs }: Span): string {
  const columns = plots.flatMap((plot) => plot.lines.map((line) => ({ title: titleOf(plot, line.name), line })))
  const rows = new Map<number, (number | null)[]>()
  for (const [index, { line }] of columns.entries())
    for (const [at, value] of line.points) {
      if (at < fromMs || at > toMs) continue
      const row = rows.get(at) ?? new Array<number | null>(columns.length).fill(null)
      row[index] = value
      rows.set(at, row)
    }
  const head = ['time', ...columns.map(({ title }) => title)].map(cell).join(',')
  const body = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => [new Date(at).toISOString(), ...values.map((value) => value ?? '')].join(','))
  return `${[head, ...body].join('\r\n')}\r\n`
}

const titleOf = ({ name, unit }: PlotSpec, line: string): string =>
  `${line === '' ? name : `${line}: ${name}`}${unit === 'none' ? '' : ` (${unit})`}`

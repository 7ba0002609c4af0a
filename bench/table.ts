/** What is measured side by side, in the order of the columns. */
export const contenders = ['HXE', 'PM2', 'Node', 'fork'] as const
export type ContenderName = (typeof contenders)[number]

/** One line of the table: one figure of each contender that can do the work. */
export interface Figure {
  work: string
  unit: string
  values: Partial<Record<ContenderName, number>>
  /** What HXE is to reach. */
  goal?: number
  /** Whether more is better, as with megabytes a second. */
  moreIsBetter?: boolean
}

export type FigureOf = (work: string, unit: string, value: number, goal?: number) => Figure

/** Figures of HXE alone that are all about one thing, which their lines begin with. */
export function figuresAbout(subject: string): FigureOf {
  return (work, unit, value, goal) => ({
    work: `${subject}, ${work}`,
    unit,
    values: { HXE: value },
    ...(goal !== undefined && { goal }),
  })
}

/** The value below which the given share of the samples lies (nearest rank); NaN for no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Three digits that count: 0.123, 1.23, 12.3, 123. */
export function short(value: number | undefined): string {
  if (value === undefined) return '–'
  if (value === 0 || Number.isNaN(value)) return String(value)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(3, digits))
}

/** How many times as good HXE is as the other: above 1 it is ahead, whichever way the figure counts. */
export function lead(figure: Figure, other: ContenderName): string {
  const [mine, theirs] = [figure.values.HXE, figure.values[other]]
  if (!mine || !theirs) return '–'
  return `${short(figure.moreIsBetter ? mine / theirs : theirs / mine)}×`
}

function verdict({ goal, values: { HXE }, moreIsBetter }: Figure): string {
  if (goal === undefined || HXE === undefined) return '–'
  const met = moreIsBetter ? HXE >= goal : HXE <= goal
  return `${short(goal)} ${met ? 'met' : 'missed'}`
}

/** All figures as one Markdown table, columns aligned for a terminal too. */
export function render(figures: readonly Figure[]): string {
  const head = ['work', 'unit', ...contenders, 'goal of HXE', 'ahead of PM2', 'ahead of Node', 'ahead of fork']
  const rows = figures.map((figure) => [
    figure.work,
    figure.unit,
    ...contenders.map((name) => short(figure.values[name])),
    verdict(figure),
    ...contenders.slice(1).map((name) => lead(figure, name)),
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

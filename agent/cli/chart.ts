import type { Point } from '../../contract/index.ts'

/** Eighths of a cell, from nothing to all of it. */
const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * A series as lines of text, the highest first: each column is a span of time and shows its greatest value, as a full
 * block says more than an average that hides a peak. A span without a value is empty: a gap is a gap.
 */
export function drawChart(points: readonly Point[], size: { columns: number; rows: number }, top: number): string[] {
  const highest = columnsOf(points, size.columns)
  return Array.from({ length: size.rows }, (_, fromTop) => {
    const below = size.rows - 1 - fromTop
    return highest.map((value) => cellOf(value, below, size.rows, top)).join('')
  })
}

function cellOf(value: number | null, below: number, rows: number, top: number): string {
  if (value === null) return ' '
  const eighths = Math.round((Math.max(0, value) / top) * rows * 8) - below * 8
  // What is measured is seen, be it ever so small.
  const least = below === 0 && value > 0 ? 1 : 0
  return blocks[Math.min(8, Math.max(least, eighths))] ?? ' '
}

/** The greatest value of each span of time. */
function columnsOf(points: readonly Point[], columns: number): (number | null)[] {
  const highest: (number | null)[] = new Array(columns).fill(null)
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0]
  const spanMs = Math.max(1, last - first)
  for (const [atMs, value] of points) {
    if (value === null) continue
    const at = Math.min(columns - 1, Math.floor(((atMs - first) / spanMs) * columns))
    highest[at] = Math.max(highest[at] ?? value, value)
  }
  return highest
}

/** The least round number that is not below the value: 1, 2 or 5 and zeros. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power
}

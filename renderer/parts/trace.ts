export interface Plot {
  width: number
  height: number
  /** The value at the upper edge; the lower edge is 0. */
  top: number
}

export interface Trace {
  line: string
  area: string
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/**
 * The path of a series over the whole width, one point to a slot, broken where nothing was measured. A point with no
 * neighbour is a short stroke, so that it is seen.
 */
export function tracePath(values: readonly number[], { width, height, top }: Plot): Trace {
  const step = width / Math.max(1, values.length - 1)
  const x = (index: number): number => rounded(index * step)
  const y = (value: number): number => rounded(height - Math.min(1, Math.max(0, value / (top || 1))) * height)
  const line: string[] = []
  const area: string[] = []
  for (const { from, to } of runs(values)) {
    const points = values.slice(from, to + 1).map((value, index) => `${x(from + index)} ${y(value)}`)
    if (points.length === 1) points.push(`${rounded(Math.min(width, x(from) + 1))} ${y(values[from] ?? 0)}`)
    line.push(`M${points.join('L')}`)
    area.push(`M${x(from)} ${height}L${points.join('L')}L${x(to)} ${height}Z`)
  }
  return { line: line.join(''), area: area.join('') }
}

function runs(values: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  let from = -1
  for (let index = 0; index <= values.length; index++) {
    const known = index < values.length && !Number.isNaN(values[index])
    if (known && from === -1) from = index
    if (!known && from !== -1) {
      found.push({ from, to: index - 1 })
      from = -1
    }
  }
  return found
}

/** The largest known value, or `least` where all are smaller. */
export const topOf = (values: readonly number[], least: number): number =>
  Math.max(least, ...values.filter((value) => !Number.isNaN(value)))

/** A round number at or above `value`, for the upper edge of a plot: 1, 2, 2.5 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10
  return factor * power
}

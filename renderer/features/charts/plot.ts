import type { Forecast, MetricUnit, Severity } from '../../../contract/index.ts'
import { type Scale, scaleOf, ticksTo } from './scale.ts'
import { type Course, summaryOf } from './series.ts'
import type { Span } from './time.ts'

export interface PlotLine extends Course {
  id: string
  name: string
  /** 1 to 8: the colour that its subject has as long as the view lives. */
  series: number
}

export interface Threshold {
  value: number
  severity: Severity
  /** `limit`, or the name of a rule. */
  label: string
}

/** One metric, in one unit. */
export interface PlotSpec {
  id: string
  name: string
  unit: MetricUnit
  /** What is measured, behind the name: `of one core`. */
  note?: string | undefined
  lines: readonly PlotLine[]
  thresholds?: readonly Threshold[] | undefined
  forecast?: Forecast | null | undefined
  /** When an alert about this was active. */
  alerts?: readonly (Span & { severity: Severity })[] | undefined
  /** A smaller scale would make a mountain of noise. */
  leastTop?: number | undefined
  /** In pixels, where it is not that of the others. */
  height?: number | undefined
  /** Said in place of the plot where nothing was measured. */
  empty?: string | undefined
}

/** The place of a plot in its page, in pixels; the plots of a page have the same, so that their times are one under another. */
export const frame = { left: 44, top: 6, bottom: 6 } as const

export interface Measured {
  scale: Scale
  ticks: readonly number[]
  /** The value at the upper edge. */
  top: number
  /** Thresholds in sight; a line far above all values would flatten them. */
  thresholds: readonly Threshold[]
  beyond: readonly Threshold[]
}

/** A threshold within so many times the highest value is drawn. */
const nearTimes = 2.5

export function measure(plot: PlotSpec, span: Span): Measured {
  const { lines, unit, thresholds = [], forecast, leastTop = 0 } = plot
  let top = 0
  for (const line of lines) top = Math.max(top, summaryOf(line, span)?.highest ?? 0)
  for (const [at, value, , high] of forecast?.points ?? [])
    if (at <= span.toMs) top = Math.max(top, value, Math.min(high, value * 1.5))
  top = Math.max(top, leastTop)
  const isNear = ({ value }: Threshold): boolean => value <= top * nearTimes
  const near = thresholds.filter(isNear)
  for (const { value } of near) top = Math.max(top, value)
  const scale = scaleOf(unit, top)
  const ticks = ticksTo(top, scale)
  const beyond = thresholds.filter((threshold) => !isNear(threshold))
  return { scale, ticks, top: ticks.at(-1) ?? 1, thresholds: near, beyond }
}

export const hasValues = ({ lines }: PlotSpec): boolean =>
  lines.some(({ points }) => points.some(([, value]) => value !== null))

import type { MetricUnit } from '../../../contract/index.ts'

/** How the values of one plot are written: one unit for all of them, so that they can be compared at a glance. */
export interface Scale {
  /** `MB`, `%`; empty where a bare number says all. */
  word: string
  divisor: number
}

type Step = readonly [from: number, word: string, divisor: number]

const bytes: readonly Step[] = [
  [0, 'B', 1],
  [1e3, 'kB', 1e3],
  [1e6, 'MB', 1e6],
  [1e9, 'GB', 1e9],
  [1e12, 'TB', 1e12],
]

const steps: Readonly<Record<MetricUnit, readonly Step[]>> = {
  percent: [[0, '%', 1]],
  bytes,
  bytesPerSecond: bytes.map(([from, word, divisor]) => [from, `${word}/s`, divisor]),
  count: [[0, '', 1]],
  perSecond: [[0, '/s', 1]],
  ms: [
    [0, 'ms', 1],
    [10_000, 's', 1000],
  ],
  seconds: [
    [0, 's', 1],
    [300, 'min', 60],
    [18_000, 'h', 3600],
    [432_000, 'd', 86_400],
  ],
  celsius: [[0, '°C', 1]],
  ratio: [[0, '', 1]],
  none: [[0, '', 1]],
}

/** The unit that a plot with this highest value is written in. */
export function scaleOf(unit: MetricUnit, top: number): Scale {
  const [, word, divisor] = steps[unit].findLast(([from]) => top >= from) ?? [0, '', 1]
  return { word, divisor }
}

/** A value in the unit of its plot, without it: `16.8`, `190`, `0.42`, `1,204`. */
export function figureIn(value: number, { divisor }: Scale): string {
  const scaled = value / divisor
  const size = Math.abs(scaled)
  if (size >= 99.95 || Number.isInteger(scaled)) return Math.round(scaled).toLocaleString('en')
  if (size >= 0.995) return scaled.toFixed(size < 9.995 && divisor > 1e6 ? 2 : 1)
  return String(Number(scaled.toPrecision(2)))
}

/** A value with its unit: `16.8 %`. */
export function valueWords(value: number, scale: Scale): string {
  return scale.word === '' ? figureIn(value, scale) : `${figureIn(value, scale)} ${scale.word}`
}

const roundSteps = [1, 2, 2.5, 5, 10] as const
/** Beside the base line. */
const mostLines = 3

/** Round numbers from 0 to at or above `top`, in the unit of the plot: two or three beside 0. */
export function ticksTo(top: number, { divisor }: Scale): number[] {
  const scaled = top > 0 ? top / divisor : 1
  const power = 10 ** Math.floor(Math.log10(scaled / mostLines))
  const step = (roundSteps.find((factor) => Math.ceil(scaled / (factor * power)) <= mostLines) ?? 10) * power
  const count = Math.max(1, Math.ceil(scaled / step))
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)) * divisor)
}

import type { Series } from '../../../contract/index.ts'
import { labelWords, mostSeries, type PlotLine, summed } from '../charts/index.ts'

/** Shown until one chooses. */
const busiestShown = 6

/** The names of those that use most of a processor now; where none does anything, those that run. */
export function busiestOf(usage: ReadonlyMap<string, { cpuPercent: number | null }>): string[] {
  return [...usage]
    .filter(([, { cpuPercent }]) => cpuPercent !== null)
    .sort(([a, one], [b, other]) => (other.cpuPercent ?? 0) - (one.cpuPercent ?? 0) || a.localeCompare(b))
    .slice(0, busiestShown)
    .map(([name]) => name)
}

/**
 * Series of many services as lines to compare. Eight at most: with more, the first seven stand for themselves and all
 * others are one line, their sum.
 */
export function comparedLines(series: readonly Series[], numberOf: (subject: string) => number): PlotLine[] {
  const isLabelled = series.some(({ labels }) => Object.keys(labels).length > 0)
  const isOneSubject = new Set(series.map(({ subject }) => subject)).size === 1
  const lines = series.map((each, index): PlotLine => {
    const label = labelWords(each.labels)
    return {
      id: `${each.subject} ${label}`,
      name: isLabelled ? (isOneSubject ? label : `${each.subject} ${label}`) : each.subject,
      series: isLabelled ? Math.min(mostSeries, index + 1) : numberOf(each.subject),
      points: each.points,
      stepMs: each.stepMs,
    }
  })
  if (lines.length <= mostSeries) return lines
  const own = lines.slice(0, mostSeries - 1)
  const others = lines.slice(mostSeries - 1)
  const rest = { id: 'others', name: `${others.length} others`, series: mostSeries }
  return [...own, { ...rest, points: summed(others), stepMs: others[0]?.stepMs ?? 0 }]
}

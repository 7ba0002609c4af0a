import type { Sweep } from '../metrics/index.ts'
import type { Subject } from './evaluate.ts'
import type { Matched, Rule } from './rule.ts'

/** A service as rules see it. */
export interface ServiceFacts extends Matched {
  state: string
  health: string
  desired: string
  reason: string
  memoryLimitBytes: number | undefined
}

const resting = new Set(['stopped', 'completed', 'failed'])
export const isAtRest = (state: string | undefined): boolean => state !== undefined && resting.has(state)

/** Of a rule that names a metric with labels, each series is asked by itself; of one that does not, the whole alone. */
export function isMeant(rule: Rule, subject: Subject): boolean {
  const own = rule.uses.metrics.filter(({ labels }) => Object.keys(labels).length === 0).map(({ metric }) => metric)
  const isSeries = Object.keys(subject.labels).length > 0
  if (!isSeries) return own.every((metric) => metric in subject.values)
  const whole = own.filter((metric) => metric in subject.values)
  return own.length > 0 && whole.length === own.length && own.some((metric) => labelledMetrics.test(metric))
}
/** What the machine has several of. */
const labelledMetrics = /^(disk|network|temperature|inode|core)_?/

export const seriesKey = (one: Sweep['labelled'][number]): string => {
  const labels = Object.entries(one.labels).map(([label, value]) => `${label}=${value}`)
  return `${one.on}:${one.subject}${labels.length === 0 ? '' : `\u0001${labels.sort().join(',')}`}`
}

export const isChosenAlike = (a: ServiceFacts, b: ServiceFacts): boolean =>
  a.app === b.app && a.type === b.type && a.namespace === b.namespace && a.tags === b.tags && a.groups === b.groups

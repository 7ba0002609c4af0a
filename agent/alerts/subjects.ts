import type { Matched } from '../../contract/index.ts'
import type { Sweep } from '../metrics/index.ts'
import { hasLabels, type Subject } from './evaluate.ts'
import type { Rule } from './rule.ts'

/** A service as rules see it. */
export interface ServiceFacts extends Matched {
  state: string
  /** Undefined where nothing is known of it yet. */
  health: string | undefined
  desired: string
  reason: string
  memoryLimitBytes: number | undefined
  /** Wall clock of its run's start; null while nothing runs. */
  startedAtMs: number | null
}

const resting = new Set(['stopped', 'completed', 'failed'])
export const isAtRest = (state: string | undefined): boolean => state !== undefined && resting.has(state)

/** Of a rule that names a metric with labels, each series is asked by itself; of one that does not, the whole alone. */
export function isMeant(rule: Rule, subject: Subject): boolean {
  const own = rule.uses.metrics.filter((node) => !hasLabels(node)).map(({ metric }) => metric)
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

type Labels = Readonly<Record<string, string>>

/** The series of a subject with these labels. */
export function findSeries(
  { labelled }: Sweep,
  { on, name }: { on: string; name: string },
  metric: string,
  labels: Labels,
): ReturnType<Subject['find']> {
  const found = labelled.find(
    (one) =>
      one.on === on &&
      one.metric === metric &&
      (on !== 'service' || one.subject === name) &&
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  )
  return found && { key: seriesKey(found), value: found.value }
}

/** The machine and the agent, and each series of theirs that has labels, as a subject of its own. */
export function otherSubjects(
  sweep: Sweep,
  { host, name }: { host: string; name: string },
  before: readonly Subject[],
  find: (on: string, name: string, metric: string, labels: Labels) => ReturnType<Subject['find']>,
): Subject[] {
  const known = new Map(before.map((subject) => [subject.key, subject]))
  const subjects = new Map<string, Subject & { values: Record<string, number> }>()
  const add = (key: string, on: 'host' | 'agent', labels: Labels, values: Record<string, number>): void => {
    const made = (): Subject => {
      const findOwn: Subject['find'] = (metric, wanted) => find(on, host, metric, wanted)
      return { key, on, name, labels, values, own: {}, fields: {}, find: findOwn }
    }
    subjects.set(key, Object.assign(known.get(key) ?? made(), { name, values }))
  }
  add(`host:${host}`, 'host', {}, sweep.host)
  add(`agent:${host}`, 'agent', {}, sweep.agent)
  for (const one of sweep.labelled) {
    if (one.on === 'service') continue
    const key = seriesKey(one)
    const own = subjects.get(key)
    if (own) own.values[one.metric] = one.value
    else add(key, one.on, one.labels, { ...(one.on === 'host' ? sweep.host : sweep.agent), [one.metric]: one.value })
  }
  return [...subjects.values()]
}

import { type Alert, type AlertStep, type AlertsSummary, durationInWords } from '../../contract/index.ts'
import type { Episode } from './episode.ts'
import type { Reading, Subject } from './evaluate.ts'
import { resumedText } from './pending.ts'
import type { Rule } from './rule.ts'
import { subjectText, summaryOf } from './text.ts'
import { untouched } from './untouched.ts'
import type { TurnOf } from './watch.ts'

/** What is kept of one alert, also over a kill. */
export interface Entry {
  alert: Alert
  /** With the rule's name, which episode it is. */
  subjectKey: string
  subjectName: string
  subjectLabels: Readonly<Record<string, string>>
  episode: Episode
  steps: AlertStep[]
  /** To whom it was told that it fires; these are told when it is resolved. */
  told: string[]
  notify: readonly string[]
  /** Something keeps it from being told. */
  isQuiet: boolean
}

/** Steps of one alert; of more the oldest behind the first go. */
const mostSteps = 100
/** What clients are told with the state. */
const mostShown = 50

export const entryKey = (rule: string, subjectKey: string): string => `${rule}\0${subjectKey}`

/** What a turn tells that the evaluator does not know. */
export interface Surroundings {
  id: () => string
  wallMs: number
  hostName: string
  service: (name: string) => ServiceWords | undefined
}
export interface ServiceWords {
  why: Parameters<typeof summaryOf>[3]
  app: string | null
  groups: readonly string[]
  tags: readonly string[]
}

const iso = (ms: number): string => new Date(ms).toISOString()

export function addStep(
  entry: Entry,
  step: AlertStep['step'],
  text: string,
  at: string,
  notification?: string,
): boolean {
  const isSame = (each: AlertStep): boolean => each.step === step && each.notification === notification
  if (entry.steps.findLast(isSame)?.text === text) return false
  entry.steps.push({ at, step, text, ...(notification === undefined ? {} : { notification }) })
  if (entry.steps.length > mostSteps) entry.steps.splice(1, 1)
  return true
}

/** The alert of an episode that has begun. */
export function openEntry({ rule, subject, episode, reading, left }: TurnOf, around: Surroundings): Entry {
  const words = subject.on === 'service' ? around.service(subject.name) : undefined
  const at = iso(around.wallMs)
  const entry: Entry = {
    alert: {
      id: left?.id ?? around.id(),
      name: rule.name,
      state: 'pending',
      severity: rule.severity,
      on: rule.on,
      ...(subject.on === 'service' ? { service: subject.name } : {}),
      host: hostOf(subject, around.hostName),
      metric: reading.metric,
      unit: reading.metric === null ? null : rule.unit,
      value: reading.value,
      threshold: reading.threshold,
      labels: labelsOf(rule, subject, words, hostOf(subject, around.hostName)),
      startsAt: left?.startsAt ?? at,
      firedAt: null,
      summary: summaryOf(rule, subject, reading, words?.why),
      ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
      ...untouched(),
      changedAt: at,
    },
    subjectKey: subject.key,
    subjectName: subject.name,
    subjectLabels: subject.labels,
    episode,
    steps: [],
    told: [],
    notify: rule.notify,
    isQuiet: false,
  }
  addStep(entry, 'rule', `${rule.when} holds for ${subjectText(subject)}`, entry.alert.startsAt)
  if (left) addStep(entry, 'rule', resumedText(left, around.wallMs), at)
  return entry
}

/** A host of the fleet is what its alert is about. */
const hostOf = ({ on, name }: Subject, own: string): string => (on === 'fleet' ? name : own)

function labelsOf(rule: Rule, subject: Subject, words: ServiceWords | undefined, host: string): Record<string, string> {
  return {
    ...subject.labels,
    ...rule.labels,
    alertname: rule.name,
    severity: rule.severity,
    on: rule.on,
    host,
    ...(subject.on === 'service' ? { service: subject.name } : {}),
    ...(words?.app ? { app: words.app } : {}),
    ...(words?.groups[0] === undefined ? {} : { group: words.groups.join(',') }),
    ...(words?.tags[0] === undefined ? {} : { tag: words.tags.join(',') }),
  }
}

/** It fires from now on. */
export function fireEntry(entry: Entry, { rule, subject, episode, reading }: TurnOf, around: Surroundings): void {
  const at = iso(around.wallMs)
  const words = subject.on === 'service' ? around.service(subject.name) : undefined
  const { metric, value, threshold } = reading
  entry.episode = episode
  entry.alert = {
    ...entry.alert,
    state: 'firing',
    firedAt: at,
    changedAt: at,
    metric,
    value,
    threshold,
    summary: summaryOf(rule, subject, reading, words?.why),
  }
  const during = rule.forMs > 0 ? ` for ${durationInWords(rule.forMs)}` : ''
  addStep(entry, 'rule', `it fires: ${rule.when} held${during}`, at)
}

/** It is over. */
export function endEntry(entry: Entry, because: string | undefined, wallMs: number): void {
  const at = iso(wallMs)
  entry.alert = { ...entry.alert, state: 'resolved', endsAt: at, changedAt: at }
  addStep(entry, 'rule', `it is resolved: ${because ?? 'the condition no longer holds'}`, at)
}

/** What is measured goes on while it fires; answers whether a person would see a difference. */
export function refreshEntry(entry: Entry, rule: Rule, reading: Reading, words: ServiceWords | undefined): boolean {
  const { alert } = entry
  if (reading.metric === null && reading.value === null && words === undefined) return false
  const subject = { name: entry.subjectName, labels: entry.subjectLabels }
  const summary = summaryOf(rule, subject, reading, words?.why)
  if (summary === alert.summary && reading.value === alert.value) return false
  entry.alert = { ...alert, value: reading.value, threshold: reading.threshold, summary }
  return summary !== alert.summary
}

const severityRank = { critical: 0, warning: 1, info: 2 } as const

/** Whether nothing keeps it quiet. */
const isLoud = (alert: Alert): boolean => alert.state === 'firing' && !alert.silenced && alert.inhibitedBy.length === 0

/** Worst and newest first; causes before what follows from them. */
export function summarize(alerts: Iterable<Alert>): AlertsSummary {
  const all = [...alerts].filter(({ state }) => state === 'firing')
  const loud = all.filter(isLoud)
  const items = loud
    .toSorted(
      (a, b) =>
        Number(a.cause !== null) - Number(b.cause !== null) ||
        severityRank[a.severity] - severityRank[b.severity] ||
        b.startsAt.localeCompare(a.startsAt) ||
        a.id.localeCompare(b.id),
    )
    .slice(0, mostShown)
  return {
    firing: loud.length,
    critical: loud.filter(({ severity }) => severity === 'critical').length,
    silenced: all.filter(({ silenced }) => silenced).length,
    items,
  }
}

/** Where nothing is wrong. */
export const noAlerts = summarize([])

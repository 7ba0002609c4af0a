import {
  durationInWords,
  formatBytes,
  formatDuration,
  formatPercent,
  type MetricUnit,
  type RuleDraft,
  type Why,
} from '../../contract/index.ts'
import { alertSchema, type JsonObject, plainStyle, printBlock } from '../config/index.ts'
import type { Reading, Subject } from './evaluate.ts'
import type { Rule } from './rule.ts'
import { builtInRules } from './rules/index.ts'

/** A value as a person reads it. */
function valueText(value: number, unit: MetricUnit | null): string {
  if (unit === 'percent') return formatPercent(value)
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'bytesPerSecond') return `${formatBytes(value)}/s`
  if (unit === 'seconds') return formatDuration(value * 1000)
  if (unit === 'ms') return formatDuration(value)
  return String(Math.round(value * 100) / 100)
}

/** `2m`, `1h30m`: a length of time as files write it. */
function spanText(spanMs: number): string {
  const parts: string[] = []
  let left = Math.round(spanMs)
  for (const [unit, ms] of units) {
    const count = Math.floor(left / ms)
    left -= count * ms
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.length === 0 ? '0s' : parts.join('')
}
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

const stateWords: Readonly<Record<string, string>> = {
  'service-down': 'is down',
  'crash-loop': 'keeps crashing',
  unhealthy: 'is unhealthy',
  'agent-lost': 'is lost: its agent has not been heard of',
}

/** Whom an alert is about: `web`, `laptop (mount /data)`. */
export function subjectText({ name, labels }: Pick<Subject, 'name' | 'labels'>): string {
  const shown = Object.entries(labels).map(([label, value]) => `${label} ${value}`)
  return shown.length === 0 ? name : `${name} (${shown.join(', ')})`
}

/** One sentence of what is wrong, such as "web is down: port 3000 is held by node (pid 4123)". */
export function summaryOf(
  rule: Pick<Rule, 'name' | 'when' | 'unit' | 'forMs'>,
  subject: Pick<Subject, 'name' | 'labels'>,
  { metric, value, threshold }: Reading,
  known: { why?: Why | null | undefined; reason?: string | undefined } = {},
): string {
  const name = subjectText(subject)
  const during = rule.forMs > 0 ? ` for ${durationInWords(rule.forMs)}` : ''
  if (metric !== null && value !== null) {
    const words = metric
      .replaceAll('_', ' ')
      .replace(/ (bytes|percent|seconds)$/, '')
      .replace(/^cpu\b/, 'CPU')
    const limit =
      threshold === null ? '' : `, ${value >= threshold ? 'above' : 'below'} ${valueText(threshold, rule.unit)}`
    return `${name}: ${words} is ${valueText(value, rule.unit)}${limit}${during}`
  }
  const what = Object.hasOwn(stateWords, rule.name) ? stateWords[rule.name] : undefined
  const because = known.why?.sentence ?? known.reason
  if (what === undefined) return `${name}: ${rule.when}${because === undefined ? '' : ` (${because})`}`
  // A sentence that begins with the name says all by itself.
  if (because?.startsWith(subject.name)) return because
  if (because === undefined) return `${name} ${what}${during}`
  // "is unhealthy: Unhealthy: …" says it twice.
  const state = what.replace(/^is /, '')
  const rest = because.toLowerCase().startsWith(`${state}: `) ? because.slice(state.length + 2) : because
  return `${name} ${what}: ${lowerFirst(rest)}`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

type Written = RuleDraft & { enabled?: boolean }

/** A rule as HCL. */
export const hclOf = (rule: Written): string =>
  `${printBlock(`alert ${JSON.stringify(rule.name)}`, valuesOf(rule), alertSchema, plainStyle)}\n`

/** What a rule's block says, without what is the default anyway. */
export function valuesOf(rule: Written): JsonObject {
  // What a block with a built-in rule's name does not say is as that rule has it.
  const isBuiltIn = builtInRules.some(({ name }) => name === rule.name)
  return {
    ...(rule.enabled === false ? { enabled: false } : {}),
    ...(rule.on === 'service' && !isBuiltIn ? {} : { on: rule.on }),
    ...(Object.keys(rule.match).length === 0 ? {} : { match: rule.match }),
    when: rule.when,
    ...(rule.for === '0s' && !isBuiltIn ? {} : { for: rule.for }),
    severity: rule.severity,
    ...(Object.keys(rule.labels).length === 0 ? {} : { labels: rule.labels }),
    ...(rule.notify.length === 0 ? {} : { notify: rule.notify }),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
  }
}

/** What a rule says, as clients write it. */
export function draftOf(rule: Rule): RuleDraft {
  return {
    name: rule.name,
    on: rule.on,
    match: Object.fromEntries(Object.entries(rule.match).map(([name, values]) => [name, [...values]])),
    when: rule.when,
    for: spanText(rule.forMs),
    severity: rule.severity,
    labels: { ...rule.labels },
    notify: [...rule.notify],
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
  }
}

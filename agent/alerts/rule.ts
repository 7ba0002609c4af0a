import {
  type AlertOn,
  isMatch,
  type Matched,
  type MetricUnit,
  type RuleDraft,
  type Severity,
} from '../../contract/index.ts'
import { parseDuration } from '../time.ts'
import { type Condition, compileCondition, hasLabels } from './evaluate.ts'
import {
  type BuiltInRule,
  builtInRules,
  type Counted,
  metricUnit,
  type Node,
  parseCondition,
  type Uses,
  usesOf,
} from './rules/index.ts'
import { learnedMs } from './window.ts'

/** What files say of a rule; what they do not say is the built-in rule's of that name, or the default. */
export interface WrittenRule {
  name: string
  range: { file: string; line: number }
  enabled?: boolean
  on?: AlertOn
  match?: Readonly<Record<string, readonly string[]>>
  when?: string
  forMs?: number
  keepFiringForMs?: number
  severity?: Severity
  labels?: Readonly<Record<string, string>>
  notify?: readonly string[]
  runbook?: string
}

/** A rule that can be evaluated. */
export interface Rule {
  name: string
  enabled: boolean
  builtIn: boolean
  on: AlertOn
  match: Readonly<Record<string, readonly string[]>>
  when: string
  forMs: number
  keepMs: number
  severity: Severity
  labels: Readonly<Record<string, string>>
  notify: readonly string[]
  runbook: string | undefined
  node: Node
  condition: Condition
  uses: Uses
  /** Says of a subject that is as it was what it said before: it counts nothing, and looks at no time. */
  isTimeless: boolean
  /** The metric that its alerts show, and in what it is counted. */
  metric: string | null
  unit: MetricUnit | null
  place: { file: string; line: number } | undefined
}

const leastKeepMs = 10_000
const mostKeepMs = 60_000

/** @throws {ConditionError} */
export function ruleOf(written: WrittenRule | undefined, builtIn: BuiltInRule | undefined): Rule {
  const when = written?.when ?? builtIn?.when ?? ''
  const on = written?.on ?? builtIn?.on ?? 'service'
  const forMs = written?.forMs ?? builtIn?.forMs ?? 0
  const node = parseCondition(when)
  const uses = usesOf(node)
  const metric = uses.metrics[0]?.metric ?? null
  return {
    name: written?.name ?? builtIn?.name ?? '',
    enabled: written?.enabled ?? true,
    builtIn: builtIn !== undefined,
    on,
    match: written?.match ?? {},
    when,
    forMs,
    keepMs: written?.keepFiringForMs ?? Math.min(Math.max(forMs, leastKeepMs), mostKeepMs),
    severity: written?.severity ?? builtIn?.severity ?? 'warning',
    labels: written?.labels ?? {},
    notify: written?.notify ?? [],
    runbook: written?.runbook,
    node,
    condition: compileCondition(node),
    uses,
    isTimeless: isTimeless(uses),
    metric,
    unit: metric === null ? null : metricUnit(on, metric),
    place: written === undefined ? undefined : { file: written.range.file, line: written.range.line },
  }
}

function isTimeless({ metrics, windows, counted }: Uses): boolean {
  // How long something runs is written into its values as time goes by, and series come and go by themselves.
  const isStill = metrics.every((node) => node.metric !== 'uptime_seconds' && !hasLabels(node))
  return windows.size === 0 && counted.length === 0 && isStill
}

/** All rules, the built-in ones first, each once by its name. */
export function rulesOf(written: ReadonlyMap<string, WrittenRule>): Rule[] {
  const builtIn = builtInRules.map((rule) => ruleOf(written.get(rule.name), rule))
  const own = [...written.values()].filter(({ name }) => !builtInRules.some((rule) => rule.name === name))
  return [...builtIn, ...own.map((rule) => ruleOf(rule, undefined))]
}

/** @throws {ConditionError} */
export function ruleOfDraft(draft: RuleDraft): Rule {
  const match = Object.entries(draft.match).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])
  return ruleOf(
    {
      name: draft.name,
      range: { file: '', line: 0 },
      on: draft.on,
      match: Object.fromEntries(match),
      when: draft.when,
      forMs: parseDuration(draft.for) ?? 0,
      severity: draft.severity,
      labels: draft.labels,
      notify: draft.notify,
      ...(draft.runbook === undefined ? {} : { runbook: draft.runbook }),
    },
    undefined,
  )
}

/** How far back each metric is looked at, by all rules together. */
export function spansOf(rules: readonly Rule[]): Map<string, number> {
  const spans = new Map<string, number>()
  for (const { uses, when } of rules) {
    for (const [metric, spanMs] of uses.windows) {
      const backMs = when.includes('forecast') ? Math.max(spanMs, learnedMs(spanMs)) : spanMs
      spans.set(metric, Math.max(spans.get(metric) ?? 0, backMs))
    }
  }
  return spans
}

export const countedOf = (rules: readonly Rule[]): Counted[] =>
  rules.flatMap(({ uses }) => uses.counted.map(({ counted }) => counted))

/** Whether a rule is for a service with these. */
export const isFor = ({ match }: Pick<Rule, 'match'>, service: Matched): boolean => isMatch(match, service)

import type { AlertOn } from '../../contract/index.ts'
import { foresee } from './foresee.ts'
import type { Comparison, Counted, Field, MetricNode, Node, WindowFunction } from './rules/index.ts'
import type { Happenings, History, Ring } from './window.ts'

/** What a rule is asked about: an instance, the machine, the agent, or one series of these (`{ mount: "/" }`). */
export interface Subject {
  /** Tells it from all others. */
  key: string
  on: AlertOn
  name: string
  /** What tells its series apart, where it is one of several. */
  labels: Readonly<Record<string, string>>
  /** What was measured last; what is not there is not known. */
  values: Readonly<Record<string, number>>
  /** What is known of it without measuring. */
  own: Readonly<Record<string, number>>
  fields: Readonly<Partial<Record<Field, string>>>
  /** Series of several, by metric, for `disk_percent{mount="/"}`. */
  find(metric: string, labels: Readonly<Record<string, string>>): { key: string; value: number } | undefined
}

/** What was before now. */
export interface Window {
  history: History
  happenings: Happenings
}

/** What a number comes to; NaN is not known, and of what is not known nothing follows. Truths are 1 and 0. */
type Answer = (subject: Subject, window: Window, nowMs: number) => number

export interface Reading {
  metric: string | null
  value: number | null
  threshold: number | null
}

export interface Condition {
  /** 1, 0, or NaN where it is not known. */
  test: Answer
  read(subject: Subject, window: Window, nowMs: number): Reading
}

export type Verdict = 'true' | 'false' | 'unknown'
const verdictOf = (answer: number): Verdict => (answer === 1 ? 'true' : answer === 0 ? 'false' : 'unknown')

/** The one evaluator, for what happens now and for what would have happened. */
export function evaluate(condition: Condition, subject: Subject, window: Window, nowMs: number): Verdict {
  return verdictOf(condition.test(subject, window, nowMs))
}

export function compileCondition(node: Node): Condition {
  const comparisons = comparisonsOf(node).map((each) => ({
    metric: metricOf(each.left) ?? metricOf(each.right),
    isSwapped: metricOf(each.left) === undefined && metricOf(each.right) !== undefined,
    test: answerOf(each),
    left: answerOf(each.left),
    right: answerOf(each.right),
  }))
  return {
    test: answerOf(node),
    read(subject, window, nowMs) {
      const holding = comparisons.find(({ test }) => test(subject, window, nowMs) === 1) ?? comparisons[0]
      if (!holding) return { metric: null, value: null, threshold: null }
      const left = numberOr(holding.left(subject, window, nowMs))
      const right = numberOr(holding.right(subject, window, nowMs))
      const [value, threshold] = holding.isSwapped ? [right, left] : [left, right]
      return { metric: holding.metric ?? null, value, threshold }
    },
  }
}

const numberOr = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Comparisons of numbers, in the order they were written. */
function comparisonsOf(node: Node): Extract<Node, { kind: 'compare' }>[] {
  if (node.kind === 'compare') return metricOf(node.left) || metricOf(node.right) ? [node] : []
  if (node.kind === 'not') return comparisonsOf(node.inner)
  return node.kind === 'and' || node.kind === 'or' ? [...comparisonsOf(node.left), ...comparisonsOf(node.right)] : []
}

function metricOf(node: Node): string | undefined {
  if (node.kind === 'metric') return node.metric
  if (node.kind === 'window') return node.metric.metric
  if (node.kind === 'negate') return metricOf(node.inner)
  return node.kind === 'arithmetic' ? (metricOf(node.left) ?? metricOf(node.right)) : undefined
}

function answerOf(node: Node): Answer {
  switch (node.kind) {
    case 'number':
      return () => node.value
    case 'metric':
      return metricAnswer(node)
    case 'window':
      return windowAnswer(node.over, node.metric, node.spanMs)
    case 'count':
      return countAnswer(node.counted, node.spanMs)
    case 'negate': {
      const inner = answerOf(node.inner)
      return (...given) => -inner(...given)
    }
    case 'not': {
      const inner = answerOf(node.inner)
      return (...given) => 1 - inner(...given)
    }
    case 'arithmetic':
      return arithmeticAnswer(node.op, answerOf(node.left), answerOf(node.right))
    case 'compare':
      return node.left.kind === 'field' || node.left.kind === 'text'
        ? textAnswer(node.op, node.left, node.right)
        : compareAnswer(node.op, answerOf(node.left), answerOf(node.right))
    case 'and':
      return both(answerOf(node.left), answerOf(node.right))
    case 'or':
      return either(answerOf(node.left), answerOf(node.right))
    case 'field':
    case 'text':
      return () => Number.NaN
  }
}

function both(left: Answer, right: Answer): Answer {
  return (subject, window, nowMs) => {
    const first = left(subject, window, nowMs)
    if (first === 0) return 0
    const second = right(subject, window, nowMs)
    return second === 0 ? 0 : first * second
  }
}

function either(left: Answer, right: Answer): Answer {
  return (subject, window, nowMs) => {
    const first = left(subject, window, nowMs)
    if (first === 1) return 1
    const second = right(subject, window, nowMs)
    return second === 1 ? 1 : first + second
  }
}

/** Names one of several series. */
export const hasLabels = (node: MetricNode): boolean => Object.keys(node.labels).length > 0

function metricAnswer(node: MetricNode): Answer {
  const { metric, labels } = node
  if (hasLabels(node)) return (subject) => subject.find(metric, labels)?.value ?? Number.NaN
  return (subject) => subject.values[metric] ?? subject.own[metric] ?? Number.NaN
}

const arithmetics = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  // What is divided by nothing is not known.
  '/': (left: number, right: number) => (right === 0 ? Number.NaN : left / right),
}

function arithmeticAnswer(op: keyof typeof arithmetics, left: Answer, right: Answer): Answer {
  const join = arithmetics[op]
  return (subject, window, nowMs) => join(left(subject, window, nowMs), right(subject, window, nowMs))
}

const comparers: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
}

function compareAnswer(op: Comparison, left: Answer, right: Answer): Answer {
  const compare = comparers[op]
  return (subject, window, nowMs) => {
    const first = left(subject, window, nowMs)
    const second = right(subject, window, nowMs)
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.NaN
    return compare(first, second) ? 1 : 0
  }
}

function textAnswer(op: Comparison, left: Node, right: Node): Answer {
  const textOf = (node: Node): ((subject: Subject) => string | undefined) => {
    if (node.kind === 'field') return ({ fields }) => fields[node.field]
    return () => (node.kind === 'text' ? node.text : undefined)
  }
  const first = textOf(left)
  const second = textOf(right)
  const wanted = op === '=='
  return (subject) => {
    const one = first(subject)
    const other = second(subject)
    if (one === undefined || other === undefined) return Number.NaN
    return (one === other) === wanted ? 1 : 0
  }
}

/** The name that something counted goes by. */
export const countedName = (counted: Counted): string =>
  counted.kind === 'event' ? `event:${counted.event}` : `log:${counted.pattern}`

function countAnswer(counted: Counted, spanMs: number): Answer {
  const name = countedName(counted)
  return ({ key }, { happenings }, nowMs) => happenings.count(key, name, nowMs - spanMs)
}

type Fold = (ring: Ring, fromMs: number, nowMs: number, spanMs: number) => number

const folds: Readonly<Record<WindowFunction, Fold>> = {
  avg(ring, fromMs) {
    let sum = 0
    let count = 0
    ring.each(fromMs, (_at, value) => {
      sum += value
      count += 1
    })
    return count === 0 ? Number.NaN : sum / count
  },
  min: (ring, fromMs) => extreme(ring, fromMs, Math.min),
  max: (ring, fromMs) => extreme(ring, fromMs, Math.max),
  p95(ring, fromMs) {
    const values: number[] = []
    ring.each(fromMs, (_at, value) => void values.push(value))
    values.sort((a, b) => a - b)
    return values[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN
  },
  /** How fast a count grows in a second; one that becomes smaller has begun anew. */
  rate(ring, fromMs) {
    let grown = 0
    let firstMs = Number.NaN
    let lastMs = Number.NaN
    let last = 0
    ring.each(fromMs, (atMs, value) => {
      if (Number.isNaN(firstMs)) firstMs = atMs
      else grown += value >= last ? value - last : value
      lastMs = atMs
      last = value
    })
    return lastMs > firstMs ? (1000 * grown) / (lastMs - firstMs) : Number.NaN
  },
  forecast: (ring, _fromMs, nowMs, spanMs) => foresee(ring, nowMs, spanMs),
}

function extreme(ring: Ring, fromMs: number, choose: (a: number, b: number) => number): number {
  let found = Number.NaN
  ring.each(fromMs, (_at, value) => {
    found = Number.isNaN(found) ? value : choose(found, value)
  })
  return found
}

function windowAnswer(over: WindowFunction, node: MetricNode, spanMs: number): Answer {
  const fold = folds[over]
  const { metric, labels } = node
  const isNamed = hasLabels(node)
  return (subject, { history }, nowMs) => {
    // What is not measured any more has no average either.
    if (!isNamed && subject.values[metric] === undefined) return Number.NaN
    const key = isNamed ? subject.find(metric, labels)?.key : subject.key
    const ring = key === undefined ? undefined : history.ring(key, metric)
    return ring === undefined ? Number.NaN : fold(ring, nowMs - spanMs, nowMs, spanMs)
  }
}

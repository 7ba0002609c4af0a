import { healths, serviceStates } from '../../../contract/words.ts'
import { ConditionError, type Counted, type Field, type MetricNode, type Node } from './types.ts'

export interface Uses {
  metrics: readonly MetricNode[]
  /** What is looked at over time: the longest time for each metric. */
  windows: ReadonlyMap<string, number>
  counted: readonly { counted: Counted; spanMs: number }[]
  fields: ReadonlySet<Field>
}

/** Everything that a condition asks for. */
export function usesOf(node: Node): Uses {
  const metrics: MetricNode[] = []
  const windows = new Map<string, number>()
  const counted: { counted: Counted; spanMs: number }[] = []
  const used = new Set<Field>()
  const visit = (at: Node): void => {
    if (at.kind === 'metric') metrics.push(at)
    else if (at.kind === 'field') used.add(at.field)
    else if (at.kind === 'count') counted.push(at)
    else if (at.kind === 'window') {
      metrics.push(at.metric)
      windows.set(at.metric.metric, Math.max(windows.get(at.metric.metric) ?? 0, at.spanMs))
    } else if ('inner' in at) visit(at.inner)
    else if ('left' in at) {
      visit(at.left)
      visit(at.right)
    }
  }
  visit(node)
  return { metrics, windows, counted, fields: used }
}

const wordsOf: Partial<Record<Field, readonly string[]>> = {
  state: serviceStates,
  health: healths,
  desired: ['up', 'down'],
}

/** Names that are not there: metrics, kinds of events, words of a state. The first mistake is told. */
export function checkNames(
  node: Node,
  known: { metrics: ReadonlySet<string>; events: readonly string[]; words?: Partial<Record<Field, readonly string[]>> },
): void {
  const words = { ...wordsOf, ...known.words }
  const visit = (at: Node): void => {
    if (at.kind === 'metric' && !known.metrics.has(at.metric))
      throw new ConditionError(`There is no metric "${at.metric}".`, at, {
        expected: 'a metric, such as cpu_percent or memory_bytes',
        unknown: at.metric,
      })
    if (at.kind === 'window') visit(at.metric)
    if (at.kind === 'count' && at.counted.kind === 'event' && !known.events.includes(at.counted.event))
      throw new ConditionError(`There is no event "${at.counted.event}".`, at, {
        expected: 'a kind of event, such as service.failed',
        unknown: at.counted.event,
      })
    if (at.kind === 'compare') checkWord(at.left, at.right, words)
    if ('inner' in at) visit(at.inner)
    if ('left' in at) {
      visit(at.left)
      visit(at.right)
    }
  }
  visit(node)
}

function checkWord(left: Node, right: Node, words: Partial<Record<Field, readonly string[]>>): void {
  const [field, text] = left.kind === 'field' ? [left, right] : [right, left]
  if (field.kind !== 'field' || text.kind !== 'text') return
  const allowed = words[field.field]
  if (allowed === undefined || allowed.includes(text.text)) return
  throw new ConditionError(`${field.field} is never "${text.text}".`, text, {
    expected: allowed.map((word) => `"${word}"`).join(', '),
    unknown: text.text,
  })
}

import { messageOf } from '../../../contract/failure.ts'
import { type Comparison, ConditionError, type Node, type Span } from './types.ts'

/** What a part of a condition comes to. */
type Kind = 'truth' | 'number' | 'text'

const kinds: Readonly<Record<Node['kind'], Kind>> = {
  metric: 'number',
  field: 'text',
  number: 'number',
  text: 'text',
  window: 'number',
  count: 'number',
  negate: 'number',
  not: 'truth',
  arithmetic: 'number',
  compare: 'truth',
  and: 'truth',
  or: 'truth',
}
const kindOf = (node: Node): Kind => kinds[node.kind]

const longestPattern = 1024

export function expectKind(node: Node, kind: Kind, why: string): void {
  if (kindOf(node) === kind) return
  const expected = {
    truth: 'a comparison, such as cpu_percent > 80',
    number: 'a number or a metric',
    text: 'a text in quotes',
  }[kind]
  throw new ConditionError(`${why}.`, node, { expected })
}

export const oneOrMore = (left: Node): Node => ({
  kind: 'compare',
  op: '>',
  left,
  right: { kind: 'number', value: 0, start: left.start, end: left.end },
  start: left.start,
  end: left.end,
})

export function arithmetic(op: '+' | '-' | '*' | '/', left: Node, right: Node): Node {
  for (const side of [left, right]) expectKind(side, 'number', `Both sides of "${op}" are numbers`)
  return { kind: 'arithmetic', op, left, right, start: left.start, end: right.end }
}

export function compare(op: Comparison, left: Node, right: Node): Node {
  const kind = kindOf(left)
  if (kind === 'truth')
    throw new ConditionError('What holds or does not is not compared.', left, { expected: 'a metric or a field' })
  expectKind(right, kind, kind === 'number' ? 'A number is compared with a number' : 'A text is compared with a text')
  if (kind === 'text' && op !== '==' && op !== '!=')
    throw new ConditionError('Texts are equal or not.', { start: left.start, end: right.end }, { expected: '== or !=' })
  return { kind: 'compare', op, left, right, start: left.start, end: right.end }
}

export function checkedPattern(pattern: string, span: Span): string {
  if (pattern.length > longestPattern)
    throw new ConditionError('This regular expression is too long.', span, {
      expected: `at most ${longestPattern} characters`,
    })
  try {
    new RegExp(pattern.replace(/^\(\?i\)/, ''))
    return pattern
  } catch (error) {
    const why = messageOf(error).replace(/^.*: /, '')
    throw new ConditionError(`This is no regular expression: ${why}.`, span)
  }
}

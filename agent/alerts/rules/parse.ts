import { parseDuration } from '../../time.ts'
import { readTokens, type Token } from './lex.ts'
import { arithmetic, checkedPattern, compare, expectKind, oneOrMore } from './nodes.ts'
import {
  type Comparison,
  ConditionError,
  type Counted,
  type Field,
  fields,
  type MetricNode,
  type Node,
  type WindowFunction,
} from './types.ts'

/** A condition of more words than this is no condition of a person. */
const mostTokens = 500
/** `event("…")` and `log(/…/)` alone: whether there was one within this time. */
const recentMs = 60_000
/** The longest time that a window of a condition reaches back, or a forecast ahead. */
const longestSpanMs = 7 * 86_400_000

const windows: readonly WindowFunction[] = ['avg', 'min', 'max', 'p95', 'rate', 'forecast']
const deepest = 50
export const functionNames: readonly string[] = [...windows, 'count', 'event', 'log']
const comparisons: readonly string[] = ['>', '>=', '<', '<=', '==', '!=']
const isField = (name: string): name is Field => (fields as readonly string[]).includes(name)
const isWindow = (name: string): name is WindowFunction => (windows as readonly string[]).includes(name)

/**
 * Reads the `when` of a rule.
 *
 *     condition  = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | sum [ (">" | ">=" | "<" | "<=" | "==" | "!=") sum ]
 *     sum        = product { ("+" | "-") product }
 *     product    = value { ("*" | "/") value }
 *     value      = "-" value | "(" condition ")" | amount | "text" | metric | field | function
 *     metric     = name [ "{" name "=" "text" { "," … } "}" ]
 *     field      = "state" | "health" | "desired" | "reason"
 *     function   = ("avg" | "min" | "max" | "p95" | "rate" | "forecast") "(" [ metric "," ] duration ")"
 *                | "event" "(" "kind" ")" | "log" "(" /pattern/ ")"
 *                | "count" "(" (event | log) "," duration ")"
 *
 * Without a metric, `avg(5m)` is of the one that it is compared with: `cpu_percent > 2 * avg(1h)`.
 * @throws {ConditionError}
 */
export function parseCondition(source: string): Node {
  const tokens = readTokens(source)
  if (tokens.length > mostTokens)
    throw new ConditionError(
      'This condition is too long.',
      { start: 0, end: source.length },
      { expected: `at most ${mostTokens} words` },
    )
  const parser = new Parser(tokens)
  const node = parser.condition()
  parser.finish()
  expectKind(node, 'truth', 'A condition is something that holds or does not')
  return node
}

class Parser {
  private at = 0
  private depth = 0
  private readonly tokens: readonly Token[]
  /** The metric that the comparison at hand is about. */
  private compared: MetricNode | undefined

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  condition(): Node {
    let left = this.conjunction()
    while (this.takeWord('or')) left = this.join('or', left, this.conjunction())
    return left
  }

  finish(): void {
    const token = this.next
    if (token.kind === 'end') return
    throw new ConditionError(`${shownToken(token)} does not go on from what is before it.`, token, {
      expected: 'and, or, a comparison, or the end',
    })
  }

  private conjunction(): Node {
    let left = this.negation()
    while (this.takeWord('and')) left = this.join('and', left, this.negation())
    return left
  }

  private join(kind: 'and' | 'or', left: Node, right: Node): Node {
    for (const side of [left, right]) expectKind(side, 'truth', `Both sides of "${kind}" hold or do not`)
    return { kind, left, right, start: left.start, end: right.end }
  }

  private negation(): Node {
    const { start } = this.next
    if (!this.takeWord('not')) return this.comparison()
    const inner = this.deeper(() => this.negation())
    expectKind(inner, 'truth', 'What follows "not" holds or does not')
    return { kind: 'not', inner, start, end: inner.end }
  }

  private comparison(): Node {
    const outer = this.compared
    this.compared = this.metricAhead()
    const left = this.sum()
    const token = this.next
    if (token.kind !== 'sign' || !comparisons.includes(token.text)) {
      if (token.kind === 'sign' && token.text === '=')
        throw new ConditionError('One "=" compares nothing.', token, { expected: '==' })
      this.compared = outer
      return left
    }
    this.at += 1
    const right = this.sum()
    this.compared = outer
    return compare(token.text as Comparison, left, right)
  }

  /** The first metric from here to the end of the comparison that stands by itself. */
  private metricAhead(): MetricNode | undefined {
    for (let at = this.at; at < this.tokens.length; at += 1) {
      const token = this.tokens[at]
      if (token === undefined || token.kind === 'end') return undefined
      if (token.kind !== 'name') continue
      if (token.text === 'and' || token.text === 'or') return undefined
      const after = this.tokens[at + 1]
      const isCall = after?.kind === 'sign' && after.text === '('
      if (!isCall && token.text !== 'not' && !isField(token.text)) {
        const back = this.at
        this.at = at
        const metric = this.metric()
        this.at = back
        return metric
      }
    }
    return undefined
  }

  private sum(): Node {
    let left = this.product()
    for (let op = this.takeSign('+', '-'); op; op = this.takeSign('+', '-'))
      left = arithmetic(op as '+' | '-', left, this.product())
    return left
  }

  private product(): Node {
    let left = this.value()
    for (let op = this.takeSign('*', '/'); op; op = this.takeSign('*', '/'))
      left = arithmetic(op as '*' | '/', left, this.value())
    return left
  }

  private value(): Node {
    const token = this.next
    const { start, end } = token
    if (token.kind === 'number') {
      this.at += 1
      return { kind: 'number', value: token.value, start, end }
    }
    // A length of time as a value is in seconds, as `uptime_seconds` is.
    if (token.kind === 'duration') {
      this.at += 1
      return { kind: 'number', value: token.value / 1000, start, end }
    }
    if (token.kind === 'text') {
      this.at += 1
      return { kind: 'text', text: token.text, start, end }
    }
    if (this.takeSign('-')) {
      const inner = this.deeper(() => this.value())
      expectKind(inner, 'number', 'Only a number can be negative')
      return { kind: 'negate', inner, start, end: inner.end }
    }
    if (this.takeSign('(')) {
      const inner = this.deeper(() => this.condition())
      this.expectSign(')')
      return inner
    }
    if (token.kind === 'name' && token.text !== 'and' && token.text !== 'or') return this.named()
    const message = token.kind === 'end' ? 'The condition ends too early.' : `${shownToken(token)} cannot stand here.`
    throw new ConditionError(message, token, { expected: 'a metric, an amount, a text or a function' })
  }

  private named(): Node {
    const token = this.takeName('a metric')
    const { start, end, text } = token
    const isCall = this.next.kind === 'sign' && this.next.text === '('
    if (!isCall) {
      if (isField(text)) return { kind: 'field', field: text, start, end }
      this.at -= 1
      return this.metric()
    }
    this.at += 1
    if (isWindow(text)) return this.window(text, start)
    if (text === 'event' || text === 'log') {
      const counted = this.counted(text)
      const close = this.expectSign(')')
      return oneOrMore({ kind: 'count', counted, spanMs: recentMs, start, end: close.end })
    }
    if (text === 'count') return this.count(start)
    throw new ConditionError(`There is no function "${text}".`, token, {
      expected: functionNames.join(', '),
      unknown: text,
    })
  }

  private metric(): MetricNode {
    const { text: metric, start, end } = this.takeName('a metric')
    if (!this.takeSign('{')) return { kind: 'metric', metric, labels: {}, start, end }
    const labels: Record<string, string> = Object.create(null)
    do {
      const { text: label } = this.takeName('a label, such as mount')
      this.expectSign('=', '==')
      labels[label] = this.takeText()
    } while (this.takeSign(','))
    return { kind: 'metric', metric, labels, start, end: this.expectSign('}').end }
  }

  private window(over: WindowFunction, start: number): Node {
    let metric = this.compared
    if (this.next.kind !== 'duration') {
      metric = this.metric()
      this.expectSign(',')
    }
    const spanMs = this.takeSpan()
    const { end } = this.expectSign(')')
    if (metric === undefined)
      throw new ConditionError(
        `${over}() does not say what it is of.`,
        { start, end },
        { expected: `${over}(cpu_percent, 5m)` },
      )
    return { kind: 'window', over, metric, spanMs, start, end }
  }

  private count(start: number): Node {
    const token = this.takeName('event("…") or log(/…/)')
    if (token.text !== 'event' && token.text !== 'log')
      throw new ConditionError('Events and lines of the log are counted.', token, {
        expected: 'count(event("service.exited"), 10m) or count(log(/ERROR/), 5m)',
      })
    this.expectSign('(')
    const counted = this.counted(token.text)
    this.expectSign(')')
    this.expectSign(',')
    const spanMs = this.takeSpan()
    return { kind: 'count', counted, spanMs, start, end: this.expectSign(')').end }
  }

  private counted(kind: 'event' | 'log'): Counted {
    if (kind === 'event') return { kind, event: this.takeText() }
    const token = this.next
    if (token.kind !== 'pattern' && token.kind !== 'text')
      throw new ConditionError('log() looks for a regular expression.', token, { expected: 'log(/ERROR/)' })
    this.at += 1
    return { kind, pattern: checkedPattern(token.text, token) }
  }

  private takeSpan(): number {
    const token = this.next
    const spanMs =
      token.kind === 'duration' ? token.value : token.kind === 'text' ? parseDuration(token.text) : undefined
    if (spanMs === undefined || spanMs <= 0 || spanMs > longestSpanMs)
      throw new ConditionError(`${shownToken(token)} is no length of time.`, token, {
        expected: 'a time such as 30s, 5m or 4h, at most 7d',
      })
    this.at += 1
    return spanMs
  }

  private takeText(): string {
    const token = this.next
    if (token.kind !== 'text')
      throw new ConditionError(`${shownToken(token)} is no text.`, token, { expected: 'a text in quotes' })
    this.at += 1
    return token.text
  }

  private takeName(expected: string): Extract<Token, { kind: 'name' }> {
    const token = this.next
    if (token.kind !== 'name') throw new ConditionError(`${shownToken(token)} cannot stand here.`, token, { expected })
    this.at += 1
    return token
  }

  private takeWord(word: string): boolean {
    const token = this.next
    if (token.kind !== 'name' || token.text !== word) return false
    this.at += 1
    return true
  }

  private takeSign(...signs: readonly string[]): string | undefined {
    const token = this.next
    if (token.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.at += 1
    return token.text
  }

  private expectSign(...signs: readonly string[]): Token {
    const token = this.next
    if (this.takeSign(...signs)) return token
    const message = token.kind === 'end' ? 'The condition ends too early.' : `${shownToken(token)} cannot stand here.`
    throw new ConditionError(message, token, { expected: signs[0] ?? '' })
  }

  private deeper(read: () => Node): Node {
    this.depth += 1
    if (this.depth > deepest)
      throw new ConditionError('This is nested too deeply.', this.next, { expected: `at most ${deepest} levels` })
    const node = read()
    this.depth -= 1
    return node
  }

  private get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', start: 0, end: 0 }
  }
}

function shownToken(token: Token): string {
  if (token.kind === 'end') return 'The end'
  if (token.kind === 'duration') return 'A length of time'
  return token.kind === 'number' ? `${token.value}` : `"${token.text}"`
}

/** The condition of a rule as a tree; `start` and `end` are offsets into what was written. */
export interface Span {
  start: number
  end: number
}

export type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!='
export type WindowFunction = 'avg' | 'min' | 'max' | 'p95' | 'rate' | 'forecast'

/** Something that is measured, by its name of the API, and which of its series. */
export interface MetricNode extends Span {
  kind: 'metric'
  metric: string
  /** `disk_percent{mount="/"}`; without it a rule is asked for each series by itself. */
  labels: Readonly<Record<string, string>>
}

/** Something that is said of a subject in words: `state`, `health`. */
export interface FieldNode extends Span {
  kind: 'field'
  field: Field
}
export const fields = ['state', 'health', 'desired', 'reason'] as const
export type Field = (typeof fields)[number]

/** What is counted: events of a kind, or lines of the log that match. */
export type Counted = { kind: 'event'; event: string } | { kind: 'log'; pattern: string }

export type Node =
  | MetricNode
  | FieldNode
  | (Span & { kind: 'number'; value: number })
  | (Span & { kind: 'text'; text: string })
  | (Span & { kind: 'window'; over: WindowFunction; metric: MetricNode; spanMs: number })
  | (Span & { kind: 'count'; counted: Counted; spanMs: number })
  | (Span & { kind: 'negate' | 'not'; inner: Node })
  | (Span & { kind: 'arithmetic'; op: '+' | '-' | '*' | '/'; left: Node; right: Node })
  | (Span & { kind: 'compare'; op: Comparison; left: Node; right: Node })
  | (Span & { kind: 'and' | 'or'; left: Node; right: Node })

/** A mistake in a condition, for a person; `start` is an offset into what was written. */
export class ConditionError extends Error {
  override name = 'ConditionError'
  readonly span: Span
  readonly expected: string | undefined
  /** A name that is not known. */
  readonly unknown: string | undefined
  constructor(message: string, span: Span, more: { expected?: string; unknown?: string } = {}) {
    super(message)
    this.span = span
    this.expected = more.expected
    this.unknown = more.unknown
  }
}

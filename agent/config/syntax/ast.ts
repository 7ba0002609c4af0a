import type { Span } from './source.ts'

/** What a file says, before anything is looked up: HCL's own structure, each part with its span in the file's text. */

export interface Body {
  items: (Attribute | Block)[]
  /** False when a mistake in it made the reader leave something out: what is missing may be there. */
  complete: boolean
}

export interface Attribute extends Span {
  kind: 'attribute'
  name: string
  nameSpan: Span
  value: Expression
}

export interface Block extends Span {
  kind: 'block'
  type: string
  typeSpan: Span
  labels: Label[]
  body: Body
}

export interface Label extends Span {
  text: string
}

export type Expression =
  | Literal
  | Template
  | List
  | ObjectExpression
  | Variable
  | GetAttribute
  | Index
  | Splat
  | Element
  | Call
  | For
  | Conditional
  | Unary
  | Binary
  | Parentheses

interface Literal extends Span {
  kind: 'literal'
  value: number | boolean | null
}
/** A quoted string or a heredoc; without interpolation its parts are one text, or none. */
export interface Template extends Span {
  kind: 'template'
  heredoc: boolean
  parts: TemplatePart[]
}
export type TemplatePart = TemplateText | Interpolation | TemplateIf | TemplateFor
/** `text` is decoded: escapes resolved, a `<<-` heredoc's indentation and what `~` strips taken away. */
export interface TemplateText extends Span {
  kind: 'text'
  text: string
}
interface Interpolation extends Span {
  kind: 'interpolation'
  expression: Expression
}
export interface TemplateIf extends Span {
  kind: 'if'
  condition: Expression
  then: TemplatePart[]
  else: TemplatePart[]
}
export interface TemplateFor extends Span {
  kind: 'for'
  key?: string
  value: string
  collection: Expression
  body: TemplatePart[]
}
interface List extends Span {
  kind: 'list'
  items: Expression[]
}
export interface ObjectExpression extends Span {
  kind: 'object'
  entries: { key: Expression; value: Expression }[]
}
/** The root of a traversal: `env` in `env.HOME`. */
interface Variable extends Span {
  kind: 'variable'
  name: string
}
export interface GetAttribute extends Span {
  kind: 'get-attribute'
  object: Expression
  name: string
  nameSpan: Span
}
export interface Index extends Span {
  kind: 'index'
  object: Expression
  index: Expression
}
/** `list[*].name` or `list.*.name`: `each` is what follows, with `element` in place of every element. */
export interface Splat extends Span {
  kind: 'splat'
  list: Expression
  each: Expression
}
interface Element extends Span {
  kind: 'element'
}
export interface Call extends Span {
  kind: 'call'
  name: string
  nameSpan: Span
  arguments: Expression[]
  /** The last argument is a list of arguments (`f(list...)`). */
  expand: boolean
}
export interface For extends Span {
  kind: 'for-expression'
  keyName?: string
  valueName: string
  collection: Expression
  /** Present where an object is made. */
  key?: Expression
  value: Expression
  group: boolean
  condition?: Expression
}
export interface Conditional extends Span {
  kind: 'conditional'
  condition: Expression
  then: Expression
  else: Expression
}
export interface Unary extends Span {
  kind: 'unary'
  operator: '-' | '!'
  operand: Expression
}
export interface Binary extends Span {
  kind: 'binary'
  operator: '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'
  left: Expression
  right: Expression
}
interface Parentheses extends Span {
  kind: 'parentheses'
  inner: Expression
}

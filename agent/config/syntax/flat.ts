import type { Expression } from './ast.ts'

/** A part of a template as it stands, before `if` and `for` are put around what they hold. */
export type FlatPart = { start: number; end: number; stripLeft?: boolean; stripRight?: boolean } & (
  | { kind: 'text'; text: string }
  | { kind: 'interpolation'; expression: Expression }
  | { kind: 'open-if'; condition: Expression }
  | { kind: 'open-for'; key?: string; value: string; collection: Expression }
  | { kind: 'else' }
  | { kind: 'end-if' }
  | { kind: 'end-for' }
)

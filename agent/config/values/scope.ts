import type { Place, Problem, Problems } from '../problems.ts'
import type { Expression } from '../syntax/ast.ts'
import type { Source, Span } from '../syntax/source.ts'
import type { Value } from './value.ts'

/** What evaluating needs to know of where it happens. */
export interface Scope {
  source: Source
  problems: Problems
  /** The agent's environment, for what has to be known at once. */
  env: Readonly<Record<string, string | undefined>>
  /** The names of the loops around this place. */
  names: Names
  /** `var.NAME` and `local.NAME`; absent where they have no meaning. */
  globals?: Globals
  /** Reads a file for `file()`, or says why not; absent where no file may be read. */
  readText?: (path: string) => { text: string } | { problem: Problem }
  /** What stands for `element` within a splat. */
  element?: Value
  budget: Budget
}

export interface Names {
  /** The value of a name, or `undefined` where there is none. It may report what is wrong with it, at its own place. */
  find(name: string): Value | undefined
  /** What could have been meant, for suggestions. */
  known(): string[]
}

export type GlobalKind = 'var' | 'local'

export interface Globals {
  /** The value of a variable or a local, or `undefined` where there is none of that name. */
  find(kind: GlobalKind, name: string): Value | undefined
  known(kind: GlobalKind): string[]
}

export const noNames: Names = { find: () => undefined, known: () => [] }

/** Steps that the expressions of one load may take together: enough for any configuration, and an end for those that never would. */
const maxSteps = 2_000_000

/** What is left of the work that a load may do. */
export class Budget {
  /** What has been spent so far. */
  spent = 0

  /** False when there is nothing left. */
  spend(steps: number): boolean {
    this.spent += steps
    return !this.isUsedUp
  }

  get isUsedUp(): boolean {
    return this.spent > maxSteps
  }
}

/** The scope of a text that stands for itself: no environment, no names. */
export function alone(source: Source, problems: Problems): Scope {
  return { source, problems, env: {}, names: noNames, budget: new Budget() }
}

export function placeOf(scope: Pick<Scope, 'source'>, span: Span): Place {
  return { source: scope.source, start: span.start, end: span.end }
}

/** Reports a problem; the value of what is wrong. */
export function wrong(span: Span, scope: Scope, problem: Problem): Value {
  const place = placeOf(scope, span)
  scope.problems.error(place, problem)
  return { kind: 'wrong', place }
}

export function tooMuch(span: Span, scope: Scope): Value {
  return wrong(span, scope, {
    code: 'too-much-work',
    message: 'Working this out takes too many steps.',
    expected: 'loops and texts of a size that a configuration needs',
  })
}

/** Works out the value of an expression. Who does so for one kind of it is given this, for the expressions inside. */
export type Evaluate = (expression: Expression, scope: Scope) => Value

/** A scope with more names, which hide those outside. */
export function within(scope: Scope, names: ReadonlyMap<string, Value>): Scope {
  const outer = scope.names
  return {
    ...scope,
    names: {
      find: (name) => names.get(name) ?? outer.find(name),
      known: () => [...names.keys(), ...outer.known()],
    },
  }
}

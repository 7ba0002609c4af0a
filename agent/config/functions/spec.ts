import type { Place } from '../problems.ts'
import type { Scope } from '../values/scope.ts'
import type { ListValue, MapValue, Value } from '../values/value.ts'

export type Parameter = 'text' | 'number' | 'bool' | 'list' | 'map' | 'any'

/** One function of the language: `upper("x")`. */
export interface FunctionSpec {
  /** `upper(text)`, as it is shown to a person. */
  usage: string
  doc: string
  parameters: readonly Parameter[]
  /** How many of the last parameters may be left out. */
  optional?: number
  /** What any further arguments are. */
  rest?: Parameter
  run: (args: Arguments, call: CallContext) => Value
}

/** The arguments, each already of the kind that its parameter asks for. */
export class Arguments {
  readonly values: readonly Value[]

  constructor(values: readonly Value[]) {
    this.values = values
  }

  get count(): number {
    return this.values.length
  }
  text(at: number): string {
    const value = this.values[at]
    return value?.kind === 'text' ? value.parts.join('') : ''
  }
  number(at: number): number {
    const value = this.values[at]
    return value?.kind === 'number' ? value.number : 0
  }
  bool(at: number): boolean {
    const value = this.values[at]
    return value?.kind === 'bool' && value.bool
  }
  list(at: number): readonly Value[] {
    const value = this.values[at]
    return value?.kind === 'list' ? value.items : []
  }
  entries(at: number): MapValue['entries'] {
    const value = this.values[at]
    return value?.kind === 'map' ? value.entries : new Map()
  }
  any(at: number): Value {
    const value = this.values[at]
    if (value === undefined) throw new Error(`There is no argument ${at}`)
    return value
  }
}

export interface CallContext {
  place: Place
  scope: Scope
  /** Reports why the call comes to nothing, at the argument of that number or at the whole call. */
  fail(message: string, expected: string, argument?: number): Value
  text(text: string): Value
  number(number: number): Value
  bool(bool: boolean): Value
  list(items: readonly Value[]): ListValue
  map(entries: Iterable<readonly [string, Value]>): MapValue
  /** A value as text, or a failure that has been reported. */
  asText(value: Value, argument: number): string | undefined
}

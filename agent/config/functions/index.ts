import { didYouMean, type Problem, Problems } from '../problems.ts'
import type { Call, Expression } from '../syntax/ast.ts'
import { asBool, asNumber, asText, knownText, plain } from '../values/convert.ts'
import { checkReserved, shorten } from '../values/names.ts'
import { environment } from '../values/references.ts'
import { type Evaluate, placeOf, type Scope, tooMuch, wrong } from '../values/scope.ts'
import { nameKind, tinted, type Value } from '../values/value.ts'
import { collectionFunctions } from './collections.ts'
import { encodingFunctions } from './encoding.ts'
import { numberFunctions } from './numbers.ts'
import { Arguments, type CallContext, type FunctionSpec, type Parameter } from './spec.ts'
import { textFunctions } from './text.ts'

const functions: ReadonlyMap<string, FunctionSpec> = new Map(
  Object.entries({ ...textFunctions, ...numberFunctions, ...collectionFunctions, ...encodingFunctions }),
)

/** Functions that decide themselves what of their arguments is worked out. */
const special: ReadonlyMap<string, (call: Call, scope: Scope, evaluate: Evaluate) => Value> = new Map([
  ['env', callEnv],
  ['try', callTry],
  ['can', callCan],
])

/** The value of `name(…)`. */
export function callFunction(call: Call, scope: Scope, evaluate: Evaluate): Value {
  const own = special.get(call.name)
  if (own !== undefined) return own(call, scope, evaluate)
  const spec = functions.get(call.name)
  if (spec === undefined) {
    for (const argument of call.arguments) evaluate(argument, scope)
    return wrong(call.nameSpan, scope, {
      code: 'unknown-function',
      message: `There is no function ${shorten(call.name)}().`,
      expected: 'one of the functions of the reference',
      ...didYouMean(call.name, [...functions.keys(), ...special.keys()]),
    })
  }
  const place = placeOf(scope, call)
  const given = argumentsOf(call, scope, evaluate)
  if (given === undefined) return { kind: 'wrong', place }
  const { length } = spec.parameters
  const least = length - (spec.optional ?? 0)
  if (given.length < least || (spec.rest === undefined && given.length > length))
    return wrongCount(call, spec, given.length, scope)
  const values: Value[] = []
  for (const [at, value] of given.entries()) {
    const kind = spec.parameters[at] ?? spec.rest ?? 'any'
    const converted = convert(value, kind, call, at, scope)
    if (converted === undefined) return { kind: 'wrong', place }
    values.push(converted)
  }
  if (!scope.budget.spend(values.reduce((sum, value) => sum + sizeOf(value), 1))) return tooMuch(call, scope)
  return { ...tinted(spec.run(new Arguments(values), contextOf(call, scope)), values), place }
}

/** What working on a value costs, in steps. */
function sizeOf(value: Value): number {
  if (value.kind === 'text')
    return value.parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0) / 100
  if (value.kind === 'list') return value.items.length
  return value.kind === 'map' ? value.entries.size : 0
}

function argumentsOf(call: Call, scope: Scope, evaluate: Evaluate): Value[] | undefined {
  const values = call.arguments.map((argument) => evaluate(argument, scope))
  const last = values.at(-1)
  if (call.expand && last !== undefined && last.kind !== 'wrong') {
    if (last.kind !== 'list') {
      wrong(call.arguments.at(-1) ?? call, scope, {
        code: 'wrong-type',
        message: `"..." takes the arguments out of a list, not out of ${nameKind(last)}.`,
        expected: 'a list',
      })
      return undefined
    }
    values.splice(-1, 1, ...last.items)
  }
  return values.some(({ kind }) => kind === 'wrong') ? undefined : values
}

function wrongCount(call: Call, spec: FunctionSpec, given: number, scope: Scope): Value {
  return wrong(call, scope, {
    code: 'wrong-arguments',
    message: `${call.name} was given ${given} ${given === 1 ? 'argument' : 'arguments'}.`,
    expected: `${spec.usage}: ${spec.doc}`,
  })
}

function spanOf(call: Call, at: number | undefined): Expression {
  return (at === undefined ? undefined : (call.arguments[at] ?? call.arguments.at(-1))) ?? call
}

function convert(value: Value, kind: Parameter, call: Call, at: number, scope: Scope): Value | undefined {
  const span = spanOf(call, at)
  const what = `Argument ${at + 1} of ${call.name}`
  switch (kind) {
    case 'text':
      return asText(value, scope, span, what)
    case 'number':
      return asNumber(value, scope, span, what)
    case 'bool':
      return asBool(value, scope, span, what)
    case 'any':
      return value.kind === 'text' ? knownText(value, scope) : value
    default:
      if (value.kind === kind) return value
      wrong(span, scope, {
        code: 'wrong-type',
        message: `${what} must be a ${kind}, not ${nameKind(value)}.`,
        expected: `a ${kind}`,
      })
      return undefined
  }
}

function contextOf(call: Call, scope: Scope): CallContext {
  const place = placeOf(scope, call)
  return {
    place,
    scope,
    fail: (message, expected, at) => {
      const problem: Problem = { code: 'wrong-arguments', message, expected }
      return wrong(spanOf(call, at), scope, problem)
    },
    text: (text) => ({ kind: 'text', parts: [text], place }),
    number: (number) => ({ kind: 'number', number, place }),
    bool: (bool) => ({ kind: 'bool', bool, place }),
    list: (items) => ({ kind: 'list', items: [...items], place }),
    map: (entries) => {
      const map = new Map<string, { key: typeof place; value: Value }>()
      for (const [key, value] of entries)
        if (checkReserved(key, place, scope.problems)) map.set(key, { key: place, value })
      return { kind: 'map', entries: map, place }
    },
    asText: (value, at) => {
      const text = asText(value, scope, spanOf(call, at), `An item for ${call.name}`)
      return text === undefined ? undefined : plain(text)
    },
  }
}

/** `env("NAME", "fallback")`: a reference that is looked up when it is needed. */
function callEnv(call: Call, scope: Scope, evaluate: Evaluate): Value {
  const values = call.arguments.map((argument) => evaluate(argument, scope))
  if (values.some(({ kind }) => kind === 'wrong')) return { kind: 'wrong', place: placeOf(scope, call) }
  const isRight =
    !call.expand &&
    (values.length === 1 || values.length === 2) &&
    values.every(({ kind }) => kind === 'text' || kind === 'number' || kind === 'bool')
  if (!isRight) {
    return wrong(call, scope, {
      code: 'wrong-arguments',
      message: 'env takes the name of a variable and, if wanted, the text to use where it is not set.',
      expected: 'env("NAME") or env("NAME", "fallback")',
    })
  }
  const [name, fallback] = values.map((value, at) => asText(value, scope, spanOf(call, at), 'An argument of env'))
  if (name === undefined) return { kind: 'wrong', place: placeOf(scope, call) }
  return environment(plain(name), fallback === undefined ? undefined : plain(fallback), call, scope)
}

/** The first argument that can be worked out. */
function callTry(call: Call, scope: Scope, evaluate: Evaluate): Value {
  for (const argument of call.arguments) {
    const value = quietly(argument, scope, evaluate)
    if (value !== undefined) return { ...value, place: placeOf(scope, call) }
  }
  const last = call.arguments.at(-1)
  if (last === undefined)
    return wrong(call, scope, {
      code: 'wrong-arguments',
      message: 'try takes at least one argument.',
      expected: 'try(a, b)',
    })
  return evaluate(last, scope)
}

/** Whether the argument can be worked out. */
function callCan(call: Call, scope: Scope, evaluate: Evaluate): Value {
  const [only] = call.arguments
  if (only === undefined || call.arguments.length > 1)
    return wrong(call, scope, { code: 'wrong-arguments', message: 'can takes one argument.', expected: 'can(value)' })
  return { kind: 'bool', bool: quietly(only, scope, evaluate) !== undefined, place: placeOf(scope, call) }
}

function quietly(expression: Expression, scope: Scope, evaluate: Evaluate): Value | undefined {
  const problems = new Problems()
  const value = evaluate(expression, { ...scope, problems })
  return problems.hasErrors || value.kind === 'wrong' ? undefined : value
}

/** Every function with how it is used, for completion, hover help and the reference. */
export function describeFunctions(): { name: string; usage: string; doc: string }[] {
  const own = [
    { name: 'env', usage: 'env(name, fallback)', doc: 'An environment variable of the agent.' },
    { name: 'try', usage: 'try(values...)', doc: 'The first of the values that can be worked out.' },
    { name: 'can', usage: 'can(value)', doc: 'Whether the value can be worked out.' },
  ]
  const listed = [...functions].map(([name, { usage, doc }]) => ({ name, usage, doc }))
  return [...own, ...listed].sort((a, b) => (a.name < b.name ? -1 : 1))
}

import type { Expression, For } from '../syntax/ast.ts'
import { asBool, asText, plain } from './convert.ts'
import { checkReserved, shorten } from './names.ts'
import { type Evaluate, placeOf, type Scope, tooMuch, within, wrong } from './scope.ts'
import { isSensitive, nameKind, tinted, type Value } from './value.ts'

interface Loop {
  collection: Expression
  keyName: string | undefined
  valueName: string
}

/**
 * The scope of each round of a loop: a list by its numbers, a map by its keys in the order of their characters, as HCL
 * has it. `undefined` when there is nothing to go through and that has been said.
 */
export function roundsOf(
  loop: Loop,
  scope: Scope,
  evaluate: Evaluate,
): { rounds: Scope[]; collection: Value } | undefined {
  const collection = evaluate(loop.collection, scope)
  if (collection.kind === 'wrong') return undefined
  const pairs = pairsOf(collection)
  if (pairs === undefined) {
    wrong(loop.collection, scope, {
      code: 'wrong-type',
      message: `"for" cannot go through ${nameKind(collection)}.`,
      expected: 'a list or a map',
    })
    return undefined
  }
  if (!scope.budget.spend(pairs.length)) {
    tooMuch(loop.collection, scope)
    return undefined
  }
  const isAllSensitive = collection.sensitive === true
  const rounds = pairs.map(([key, value]) => {
    const names = new Map<string, Value>()
    if (loop.keyName !== undefined) names.set(loop.keyName, key)
    names.set(loop.valueName, isAllSensitive ? { ...value, sensitive: true as const } : value)
    return within(scope, names)
  })
  return { rounds, collection }
}

function pairsOf(collection: Value): [key: Value, value: Value][] | undefined {
  const { place } = collection
  if (collection.kind === 'list')
    return collection.items.map((value, number) => [{ kind: 'number', number, place }, value])
  if (collection.kind !== 'map') return undefined
  const keys = [...collection.entries.keys()].sort((a, b) => (a < b ? -1 : 1))
  return keys.flatMap((key) => {
    const entry = collection.entries.get(key)
    return entry === undefined ? [] : [[{ kind: 'text', parts: [key], place }, entry.value] as [Value, Value]]
  })
}

/** `[for …]` and `{for …}`. */
export function evaluateFor(expression: For, scope: Scope, evaluate: Evaluate): Value {
  const place = placeOf(scope, expression)
  const { keyName, valueName, collection, condition } = expression
  const loop = roundsOf({ keyName, valueName, collection }, scope, evaluate)
  if (loop === undefined) return { kind: 'wrong', place }
  const chosen: Scope[] = []
  for (const round of loop.rounds) {
    if (condition !== undefined) {
      const holds = asBool(evaluate(condition, round), round, condition, 'The condition of "for"')
      if (holds === undefined) return { kind: 'wrong', place }
      if (!holds.bool) continue
    }
    chosen.push(round)
  }
  const made =
    expression.key === undefined
      ? makeList(expression, chosen, place, evaluate)
      : makeMap(expression, expression.key, chosen, scope, evaluate)
  return loop.collection.sensitive === true || (condition !== undefined && isSensitive(loop.collection))
    ? tinted(made, [loop.collection])
    : made
}

function makeList(expression: For, rounds: readonly Scope[], place: Value['place'], evaluate: Evaluate): Value {
  const items = rounds.map((round) => evaluate(expression.value, round))
  return items.some(({ kind }) => kind === 'wrong') ? { kind: 'wrong', place } : { kind: 'list', items, place }
}

function makeMap(
  expression: For,
  keyExpression: Expression,
  rounds: readonly Scope[],
  scope: Scope,
  evaluate: Evaluate,
): Value {
  const place = placeOf(scope, expression)
  const key = placeOf(scope, keyExpression)
  const entries = new Map<string, { key: typeof key; value: Value }>()
  for (const round of rounds) {
    const text = asText(evaluate(keyExpression, round), round, keyExpression, 'A key')
    const value = evaluate(expression.value, round)
    if (text === undefined || value.kind === 'wrong') return { kind: 'wrong', place }
    const name = plain(text)
    if (!checkReserved(name, key, scope.problems)) return { kind: 'wrong', place }
    const earlier = entries.get(name)?.value
    if (expression.group) {
      const items = earlier?.kind === 'list' ? [...earlier.items, value] : [value]
      entries.set(name, { key, value: { kind: 'list', items, place } })
    } else if (earlier === undefined) {
      entries.set(name, { key, value })
    } else {
      return wrong(keyExpression, scope, {
        code: 'duplicate-key',
        message: `Two of the items have the key "${shorten(name)}".`,
        expected: 'a key of its own for each item',
        suggestion: 'Write "..." after the value to make a list of those that share a key.',
      })
    }
  }
  return { kind: 'map', entries, place }
}

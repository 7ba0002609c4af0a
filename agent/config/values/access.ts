import type { GetAttribute, Index, Splat } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { asText, knownText, missingKey, plain, textNumber } from './convert.ts'
import { shorten } from './names.ts'
import { type Evaluate, placeOf, type Scope, tooMuch, wrong } from './scope.ts'
import { nameKind, tinted, type Value } from './value.ts'

/** `object.name`. */
export function evaluateAttribute(expression: GetAttribute, scope: Scope, evaluate: Evaluate): Value {
  const object = evaluate(expression.object, scope)
  const place = placeOf(scope, expression)
  if (object.kind === 'wrong') return { kind: 'wrong', place }
  if (object.kind !== 'map') return notAMap(object, expression.nameSpan, expression.name, scope)
  return entryOf(object, expression.name, expression.nameSpan, place, scope)
}

/** `object[index]`. */
export function evaluateIndex(expression: Index, scope: Scope, evaluate: Evaluate): Value {
  const object = evaluate(expression.object, scope)
  const index = evaluate(expression.index, scope)
  const place = placeOf(scope, expression)
  if (object.kind === 'wrong' || index.kind === 'wrong') return { kind: 'wrong', place }
  if (object.kind === 'map') {
    const key = asText(index, scope, expression.index, 'A key')
    return key === undefined
      ? { kind: 'wrong', place }
      : tinted(entryOf(object, plain(key), expression.index, place, scope), [key])
  }
  if (object.kind !== 'list') {
    return wrong(expression.index, scope, {
      code: 'wrong-type',
      message: `Nothing can be taken from ${nameKind(object)} by an index.`,
      expected: 'a list or a map before the bracket',
    })
  }
  return tinted(itemOf(object, index, expression.index, place, scope), [object, index])
}

function notAMap(object: Value, at: Span, name: string, scope: Scope): Value {
  return wrong(at, scope, {
    code: 'wrong-type',
    message:
      object.kind === 'list'
        ? `A list has no "${shorten(name)}"; only its items can.`
        : `${nameKind(object).replace(/^./, (letter) => letter.toUpperCase())} has no "${shorten(name)}".`,
    expected: object.kind === 'list' ? `an index such as [0], or [*].${shorten(name)} for all` : 'a map before the dot',
  })
}

function entryOf(
  map: Extract<Value, { kind: 'map' }>,
  name: string,
  at: Span,
  place: Value['place'],
  scope: Scope,
): Value {
  const entry = map.entries.get(name)
  if (entry === undefined) return wrong(at, scope, missingKey(name, [...map.entries.keys()]))
  const value: Value = { ...entry.value, place }
  return map.sensitive === true ? { ...value, sensitive: true } : value
}

function itemOf(
  list: Extract<Value, { kind: 'list' }>,
  index: Value,
  at: Span,
  place: Value['place'],
  scope: Scope,
): Value {
  const known = index.kind === 'text' ? knownText(index, scope) : undefined
  const number = index.kind === 'number' ? index.number : known === undefined ? undefined : textNumber(plain(known))
  const item = number === undefined || !Number.isInteger(number) || number < 0 ? undefined : list.items[number]
  if (item !== undefined) return { ...item, place }
  const count = list.items.length
  return wrong(at, scope, {
    code: number === undefined ? 'wrong-type' : 'no-such-item',
    message:
      number === undefined
        ? 'An item of a list is taken by its number.'
        : `There is no item ${number} in this list of ${count}.`,
    expected: count === 0 ? 'a list that is not empty' : `a number from 0 to ${count - 1}`,
  })
}

/** `list[*].each`: of a list each item, of null nothing, of anything else the one value. */
export function evaluateSplat(expression: Splat, scope: Scope, evaluate: Evaluate): Value {
  const list = evaluate(expression.list, scope)
  const place = placeOf(scope, expression)
  if (list.kind === 'wrong') return { kind: 'wrong', place }
  const elements = list.kind === 'list' ? list.items : list.kind === 'null' ? [] : [list]
  const items: Value[] = []
  for (const element of elements) {
    if (!scope.budget.spend(1)) return tooMuch(expression, scope)
    items.push(evaluate(expression.each, { ...scope, element }))
  }
  if (items.some(({ kind }) => kind === 'wrong')) return { kind: 'wrong', place }
  return tinted({ kind: 'list', items, place }, [list])
}

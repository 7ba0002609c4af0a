import type { Binary, Conditional, Unary } from '../syntax/ast.ts'
import { asBool, asNumber, knownText, numberText, plain } from './convert.ts'
import { type Evaluate, placeOf, type Scope, wrong } from './scope.ts'
import { nameKind, tinted, type Value } from './value.ts'

/** `-x` and `!x`. */
export function evaluateUnary(expression: Unary, scope: Scope, evaluate: Evaluate): Value {
  const operand = evaluate(expression.operand, scope)
  const place = placeOf(scope, expression)
  if (expression.operator === '-') {
    const number = asNumber(operand, scope, expression.operand, 'What follows "-"')
    return number === undefined ? { kind: 'wrong', place } : { ...number, number: -number.number, place }
  }
  const bool = asBool(operand, scope, expression.operand, 'What follows "!"')
  return bool === undefined ? { kind: 'wrong', place } : { ...bool, bool: !bool.bool, place }
}

export function evaluateBinary(expression: Binary, scope: Scope, evaluate: Evaluate): Value {
  const left = evaluate(expression.left, scope)
  const right = evaluate(expression.right, scope)
  const place = placeOf(scope, expression)
  const { operator } = expression
  if (left.kind === 'wrong' || right.kind === 'wrong') return { kind: 'wrong', place }
  switch (operator) {
    case '==':
    case '!=':
      return tinted({ kind: 'bool', bool: equal(left, right, scope) === (operator === '=='), place }, [left, right])
    case '&&':
    case '||':
      return logic(expression, left, right, scope)
    default:
      return arithmetic(expression, left, right, scope)
  }
}

function logic(expression: Binary, left: Value, right: Value, scope: Scope): Value {
  const place = placeOf(scope, expression)
  const what = `Each side of "${expression.operator}"`
  const a = asBool(left, scope, expression.left, what)
  const b = asBool(right, scope, expression.right, what)
  if (a === undefined || b === undefined) return { kind: 'wrong', place }
  const bool = expression.operator === '&&' ? a.bool && b.bool : a.bool || b.bool
  return tinted({ kind: 'bool', bool, place }, [a, b])
}

function arithmetic(expression: Binary, left: Value, right: Value, scope: Scope): Value {
  const place = placeOf(scope, expression)
  const { operator } = expression
  const what = `Each side of "${operator}"`
  const a = asNumber(left, scope, expression.left, what)
  const b = asNumber(right, scope, expression.right, what)
  if (a === undefined || b === undefined) return { kind: 'wrong', place }
  if ((operator === '/' || operator === '%') && b.number === 0) {
    return wrong(expression.right, scope, {
      code: 'division-by-zero',
      message: 'This divides by zero.',
      expected: 'a number other than 0',
    })
  }
  const outcome = compute(operator, a.number, b.number)
  const value: Value =
    typeof outcome === 'boolean' ? { kind: 'bool', bool: outcome, place } : { kind: 'number', number: outcome, place }
  return tinted(value, [a, b])
}

function compute(operator: Binary['operator'], a: number, b: number): number | boolean {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    // As in HCL, the remainder has the sign of what is divided.
    case '%':
      return a % b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    default:
      return a >= b
  }
}

/** Equal in kind and content; a number never equals a text. */
export function equal(a: Value, b: Value, scope: Scope): boolean {
  if (a.kind === 'text' && b.kind === 'text') {
    const [left, right] = [knownText(a, scope), knownText(b, scope)]
    return left !== undefined && right !== undefined && plain(left) === plain(right)
  }
  if (a.kind === 'number' && b.kind === 'number') return a.number === b.number
  if (a.kind === 'bool' && b.kind === 'bool') return a.bool === b.bool
  if (a.kind === 'list' && b.kind === 'list') {
    return a.items.length === b.items.length && a.items.every((item, at) => equalAt(item, b.items[at], scope))
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const { entries } = b
    return (
      a.entries.size === entries.size &&
      [...a.entries].every(([key, { value }]) => equalAt(value, entries.get(key)?.value, scope))
    )
  }
  return a.kind === 'null' && b.kind === 'null'
}

function equalAt(a: Value, b: Value | undefined, scope: Scope): boolean {
  return b !== undefined && equal(a, b, scope)
}

/** `condition ? a : b`. Both sides are worked out, so that a mistake shows whichever counts; their kinds must go together. */
export function evaluateConditional(expression: Conditional, scope: Scope, evaluate: Evaluate): Value {
  const place = placeOf(scope, expression)
  const condition = asBool(evaluate(expression.condition, scope), scope, expression.condition, 'A condition')
  const then = evaluate(expression.then, scope)
  const otherwise = evaluate(expression.else, scope)
  if (condition === undefined || then.kind === 'wrong' || otherwise.kind === 'wrong') return { kind: 'wrong', place }
  const chosen = condition.bool ? then : otherwise
  const other = condition.bool ? otherwise : then
  if (chosen.kind === other.kind || chosen.kind === 'null' || other.kind === 'null')
    return tinted({ ...chosen, place }, [condition])
  const isText = (value: Value): boolean => value.kind === 'text'
  const canBeText = (value: Value): boolean => isText(value) || value.kind === 'number' || value.kind === 'bool'
  if ((isText(then) || isText(otherwise)) && canBeText(then) && canBeText(otherwise))
    return tinted(textOf(chosen, place), [condition, chosen])
  return wrong(expression, scope, {
    code: 'wrong-type',
    message: `The two sides of "? :" are of different kinds: ${nameKind(then)} and ${nameKind(otherwise)}.`,
    expected: 'two values of one kind',
  })
}

function textOf(value: Value, place: Value['place']): Value {
  if (value.kind === 'number') return { kind: 'text', parts: [numberText(value.number)], place }
  if (value.kind === 'bool') return { kind: 'text', parts: [String(value.bool)], place }
  return { ...value, place }
}

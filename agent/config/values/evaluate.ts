import { callFunction } from '../functions/index.ts'
import type { Place } from '../problems.ts'
import type { Expression, ObjectExpression } from '../syntax/ast.ts'
import { evaluateAttribute, evaluateIndex, evaluateSplat } from './access.ts'
import { asText, plain } from './convert.ts'
import { evaluateFor } from './loops.ts'
import { checkReserved, shorten } from './names.ts'
import { evaluateBinary, evaluateConditional, evaluateUnary } from './operators.ts'
import { evaluateGlobal, unknownWord } from './references.ts'
import { type Evaluate, placeOf, type Scope, tooMuch, wrong } from './scope.ts'
import { evaluateTemplate } from './template.ts'
import type { Value } from './value.ts'

/**
 * The value of an expression, as HCL's specification has it. References to the environment, to credentials and files stay
 * references as long as they are only put into texts; what has to work with one looks the environment up.
 */
export const evaluate: Evaluate = (expression, scope) => {
  if (!scope.budget.spend(1)) return tooMuch(expression, scope)
  const place = placeOf(scope, expression)
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value, place)
    case 'template':
      return evaluateTemplate(expression, scope, evaluate)
    case 'list':
      return { kind: 'list', items: expression.items.map((item) => evaluate(item, scope)), place }
    case 'object':
      return evaluateObject(expression, scope)
    case 'parentheses':
      return { ...evaluate(expression.inner, scope), place }
    case 'unary':
      return evaluateUnary(expression, scope, evaluate)
    case 'binary':
      return evaluateBinary(expression, scope, evaluate)
    case 'conditional':
      return evaluateConditional(expression, scope, evaluate)
    case 'for-expression':
      return evaluateFor(expression, scope, evaluate)
    case 'splat':
      return evaluateSplat(expression, scope, evaluate)
    case 'element':
      return scope.element ?? { kind: 'wrong', place }
    case 'call':
      return callFunction(expression, scope, evaluate)
    case 'variable':
      return evaluateWord(expression.name, place, scope, expression)
    case 'get-attribute':
      return evaluateGlobal(expression, scope, evaluate) ?? evaluateAttribute(expression, scope, evaluate)
    case 'index':
      return evaluateGlobal(expression, scope, evaluate) ?? evaluateIndex(expression, scope, evaluate)
  }
}

function literal(value: number | boolean | null, place: Place): Value {
  if (value === null) return { kind: 'null', place }
  return typeof value === 'number' ? { kind: 'number', number: value, place } : { kind: 'bool', bool: value, place }
}

function evaluateWord(name: string, place: Place, scope: Scope, expression: Expression): Value {
  const value = scope.names.find(name)
  return value === undefined ? wrong(expression, scope, unknownWord(name, scope)) : { ...value, place }
}

function evaluateObject(object: ObjectExpression, scope: Scope): Value {
  const entries = new Map<string, { key: Place; value: Value }>()
  let sensitive = false
  for (const { key, value } of object.entries) {
    const name = evaluateKey(key, scope)
    const evaluated = evaluate(value, scope)
    if (name === undefined || !checkReserved(name.text, placeOf(scope, key), scope.problems)) continue
    if (entries.has(name.text)) {
      scope.problems.warning(placeOf(scope, key), {
        code: 'duplicate-key',
        message: `"${shorten(name.text)}" is set twice here; the last one counts.`,
        suggestion: 'Remove one of them.',
      })
    }
    sensitive ||= name.sensitive
    entries.set(name.text, { key: placeOf(scope, key), value: evaluated })
  }
  const map: Value = { kind: 'map', entries, place: placeOf(scope, object) }
  return sensitive ? { ...map, sensitive: true } : map
}

/** A key as HCL reads it: a bare word is its own name; anything else, in parentheses or quotes, is worked out. */
function evaluateKey(key: Expression, scope: Scope): { text: string; sensitive: boolean } | undefined {
  if (key.kind === 'variable') return { text: key.name, sensitive: false }
  if (key.kind === 'literal' && key.value === null) return { text: 'null', sensitive: false }
  const text = asText(evaluate(key, scope), scope, key, 'A key')
  return text === undefined ? undefined : { text: plain(text), sensitive: text.sensitive === true }
}

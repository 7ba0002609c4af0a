import type { LateReference } from '../model.ts'
import type { Place, Problems } from '../problems.ts'
import type { Call, Expression, ObjectExpression, Template, TemplatePart } from '../syntax/ast.ts'
import type { Source, Span } from '../syntax/source.ts'
import { checkReserved, shorten } from './names.ts'
import type { Value } from './value.ts'

/** What evaluating needs to know of where it happens. */
export interface Scope {
  source: Source
  problems: Problems
}

/**
 * The value of an expression: literals, lists, maps, templates, and references to the environment, which stay references.
 * Whatever else the language has is read into the tree but said to be not active yet, at its own place.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  const place = placeOf(scope, expression)
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value, place)
    case 'template':
      return evaluateTemplate(expression, scope)
    case 'list':
      return { kind: 'list', items: expression.items.map((item) => evaluate(item, scope)), place }
    case 'object':
      return evaluateObject(expression, scope)
    case 'parentheses':
      return { ...evaluate(expression.inner, scope), place }
    case 'unary':
      return expression.operator === '-'
        ? negate(evaluate(expression.operand, scope), expression, scope)
        : inactive(expression, scope)
    case 'call':
      return expression.name === 'env' ? evaluateEnvCall(expression, scope) : inactive(expression, scope)
    case 'get-attribute':
    case 'index':
      return evaluateReference(expression, scope)
    default:
      return inactive(expression, scope)
  }
}

function placeOf(scope: Scope, span: Span): Place {
  return { source: scope.source, start: span.start, end: span.end }
}

function literal(value: number | boolean | null, place: Place): Value {
  if (value === null) return { kind: 'null', place }
  return typeof value === 'number' ? { kind: 'number', number: value, place } : { kind: 'bool', bool: value, place }
}

function negate(value: Value, expression: Expression, scope: Scope): Value {
  if (value.kind === 'wrong') return value
  if (value.kind === 'number') return { kind: 'number', number: -value.number, place: placeOf(scope, expression) }
  return wrong(expression, scope, {
    code: 'wrong-type',
    message: 'Only a number can be negative.',
    expected: 'a number',
  })
}

function evaluateTemplate(template: Template, scope: Scope): Value {
  const place = placeOf(scope, template)
  const [only] = template.parts
  // HCL: a template that is one interpolation is that value, not its text.
  if (template.parts.length === 1 && only?.kind === 'interpolation')
    return { ...evaluate(only.expression, scope), place }
  if (only === undefined) return { kind: 'text', parts: [], place }
  if (template.parts.length === 1 && only.kind === 'text') {
    return { kind: 'text', parts: [only.text], place, written: only }
  }
  const parts: (string | LateReference)[] = []
  let isWrong = false
  for (const part of template.parts) {
    const pieces = evaluatePart(part, scope)
    if (pieces === undefined) isWrong = true
    else parts.push(...pieces)
  }
  return isWrong ? { kind: 'wrong', place } : { kind: 'text', parts, place }
}

function evaluatePart(part: TemplatePart, scope: Scope): (string | LateReference)[] | undefined {
  if (part.kind === 'text') return [part.text]
  if (part.kind !== 'interpolation') {
    wrong(part, scope, { ...notActive('%{ … } directives'), suggestion: 'Write the text itself.' })
    return undefined
  }
  const value = evaluate(part.expression, scope)
  switch (value.kind) {
    case 'text':
      return value.parts
    case 'number':
      return [String(value.number)]
    case 'bool':
      return [String(value.bool)]
    case 'wrong':
      return undefined
    default:
      wrong(part.expression, scope, {
        code: 'wrong-type',
        message: 'Only text, numbers, true and false can stand inside a text.',
        expected: 'a text, a number, true or false',
      })
      return undefined
  }
}

function evaluateObject(object: ObjectExpression, scope: Scope): Value {
  const entries = new Map<string, { key: Place; value: Value }>()
  for (const { key, value } of object.entries) {
    const name = evaluateKey(key, scope)
    const evaluated = evaluate(value, scope)
    if (name === undefined || !checkReserved(name, placeOf(scope, key), scope.problems)) continue
    if (entries.has(name)) {
      scope.problems.warning(placeOf(scope, key), {
        code: 'duplicate-key',
        message: `"${shorten(name)}" is set twice here; the last one counts.`,
        suggestion: 'Remove one of them.',
      })
    }
    entries.set(name, { key: placeOf(scope, key), value: evaluated })
  }
  return { kind: 'map', entries, place: placeOf(scope, object) }
}

/** A key as HCL reads it: a bare word is its own name. */
function evaluateKey(key: Expression, scope: Scope): string | undefined {
  if (key.kind === 'variable') return key.name
  const value = evaluate(key, scope)
  if (value.kind === 'text' && value.parts.every((part) => typeof part === 'string')) return value.parts.join('')
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'bool') return String(value.bool)
  if (value.kind === 'null' && key.kind === 'literal') return 'null'
  if (value.kind !== 'wrong') {
    wrong(key, scope, { code: 'wrong-type', message: 'This cannot be a key.', expected: 'a word or a quoted text' })
  }
  return undefined
}

function evaluateReference(expression: Expression, scope: Scope): Value {
  const name = environmentName(expression, scope)
  if (name === undefined) return inactive(expression, scope)
  return environment(name, undefined, expression, scope)
}

/** The NAME of `env.NAME` and `env["NAME"]`. */
function environmentName(expression: Expression, scope: Scope): string | undefined {
  if (expression.kind === 'get-attribute') return isEnv(expression.object) ? expression.name : undefined
  if (expression.kind !== 'index' || !isEnv(expression.object)) return undefined
  const index = evaluate(expression.index, scope)
  return index.kind === 'text' && index.parts.every((part) => typeof part === 'string')
    ? index.parts.join('')
    : undefined
}

function isEnv(expression: Expression): boolean {
  return expression.kind === 'variable' && expression.name === 'env'
}

function evaluateEnvCall(call: Call, scope: Scope): Value {
  const values = call.arguments.map((argument) => evaluate(argument, scope))
  if (values.some(({ kind }) => kind === 'wrong')) return { kind: 'wrong', place: placeOf(scope, call) }
  const texts = values.map(plainText)
  const [name, fallback] = texts
  if (call.expand || name === undefined || texts.length > 2 || texts.includes(undefined)) {
    return wrong(call, scope, {
      code: 'wrong-arguments',
      message: 'env takes the name of a variable and, if wanted, the text to use where it is not set.',
      expected: 'env("NAME") or env("NAME", "fallback")',
    })
  }
  return environment(name, fallback, call, scope)
}

function plainText(value: Value): string | undefined {
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'bool') return String(value.bool)
  if (value.kind !== 'text') return undefined
  return value.parts.every((part) => typeof part === 'string') ? value.parts.join('') : undefined
}

function environment(name: string, fallback: string | undefined, expression: Expression, scope: Scope): Value {
  const place = placeOf(scope, expression)
  if (!checkReserved(name, place, scope.problems)) return { kind: 'wrong', place }
  const range = scope.source.range(expression)
  const reference: LateReference = { from: 'env', name, range, ...(fallback === undefined ? {} : { fallback }) }
  return { kind: 'text', parts: [reference], place }
}

function inactive(expression: Expression, scope: Scope): Value {
  return wrong(expression, scope, describeInactive(expression, scope))
}

function describeInactive(expression: Expression, scope: Scope) {
  switch (expression.kind) {
    case 'variable':
      return describeWord(expression.name)
    case 'get-attribute':
    case 'index':
    case 'splat': {
      const root = rootName(expression)
      if (root === 'var' || root === 'local') {
        const what = root === 'var' ? 'Variables' : 'Locals'
        return {
          ...notActive(what),
          suggestion: `Write the value itself, or take it from the environment: "\${env.NAME}".`,
        }
      }
      if (root === undefined) return { ...notActive('Expressions of this kind'), suggestion: 'Write the value itself.' }
      return {
        code: 'unknown-reference',
        message: `There is nothing named "${shorten(root)}".`,
        expected: 'env.NAME, or a text in double quotes',
      }
    }
    case 'call':
      return { ...notActive(`The function ${shorten(expression.name)}()`), suggestion: 'Write what it would give.' }
    case 'for-expression':
      return { ...notActive('"for" expressions'), suggestion: 'Write the list or map itself.' }
    default: {
      const written = scope.source.text.slice(expression.start, expression.end)
      return { ...notActive('Expressions of this kind'), suggestion: `Write what ${shorten(written, 40)} comes to.` }
    }
  }
}

function describeWord(word: string) {
  return {
    code: 'unknown-reference',
    message: `There is nothing named "${shorten(word)}".`,
    expected: 'a value: a text stands in double quotes',
    suggestion: `Write "${shorten(word)}" if it is a text.`,
  }
}

function rootName(expression: Expression): string | undefined {
  let at = expression
  while (at.kind === 'get-attribute' || at.kind === 'index' || at.kind === 'splat') {
    at = at.kind === 'splat' ? at.list : at.object
  }
  return at.kind === 'variable' ? at.name : undefined
}

function notActive(what: string) {
  return { code: 'not-active', message: `${what} are not active yet.`.replace(/\) are/, ') is') }
}

function wrong(span: Span, scope: Scope, problem: Parameters<Problems['error']>[1]): Value {
  const place = placeOf(scope, span)
  scope.problems.error(place, problem)
  return { kind: 'wrong', place }
}

import type { LateReference } from '../model.ts'
import { didYouMean, type Problem } from '../problems.ts'
import type { Expression, GetAttribute, Index } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { asText, plain } from './convert.ts'
import { checkReserved, shorten } from './names.ts'
import { type Evaluate, type GlobalKind, placeOf, type Scope, wrong } from './scope.ts'
import type { Value } from './value.ts'

/** The value of `env.NAME`, `var.NAME` or `local.NAME` (or in brackets); `undefined` where the expression is none of these. */
export function evaluateGlobal(expression: GetAttribute | Index, scope: Scope, evaluate: Evaluate): Value | undefined {
  const root = rootOf(expression.object, scope)
  if (root === undefined) return undefined
  const place = placeOf(scope, expression)
  const name = expression.kind === 'get-attribute' ? expression.name : nameInBrackets(expression, scope, evaluate)
  if (name === undefined) return { kind: 'wrong', place }
  if (root === 'env') return environment(name, undefined, expression, scope)
  const value = scope.globals?.find(root, name)
  if (value !== undefined) return { ...value, place }
  const at = expression.kind === 'get-attribute' ? expression.nameSpan : expression.index
  return wrong(at, scope, unknownGlobal(root, name, scope))
}

function rootOf(object: Expression, scope: Scope): 'env' | GlobalKind | undefined {
  if (object.kind !== 'variable' || scope.names.find(object.name) !== undefined) return undefined
  if (object.name === 'env') return 'env'
  return object.name === 'var' || object.name === 'local' ? object.name : undefined
}

function nameInBrackets(expression: Index, scope: Scope, evaluate: Evaluate): string | undefined {
  const text = asText(evaluate(expression.index, scope), scope, expression.index, 'A name')
  return text === undefined ? undefined : plain(text)
}

/** An environment variable, looked up when it is needed. */
export function environment(name: string, fallback: string | undefined, span: Span, scope: Scope): Value {
  const place = placeOf(scope, span)
  if (!checkReserved(name, place, scope.problems)) return { kind: 'wrong', place }
  const range = scope.source.range(span)
  const reference: LateReference = { from: 'env', name, range, ...(fallback === undefined ? {} : { fallback }) }
  return { kind: 'text', parts: [reference], place }
}

function unknownGlobal(root: GlobalKind, name: string, scope: Scope): Problem {
  if (scope.globals === undefined) {
    return {
      code: 'unknown-reference',
      message: `${root}.${shorten(name)} cannot be used here.`,
      expected: 'a value that is known before the variables are',
    }
  }
  const known = scope.globals.known(root)
  const what = root === 'var' ? 'variable' : 'local value'
  const declare = root === 'var' ? `variable "${shorten(name)}" { … }` : `locals { ${shorten(name)} = … }`
  const near = didYouMean(name, known)
  return {
    code: 'unknown-reference',
    message: `There is no ${what} "${shorten(name)}".`,
    expected: known.length === 0 ? declare : `one of ${known.slice(0, 12).join(', ')}`,
    ...(near.suggestion === undefined ? { suggestion: `Declare it: ${declare}.` } : near),
  }
}

/** A bare word that means nothing here. */
export function unknownWord(word: string, scope: Scope): Problem {
  const shown = shorten(word)
  if (word === 'env' || word === 'var' || word === 'local') {
    return {
      code: 'unknown-reference',
      message: `${word} is used with a name.`,
      expected: `${word}.NAME`,
    }
  }
  const near = didYouMean(word, scope.names.known())
  return {
    code: 'unknown-reference',
    message: `There is nothing named "${shown}".`,
    expected: 'a value: a text stands in double quotes',
    suggestion: near.suggestion ?? `Write "${shown}" if it is a text.`,
  }
}

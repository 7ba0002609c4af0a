import { isDeepStrictEqual } from 'node:util'
import { toJson } from '../functions/json.ts'
import type { LateText } from '../model.ts'
import { Problems } from '../problems.ts'
import type { AttributeType } from '../schema/index.ts'
import type { Expression, Template } from '../syntax/ast.ts'
import { readFile } from '../syntax/body.ts'
import { Source } from '../syntax/source.ts'
import { decode, type Item } from '../values/decode.ts'
import { evaluate } from '../values/evaluate.ts'
import { alone, type Scope } from '../values/scope.ts'
import { mask, maskAddress } from '../values/secrets.ts'
import { type Json, plainStyle, printValue } from './print.ts'

const isNotation = (text: string, type: AttributeType | undefined): boolean =>
  (type === undefined || (type.is === 'text' && (type.late === true || type.env === true))) &&
  /^(?:env|credential|file):./.test(text)

/** Whether a value is written out here, so that writing another one loses nothing but it. */
export function isPlain(value: Expression, type: AttributeType | undefined): boolean {
  switch (value.kind) {
    case 'literal':
      return true
    case 'unary':
      return value.operand.kind === 'literal'
    case 'parentheses':
      return isPlain(value.inner, type)
    case 'template':
      return isText(value) && !isNotation(textOf(value), type)
    case 'list':
      return value.items.every((item) => isPlain(item, inner(type)))
    case 'object':
      return value.entries.every((entry) => keyOf(entry.key) !== undefined && isPlain(entry.value, inner(type)))
    default:
      return false
  }
}

const inner = (type: AttributeType | undefined): AttributeType | undefined =>
  type?.is === 'list' || type?.is === 'map' ? type.of : type

const isText = (template: Template): boolean => template.parts.every(({ kind }) => kind === 'text')

const textOf = (template: Template): string =>
  template.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')

/** `"env:NAME"`: a reference in the notation of its own. Another one may take its place. */
export const isReference = (value: Expression, type: AttributeType | undefined): boolean =>
  value.kind === 'template' && isText(value) && isNotation(textOf(value), type)

export const isReferenceText = (value: Json, type: AttributeType | undefined): boolean =>
  typeof value === 'string' && isNotation(value, type)

/** The name of a key that is written out. */
export function keyOf(key: Expression): string | undefined {
  if (key.kind === 'variable') return key.name
  if (key.kind === 'literal') return String(key.value)
  if (key.kind === 'parentheses') return undefined
  return key.kind === 'template' && isText(key) ? textOf(key) : undefined
}

/** Whether an expression is worth what was asked for already. What is asked to be the mask stays what it is. */
export function isWorth(expression: Expression, asked: Json, type: AttributeType, scope: Scope): boolean {
  const present = decoded(expression, type, scope)
  if (present !== undefined && typeof asked === 'string' && asked.includes(mask)) return isMasked(present, asked)
  const wanted = decodeJson(asked, type)
  if (present !== undefined && wanted !== undefined) return sameItem(present, wanted)
  // What the type does not take is written all the same, for the check of the file to say what is wrong with it.
  return wanted === undefined && isDeepStrictEqual(plainOf(expression, scope), asked)
}

function plainOf(expression: Expression, scope: Scope): unknown {
  const value = evaluate(expression, { ...scope, problems: new Problems() })
  return JSON.parse(JSON.stringify(toJson(value) ?? null))
}

/** Whether a value as it is shown, with its secret hidden, is what was asked for: then it is to stay. */
function isMasked({ value }: Item, asked: string): boolean {
  if (asked === mask) return true
  const text = typeof value === 'object' && 'parts' in value ? value.parts.join('') : value
  return typeof text === 'string' && maskAddress(text) === asked
}

export function decoded(expression: Expression, type: AttributeType, scope: Scope): Item | undefined {
  const quiet = { ...scope, problems: new Problems() }
  return decode(evaluate(expression, quiet), type, { problems: quiet.problems, env: scope.env, names: [] })
}

/** What a value would be once it is written, or undefined where its type does not take it. */
function decodeJson(value: Json, type: AttributeType): Item | undefined {
  const source = new Source('', `value = ${printValue(value, plainStyle, type)}\n`)
  const [item] = readFile(source).body.items
  return item?.kind === 'attribute' ? decoded(item.value, type, alone(source, new Problems())) : undefined
}

/** The same to the program that gets it, and, for amounts, to the person who wrote it. */
function sameItem(a: Item, b: Item): boolean {
  if (a.written !== undefined && b.written !== undefined && a.written !== b.written) return false
  const [left, right] = [a.value, b.value]
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => same(item, right[at]))
  }
  if (left instanceof Map) {
    return (
      right instanceof Map && left.size === right.size && [...left].every(([key, item]) => same(item, right.get(key)))
    )
  }
  if (typeof left !== 'object') return left === right
  return typeof right === 'object' && 'parts' in right && sameText(left, right)
}

const same = (a: Item, b: Item | undefined): boolean => b !== undefined && sameItem(a, b)

function sameText(a: LateText, b: LateText): boolean {
  const marks = ({ parts }: LateText): string =>
    JSON.stringify(parts.map((part) => (typeof part === 'string' ? part : { ...part, range: undefined })))
  return marks(a) === marks(b)
}

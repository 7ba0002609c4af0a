import type { AttributeType } from '../schema/index.ts'
import type { Expression } from '../syntax/ast.ts'
import type { Source, Span } from '../syntax/source.ts'
import type { Scope } from '../values/scope.ts'
import { type Elements, insertElement, removeElement } from './elements.ts'
import { rewriteHeredoc } from './heredoc.ts'
import { indentAt, isOneLine, lineStart, newlineOf, type Splice, unitOf } from './layout.ts'
import { isPlain, isReference, isReferenceText, isWorth, keyOf } from './plain.ts'
import { isList, isMap, itemType, type Json, type JsonObject, printKey, printValue, type Style } from './print.ts'

/** What an expression is to be worth, and of which type. */
export interface Asked {
  value: Json
  type: AttributeType
}

/** The steps that change a value, each to be taken on the text that the one before has left; or what may not be written over. */
export type Change = { splices: Splice[] } | { refused: Expression }

export interface Place {
  source: Source
  scope: Scope
  /** Whether what an expression gives may be written over. */
  override: boolean
}

const nothing: Change = { splices: [] }

/**
 * The next step towards a value: the smallest stretch that has to change, in the notation that stands there. Asked again
 * of what it has left, it gives the next one; none when the expression is worth what was asked.
 */
export function nextChange(expression: Expression, { value, type }: Asked, place: Place): Change {
  if (isWorth(expression, value, type, place.scope)) return nothing
  if (isList(value) && expression.kind === 'list') return changeList(expression, value, type, place)
  if (isMap(value) && expression.kind === 'object') return changeMap(expression, value, type, place)
  if (!mayReplace(expression, value, type, place)) return { refused: expression }
  return { splices: [replace(expression, value, type, place)] }
}

function mayReplace(expression: Expression, value: Json | null, type: AttributeType, place: Place): boolean {
  if (place.override || isPlain(expression, type)) return true
  return isReference(expression, type) && isReferenceText(value, type)
}

export function replace(expression: Expression, value: Json, type: AttributeType, { source }: Place): Splice {
  const { start, end } = expression
  const kept =
    expression.kind === 'template' && expression.heredoc && typeof value === 'string'
      ? rewriteHeredoc(source, expression, value)
      : undefined
  if (kept !== undefined) return { start, end, text: kept }
  const isQuoted = expression.kind === 'template' && type.is === 'text' && typeof value !== 'object'
  const multiline = expression.kind === 'list' && !isOneLine(source.text, expression)
  return { start, end, text: printValue(isQuoted ? String(value) : value, styleAt(source, start), type, multiline) }
}

function styleAt(source: Source, at: number): Style {
  return { indent: indentAt(source.text, at), unit: unitOf(source), newline: newlineOf(source) }
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>

function changeList(list: Of<'list'>, asked: readonly Json[], type: AttributeType, place: Place): Change {
  const { items } = list
  const inner = itemType(type) ?? { is: 'any' as const }
  const isSame = (item: Expression | undefined, value: Json | undefined): boolean =>
    item !== undefined && value !== undefined && isWorth(item, value, inner, place.scope)
  let first = 0
  while (first < items.length && first < asked.length && isSame(items[first], asked[first])) first += 1
  let tail = 0
  const most = Math.min(items.length, asked.length) - first
  while (tail < most && isSame(items[items.length - 1 - tail], asked[asked.length - 1 - tail])) tail += 1
  const elements: Elements = { spans: items, close: list.end - 1, needsComma: true }
  const [item, value] = [items[first], asked[first]]
  const isExtra = first >= asked.length - tail
  if (item !== undefined && first < items.length - tail) {
    if (!isExtra && value !== undefined) return nextChange(item, { value, type: inner }, place)
    return removeFrom(elements, items[first] ?? list, first, inner, place)
  }
  if (value === undefined) return nothing
  return insertInto(list, elements, first - 1, printValue(value, styleAt(place.source, list.start), inner), place)
}

function removeFrom(
  elements: Elements,
  expression: Expression,
  index: number,
  type: AttributeType,
  place: Place,
): Change {
  if (!place.override && !isPlain(expression, type)) return { refused: expression }
  const removed = removeElement(place.source, elements, index)
  return { splices: removed === undefined ? [] : [removed] }
}

function insertInto(whole: Expression, elements: Elements, index: number, written: string, { source }: Place): Change {
  const isEmpty = elements.spans.length === 0 && /^.\s*.$/s.test(source.text.slice(whole.start, whole.end))
  if (!isEmpty) return { splices: insertElement(source, elements, index, written) }
  if (elements.needsComma) return { splices: [{ start: whole.start, end: whole.end, text: `[${written}]` }] }
  const { indent, unit, newline } = styleAt(source, whole.start)
  const text = `{${newline}${indent}${unit}${written}${newline}${indent}}`
  return { splices: [{ start: whole.start, end: whole.end, text }] }
}

function changeMap(map: Of<'object'>, asked: JsonObject, type: AttributeType, place: Place): Change {
  const inner = itemType(type) ?? { is: 'any' as const }
  const spans: Span[] = map.entries.map(({ key, value }) => ({ start: key.start, end: value.end }))
  const elements: Elements = { spans, close: map.end - 1, needsComma: false }
  const names = map.entries.map(({ key }) => keyOf(key))
  for (const [index, { key, value }] of map.entries.entries()) {
    const name = names[index]
    if (name === undefined) {
      return place.override ? { splices: [replace(map, asked, type, place)] } : { refused: key }
    }
    const wanted = Object.hasOwn(asked, name) ? asked[name] : undefined
    if (wanted === undefined || wanted === null) return removeFrom(elements, value, index, inner, place)
    // Of two equal keys the last one counts.
    if (names.lastIndexOf(name) !== index) continue
    const change = nextChange(value, { value: wanted, type: inner }, place)
    if ('refused' in change || change.splices.length > 0) return change
  }
  for (const [name, value] of Object.entries(asked)) {
    if (value === undefined || value === null || names.includes(name)) continue
    return addPart(map, name, { value, type: inner }, place)
  }
  return nothing
}

/** One entry more in a map, or one item at the end of a list. */
export function addPart(whole: Expression, step: string, { value, type }: Asked, place: Place): Change {
  const style = styleAt(place.source, whole.start)
  if (whole.kind === 'object') {
    const spans = whole.entries.map(({ key, value: entry }) => ({ start: key.start, end: entry.end }))
    const elements: Elements = { spans, close: whole.end - 1, needsComma: false }
    const written = `${keyLike(whole, step, place.source)}${printValue(value, style, type)}`
    return insertInto(whole, elements, spans.length - 1, written, place)
  }
  if (whole.kind !== 'list' || step !== String(whole.items.length)) return { refused: whole }
  const elements: Elements = { spans: whole.items, close: whole.end - 1, needsComma: true }
  return insertInto(whole, elements, whole.items.length - 1, printValue(value, style, type), place)
}

/** A map without an entry, or a list without an item. */
export function removePart(whole: Expression, step: string, type: AttributeType, place: Place): Change {
  if (whole.kind === 'object') {
    const index = whole.entries.findLastIndex(({ key }) => keyOf(key) === step)
    const entry = whole.entries[index]
    if (entry === undefined) return nothing
    const spans = whole.entries.map(({ key, value }) => ({ start: key.start, end: value.end }))
    return removeFrom({ spans, close: whole.end - 1, needsComma: false }, entry.value, index, type, place)
  }
  const item = whole.kind === 'list' ? whole.items[Number(step)] : undefined
  if (whole.kind !== 'list' || item === undefined) return whole.kind === 'list' ? nothing : { refused: whole }
  return removeFrom({ spans: whole.items, close: whole.end - 1, needsComma: true }, item, Number(step), type, place)
}

/** A key with its sign, below that of the line before where that one leaves room. */
function keyLike(map: Of<'object'>, name: string, { text }: Source): string {
  const last = map.entries.at(-1)
  const key = printKey(name)
  if (last === undefined) return `${key} = `
  const between = text.slice(last.key.end, last.value.start)
  const at = Math.max(0, between.search(/[=:]/))
  const isOwnLine = text.slice(lineStart(text, last.key.start), last.key.start).trim() === ''
  const width = isOwnLine ? last.key.end - last.key.start + at - 1 : 0
  return `${key.padEnd(width)} ${between.charAt(at)} `
}

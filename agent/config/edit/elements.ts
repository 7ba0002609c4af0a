import type { Source, Span } from '../syntax/source.ts'
import { afterLine, indentAt, lineStart, newlineOf, type Splice, unitOf } from './layout.ts'

/** The items of a list or the entries of a map, between brackets. */
export interface Elements {
  spans: readonly Span[]
  /** Where the closing bracket stands. */
  close: number
  /** Items of a list need commas; entries of a map are parted by lines as well. */
  needsComma: boolean
}

/** Past the comma that follows on the same line; -1 without one. */
function afterComma(text: string, end: number): number {
  const match = /^[ \t]*,/.exec(text.slice(end))
  return match === null ? -1 : end + match[0].length
}

/** Whether nothing but a comma and a comment follows on the line. */
const endsLine = (text: string, end: number): boolean => /^[ \t]*,?[ \t]*(?:#|\/\/|\r?\n)/.test(text.slice(end))

const beginsLine = (text: string, start: number): boolean => text.slice(lineStart(text, start), start).trim() === ''

const isOneLine = (text: string, start: number, end: number): boolean => !text.slice(start, end).includes('\n')

export function removeElement({ text }: Source, { spans }: Elements, index: number): Splice | undefined {
  const span = spans[index]
  if (span === undefined) return undefined
  const comma = afterComma(text, span.end)
  const end = comma === -1 ? span.end : comma
  if (beginsLine(text, span.start) && endsLine(text, span.end)) {
    return { start: lineStart(text, span.start), end: afterLine(text, end), text: '' }
  }
  const [before, after] = [spans[index - 1], spans[index + 1]]
  if (after !== undefined && isOneLine(text, span.end, after.start)) {
    // A comment that stands before the next one is about that.
    const space = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
    return { start: span.start, end: Math.min(end + space, after.start), text: '' }
  }
  if (before !== undefined && isOneLine(text, before.end, span.start)) {
    return { start: before.end, end: span.end, text: '' }
  }
  return { start: span.start, end, text: '' }
}

/** Puts an element after the one of `index`, on a line of its own where that one ends its line; -1 is the front. */
export function insertElement(source: Source, elements: Elements, index: number, written: string): Splice[] {
  const { text } = source
  const { spans, needsComma } = elements
  const span = spans[index]
  if (span === undefined) return insertFront(source, elements, written)
  if (!endsLine(text, span.end)) return [{ start: span.end, end: span.end, text: `, ${written}` }]
  const comma = afterComma(text, span.end)
  const hasComma = comma !== -1
  const at = afterLine(text, hasComma ? comma : span.end)
  const isLast = index === spans.length - 1
  const line = `${indentAt(text, span.start)}${written}${hasComma || (needsComma && !isLast) ? ',' : ''}${newlineOf(source)}`
  const inserted = { start: at, end: at, text: line }
  return needsComma && !hasComma ? [inserted, { start: span.end, end: span.end, text: ',' }] : [inserted]
}

function insertFront(source: Source, { spans, close, needsComma }: Elements, written: string): Splice[] {
  const { text } = source
  const [first] = spans
  const at = first?.start ?? close
  const isOwnLine = beginsLine(text, at)
  if (first === undefined && !isOwnLine) return [{ start: at, end: at, text: written }]
  if (!isOwnLine) return [{ start: at, end: at, text: `${written}, ` }]
  const indent = indentAt(text, at) + (first === undefined ? unitOf(source) : '')
  const line = `${indent}${written}${needsComma ? ',' : ''}${newlineOf(source)}`
  const start = lineStart(text, at)
  return [{ start, end: start, text: line }]
}

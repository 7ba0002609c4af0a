import type { Block } from '../syntax/ast.ts'
import { Reader } from '../syntax/reader.ts'
import type { Source, Span } from '../syntax/source.ts'

/** A stretch of a text and what stands there afterwards. */
export interface Splice extends Span {
  text: string
}

export function splice(text: string, { start, end, text: put }: Splice): string {
  return text.slice(0, start) + put + text.slice(end)
}

export const newlineOf = ({ text }: Source): string => /\r?\n/.exec(text)?.[0] ?? '\n'

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** The space that the line of `at` begins with. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at)
  return /^[ \t]*/.exec(text.slice(start, start + 200))?.[0] ?? ''
}

/** One level of indentation as this file has it. */
export function unitOf({ text }: Source): string {
  return /^(\t| {1,8})[^\s]/m.exec(text)?.[1] ?? '  '
}

/** Where the line after an item begins: past a comment at its end and the line's own end. */
export function afterLine(text: string, end: number): number {
  const reader = new Reader(text)
  reader.at = end
  reader.skip()
  if (reader.atLineEnd()) reader.passLineEnd()
  return reader.at
}

/** What is between a block's braces. */
export function insideOf(text: string, block: Block): Span {
  const reader = new Reader(text)
  reader.at = (block.labels.at(-1) ?? block.typeSpan).end
  reader.skip()
  return { start: reader.at + 1, end: block.end - 1 }
}

export const isOneLine = (text: string, { start, end }: Span): boolean => !text.slice(start, end).includes('\n')

const isBlank = (text: string): boolean => text.trim() === ''

/** Takes an item's lines out, with one of two empty lines that would then meet; what else stands on them stays. */
export function cutLines(text: string, { start, end }: Span): Splice {
  const first = lineStart(text, start)
  if (!isBlank(text.slice(first, start))) return { start, end, text: '' }
  const last = afterLine(text, end)
  if (last === text.length && !text.endsWith('\n')) {
    return { start: first === 0 ? 0 : first - (text[first - 2] === '\r' ? 2 : 1), end: last, text: '' }
  }
  const before = text.slice(0, first).trimEnd()
  const opens = before === '' || /[{[]$/.test(before)
  const isAfterBlank = opens || /\n[ \t]*\r?\n[ \t]*$/.test(text.slice(Math.max(0, first - 200), first))
  const blankAfter = /^[ \t]*\r?\n/.exec(text.slice(last))?.[0] ?? ''
  if (isAfterBlank && blankAfter !== '') return { start: first, end: last + blankAfter.length, text: '' }
  const closes = /^[ \t]*\}/.test(text.slice(last)) || last === text.length
  const blankBefore = closes && !opens ? (/(?<=\n)([ \t]*\r?\n)$/.exec(text.slice(0, first))?.[0] ?? '') : ''
  return { start: first - blankBefore.length, end: last, text: '' }
}

import type { Range } from '../model.ts'

const byteOrderMark = /^\ufeff*/u

/** A stretch of a text: UTF-16 offsets, the end exclusive. */
export interface Span {
  start: number
  end: number
}

/** One text with its name, and the way from an offset to the line and column that a person sees. */
export class Source {
  /** The path as it was loaded. */
  readonly file: string
  /** Without its byte order mark: editors do not show it, so no column counts it. */
  readonly text: string
  readonly mark: string
  /** The lines above it, where it is a part of a file. */
  readonly above: number
  private lines: number[] | undefined

  constructor(file: string, text: string, above = 0) {
    this.file = file
    this.above = above
    this.mark = byteOrderMark.exec(text)?.[0] ?? ''
    this.text = text.slice(this.mark.length)
  }

  /** Lines and columns from 1, columns in code points. */
  position(offset: number): { line: number; column: number } {
    const starts = this.lineStarts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: this.above + low + 1, column: countCodePoints(this.text, starts[low] ?? 0, offset) + 1 }
  }

  range(span: Span): Range {
    const from = this.position(span.start)
    const to = this.position(Math.max(span.start, span.end))
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }

  /** A line by its number, without its end. */
  line(number: number): string {
    const starts = this.lineStarts()
    const own = number - this.above
    const start = starts[own - 1]
    if (start === undefined) return ''
    const next = starts[own]
    return this.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
  }

  lineStart(number: number): number {
    return this.lineStarts()[number - this.above - 1] ?? this.text.length
  }

  get lineCount(): number {
    return this.lineStarts().length
  }

  private lineStarts(): number[] {
    if (this.lines === undefined) {
      this.lines = [0]
      for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) this.lines.push(at + 1)
    }
    return this.lines
  }
}

function countCodePoints(text: string, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && at > start
    if (!isSecondHalf || !isHighSurrogate(text.charCodeAt(at - 1))) count += 1
  }
  return count
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

import { isAscii } from 'node:buffer'
import type { Position } from './cursor.ts'
import { withoutEscapes } from './level.ts'
import { type ChunkRecord, flag } from './record.ts'

/** A reader is sent at most so much of a line. */
export const longestTextBytes = 64 << 10
/** Lines given out at once, so that a reader of the newest few does not wait for all. */
const batchLines = 512

export interface ScannedLine extends Position {
  timeMs: number
  stderr: boolean
  text: string
  truncated: boolean
  /** The last of the lines that were joined into this one. */
  end?: Position
}

/** Which lines are wanted, asked for many at once where that can be. */
export interface Matcher {
  /** Where, from `from` on, a line begins or goes on that may be wanted; -1 for nowhere. Lines before it are not. */
  find?(lines: string, from: number): number
  matches(line: string): boolean
}

type Span = { index: number; start: number; end: number }

/** Lines of neighbouring records, decoded together. */
export class Window {
  readonly #records: readonly ChunkRecord[]
  readonly #text: string
  readonly #plain: boolean
  /** The record of the line that was asked for last, and the number of lines before it. */
  #record = 0
  #linesBefore = 0

  constructor(bytes: Buffer, records: readonly ChunkRecord[]) {
    this.#records = records
    this.#plain = isAscii(bytes)
    this.#text = this.#plain ? bytes.toString('latin1') : bytes.toString('utf8')
  }

  /** The wanted lines in batches, the newest first when `backward`. */
  *lines(matcher: Matcher | undefined, backward: boolean): Generator<ScannedLine[]> {
    const spans = matcher ? this.#matching(matcher, backward) : this.#all(backward)
    let batch: ScannedLine[] = []
    for (const span of spans) {
      const line = this.#lineAt(span)
      if (line) batch.push(line)
      if (batch.length < batchLines) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }

  *#all(backward: boolean): Generator<Span> {
    const text = this.#text
    if (!backward) {
      for (let start = 0, index = 0; start < text.length; index++) {
        const end = endOfLine(text, start)
        yield { index, start, end }
        start = end + 1
      }
      return
    }
    let index = this.#records.reduce((sum, record) => sum + record.lineCount, 0) - 1
    for (let end = text.endsWith('\n') ? text.length - 1 : text.length; index >= 0; index--) {
      const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
      yield { index, start, end }
      end = start - 1
      if (end < 0) return
    }
  }

  /** Candidates are found in all lines at once where the matcher can, and then asked one by one. */
  #matching(matcher: Matcher, backward: boolean): Span[] {
    const text = this.#text
    const searched = withoutEscapes(text)
    const spans: Span[] = []
    let index = 0
    let start = 0
    let searchStart = 0
    // Both texts have the same newlines, so their lines are passed in step.
    const passLine = (): void => {
      start = endOfLine(text, start) + 1
      searchStart = endOfLine(searched, searchStart) + 1
      index++
    }
    while (searchStart < searched.length) {
      if (matcher.find) {
        const candidate = matcher.find(searched, searchStart)
        if (candidate === -1) break
        while (endOfLine(searched, searchStart) < candidate) passLine()
      }
      const line = searched.slice(searchStart, endOfLine(searched, searchStart))
      if (matcher.matches(withoutReturn(line).slice(0, longestTextBytes)))
        spans.push({ index, start, end: endOfLine(text, start) })
      passLine()
    }
    return backward ? spans.reverse() : spans
  }

  #lineAt({ index, start, end }: Span): ScannedLine | undefined {
    const record = this.#recordOf(index)
    if (!record) return undefined
    const whole = withoutReturn(this.#text.slice(start, end))
    const { text, truncated } = this.#shorten(whole)
    return {
      order: record.order,
      seq: record.firstSeq + index - this.#linesBefore,
      timeMs: record.timeMs,
      stderr: (record.flags & flag.stderr) !== 0,
      text,
      truncated: truncated || (record.flags & flag.open) !== 0,
    }
  }

  /** Asked for in one direction, so the record is the same as before or near it. */
  #recordOf(index: number): ChunkRecord | undefined {
    while (this.#record > 0 && index < this.#linesBefore) {
      this.#linesBefore -= this.#records[--this.#record]?.lineCount ?? 0
    }
    for (;;) {
      const record = this.#records[this.#record]
      if (!record || index < this.#linesBefore + record.lineCount) return record
      this.#linesBefore += record.lineCount
      this.#record++
    }
  }

  /** A copy of its own: a slice would keep the whole window in memory. */
  #shorten(text: string): { text: string; truncated: boolean } {
    const bytes = Buffer.from(text, this.#plain ? 'latin1' : 'utf8')
    if (bytes.length <= longestTextBytes)
      return { text: bytes.toString(this.#plain ? 'latin1' : 'utf8'), truncated: false }
    return { text: headOf(bytes), truncated: true }
  }
}

/** The beginning of a text that is too long, without half a character at its end. */
export function headOf(bytes: Buffer, longestBytes = longestTextBytes): string {
  let end = Math.min(bytes.length, longestBytes)
  if (end < bytes.length) while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** A carriage return before the newline belongs to the line's end, not to its text. */
export function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

import type { LateReference } from './model.ts'

type Piece = string | LateReference
/** A word of a command line: what it is put together from, where its text began, and where it ended. */
export interface Word {
  parts: Piece[]
  start: number
}

/** A quote that is not closed; `offset` is where it opens, counted over the text parts. */
export class UnclosedQuote extends Error {
  override name = 'UnclosedQuote'
  readonly offset: number
  readonly quote: string
  constructor(quote: string, offset: number) {
    super(`A ${quote === '"' ? 'double' : 'single'} quote is not closed.`)
    this.quote = quote
    this.offset = offset
  }
}

/**
 * Splits a command line by the quoting rules of a shell, without one: spaces separate, single quotes keep everything,
 * double quotes keep all but a backslash before `"`, `\`, `$` and a backquote, and outside quotes a backslash keeps the
 * next character. Nothing is expanded. A reference is part of a word whatever it comes to; it is never split.
 * @throws {UnclosedQuote}
 */
export function splitWords(pieces: readonly Piece[]): Word[] {
  const splitter = new Splitter()
  let offset = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      splitter.text(piece, offset)
      offset += piece.length
    } else splitter.reference(piece, offset)
  }
  return splitter.end()
}

/** `splitWords` for a plain text. @throws {UnclosedQuote} */
export function splitCommand(text: string): string[] {
  return splitWords([text]).map(({ parts }) => parts.join(''))
}

class Splitter {
  private readonly words: Word[] = []
  private word: Word | undefined
  private quote: { kind: '"' | "'"; offset: number } | undefined
  private escaped = false

  text(text: string, offset: number): void {
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? ''
      if (this.escaped) this.endEscape(character, offset + at)
      else if (this.quote !== undefined) this.quoted(character, offset + at)
      else this.plain(character, offset + at)
    }
  }

  reference(reference: LateReference, offset: number): void {
    this.open(offset).parts.push(reference)
  }

  end(): Word[] {
    if (this.quote !== undefined) throw new UnclosedQuote(this.quote.kind, this.quote.offset)
    if (this.escaped) this.add('\\', 0)
    this.close()
    return this.words
  }

  private plain(character: string, offset: number): void {
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') this.close()
    else if (character === '\\') {
      this.open(offset)
      this.escaped = true
    } else if (character === '"' || character === "'") {
      this.open(offset)
      this.quote = { kind: character, offset }
    } else this.add(character, offset)
  }

  private quoted(character: string, offset: number): void {
    if (character === this.quote?.kind) this.quote = undefined
    else if (character === '\\' && this.quote?.kind === '"') this.escaped = true
    else this.add(character, offset)
  }

  private endEscape(character: string, offset: number): void {
    this.escaped = false
    const isContinuedLine = character === '\n'
    if (isContinuedLine) return
    const keepsBackslash = this.quote !== undefined && !['"', '\\', '$', '`'].includes(character)
    this.add(keepsBackslash ? `\\${character}` : character, offset)
  }

  private open(offset: number): Word {
    if (this.word === undefined) {
      this.word = { parts: [], start: offset }
      this.words.push(this.word)
    }
    return this.word
  }

  private add(text: string, offset: number): void {
    const { parts } = this.open(offset)
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + text
    else parts.push(text)
  }

  private close(): void {
    this.word = undefined
  }
}

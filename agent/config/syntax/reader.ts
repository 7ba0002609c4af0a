import type { Span } from './source.ts'

/** The nesting of blocks, brackets, templates and signs that a file may have: HashiCorp's parser dies of some hundreds. */
const maxDepth = 32
/** The operators and steps that one expression may have, and the labels of a block. */
const maxSteps = 1000
/**
 * The items of one list, the entries of one map, the lines and sequences of one text: HashiCorp's parser takes time by
 * their square.
 */
const maxParts = 10_000
const identifierPattern = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
/** As HashiCorp's scanner takes it: what of this is a number is decided afterwards. */
const numberPattern = /[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?/y

/** A mistake that ends the reading of one item. Which mistake it is HashiCorp's parser says; this one says where we gave up. */
export class SyntaxMistake extends Error {
  override name = 'SyntaxMistake'
  readonly span: Span
  readonly suggestion: string | undefined
  constructor(message: string, span: Span, suggestion?: string) {
    super(message)
    this.span = span
    this.suggestion = suggestion
  }
}

/** Nesting beyond the bound: the file is not judged further, since a parser's stack is finite. */
export class TooDeep extends SyntaxMistake {
  override name = 'TooDeep'
}

/**
 * Where we are in a text, and whether a line's end means something there: between items of a body
 * and entries of an object it does, within parentheses, lists and templates it is space.
 */
export class Reader {
  readonly text: string
  at = 0
  newlinesCount = true
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  /** Passes spaces, comments and, where they mean nothing, line ends. */
  skip(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at)
      if (unit === 0x20 || unit === 0x09) this.at += 1
      else if (!this.newlinesCount && this.newlineLength() > 0) this.at += this.newlineLength()
      else if (unit === 0x2f && this.text.charCodeAt(this.at + 1) === 0x2a) this.skipBlockComment()
      else if (!this.newlinesCount && this.startsLineComment()) this.skipLineComment()
      else return
    }
  }

  /** True at a line's end or at a comment that lasts to it. */
  atLineEnd(): boolean {
    return this.atEnd() || this.newlineLength() > 0 || this.startsLineComment()
  }

  passLineEnd(): void {
    if (this.startsLineComment()) this.skipLineComment()
    this.at += this.newlineLength()
  }

  atEnd(): boolean {
    return this.at >= this.text.length
  }

  peek(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  /** Passes `text` if it is next, after space. */
  take(text: string): boolean {
    this.skip()
    if (!this.peek(text)) return false
    this.at += text.length
    return true
  }

  expect(text: string, message: string): void {
    if (!this.take(text)) throw this.mistake(message)
  }

  identifier(): (Span & { name: string }) | undefined {
    this.skip()
    identifierPattern.lastIndex = this.at
    const name = identifierPattern.exec(this.text)?.[0]
    if (name === undefined) return undefined
    const start = this.at
    this.at += name.length
    return { name, start, end: this.at }
  }

  number(): (Span & { digits: string }) | undefined {
    numberPattern.lastIndex = this.at
    const digits = numberPattern.exec(this.text)?.[0]
    if (digits === undefined) return undefined
    const start = this.at
    this.at += digits.length
    return { digits, start, end: this.at }
  }

  /** Whether the next word is `word` and no longer one. */
  peekWord(word: string): boolean {
    if (!this.peek(word)) return false
    identifierPattern.lastIndex = this.at
    return identifierPattern.exec(this.text)?.[0] === word
  }

  mistake(message: string, start = this.at, suggestion?: string): SyntaxMistake {
    const end = Math.min(this.text.length, Math.max(start + 1, this.at))
    return new SyntaxMistake(message, { start, end }, suggestion)
  }

  /** Counts what grows without nesting. */
  step(count: number, max = maxSteps): void {
    if (count <= max) return
    const message = `This has more than ${max.toLocaleString('en')} parts.`
    throw new TooDeep(message, { start: this.at, end: this.at + 1 })
  }

  part(count: number): void {
    this.step(count, maxParts)
  }

  /** Reads something nested, within the bound. */
  nested<T>(newlinesCount: boolean, read: () => T): T {
    if (this.depth >= maxDepth) {
      const span = { start: this.at, end: this.at + 1 }
      throw new TooDeep(`Nested more than ${maxDepth} levels deep.`, span)
    }
    const before = this.newlinesCount
    this.newlinesCount = newlinesCount
    this.depth += 1
    try {
      return read()
    } finally {
      this.depth -= 1
      this.newlinesCount = before
    }
  }

  newlineLength(): number {
    const unit = this.text.charCodeAt(this.at)
    if (unit === 0x0a) return 1
    return unit === 0x0d && this.text.charCodeAt(this.at + 1) === 0x0a ? 2 : 0
  }

  private startsLineComment(): boolean {
    return this.peek('#') || this.peek('//')
  }

  private skipLineComment(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end === -1 ? this.text.length : end
  }

  private skipBlockComment(): void {
    const end = this.text.indexOf('*/', this.at + 2)
    if (end === -1) throw this.mistake('This comment is not closed.')
    this.at = end + 2
  }
}

import type { Span } from '../syntax/source.ts'

const wordPattern = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
/** A word with the names and indexes that are reached from it, the last of which may not be written yet. */
const traversalPattern =
  /[\p{ID_Start}_][\p{ID_Continue}-]*(?:::[\p{ID_Continue}-]*|\.(?!\.)(?:[\p{ID_Start}_*][\p{ID_Continue}-]*|\d+)?)*/uy
const numberPattern = /\d[\d.]*(?:[eE][+-]?\d+)?/y
const heredocPattern = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy
const itemPattern = /[\p{ID_Start}_][\p{ID_Continue}-]*[ \t]*(?:=[^=>]|\{|"[^"\n]*"[ \t]*\{)/uy

/** Whether an attribute or a block plainly begins at `at`. */
export function startsItem(text: string, at: number): boolean {
  itemPattern.lastIndex = at
  return itemPattern.test(text)
}

/** Takes HCL apart word by word, without asking whether it is any. */
export class Scanner {
  readonly text: string
  at = 0
  passedNewline = false

  constructor(text: string) {
    this.text = text
  }

  atEnd(): boolean {
    return this.at >= this.text.length
  }

  char(): string {
    return this.text.charAt(this.at)
  }

  peek(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  take(text: string): boolean {
    if (!this.peek(text)) return false
    this.at += text.length
    return true
  }

  spaces(): void {
    while (this.peek(' ') || this.peek('\t')) this.at += 1
  }

  atNewline(): boolean {
    return this.peek('\n') || this.peek('\r\n')
  }

  newline(): boolean {
    return this.take('\n') || this.take('\r\n')
  }

  atLineComment(): boolean {
    return this.peek('#') || this.peek('//')
  }

  blockComment(): boolean {
    if (!this.peek('/*')) return false
    const end = this.text.indexOf('*/', this.at + 2)
    this.at = end === -1 ? this.text.length : end + 2
    return true
  }

  comment(): boolean {
    if (!this.atLineComment()) return this.blockComment()
    const end = this.text.indexOf('\n', this.at)
    this.at = end === -1 ? this.text.length : end
    return true
  }

  passLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end === -1 ? this.text.length : end + 1
  }

  atWord(): boolean {
    wordPattern.lastIndex = this.at
    return wordPattern.test(this.text)
  }

  word(): (Span & { text: string }) | undefined {
    return this.match(wordPattern)
  }

  traversal(): (Span & { text: string }) | undefined {
    return this.match(traversalPattern)
  }

  number(): boolean {
    return this.match(numberPattern) !== undefined
  }

  /** Whether `=` follows, which makes the word before it the name of an attribute. */
  peeksAssignment(): boolean {
    const before = this.at
    this.spaces()
    const found = this.peek('=') && !this.peek('==')
    this.at = before
    return found
  }

  /** The length of `${`, `%{` or one with `~`; 0 where none begins here. */
  sequenceStart(): number {
    if (!this.peek('${') && !this.peek('%{')) return 0
    return this.text[this.at + 2] === '~' ? 3 : 2
  }

  /** Passes one character of a text as it is written. */
  textUnit(): void {
    if (this.peek('$${') || this.peek('%%{')) this.at += 3
    else this.at += this.peek('\\') ? 2 : 1
  }

  /** Where the text that begins with the quote here ends: before its quote, or before the end of its line. */
  quotedEnd(): number {
    const { text } = this
    let depth = 0
    let isText = true
    for (let at = this.at + 1; at < text.length; at += 1) {
      const unit = text[at]
      if (unit === '\n' || (unit === '\r' && text[at + 1] === '\n')) return at
      if (unit === '\\') at += 1
      else if (unit === '"') {
        if (depth === 0) return at
        isText = !isText
      } else if (isText && (unit === '$' || unit === '%') && text[at + 1] === '{') {
        if (text[at - 1] === unit && depth === 0) continue
        if (depth > 0) continue
        depth += 1
        isText = false
        at += 1
      } else if (!isText && unit === '{') depth += 1
      else if (!isText && unit === '}') {
        depth -= 1
        if (depth === 0) isText = true
      }
    }
    return text.length
  }

  heredocStart(): boolean {
    heredocPattern.lastIndex = this.at
    return heredocPattern.test(this.text)
  }

  /** Where the heredoc that begins here ends: after its closing word. */
  heredocEnd(): number {
    heredocPattern.lastIndex = this.at
    const name = heredocPattern.exec(this.text)?.[1] ?? ''
    const closing = new RegExp(`^[ \\t]*${name}[ \\t]*$`, 'mu')
    const from = this.text.indexOf('\n', this.at) + 1
    const end = closing.exec(this.text.slice(from))
    return end === null ? this.text.length : from + end.index + end[0].length
  }

  private match(pattern: RegExp): (Span & { text: string }) | undefined {
    pattern.lastIndex = this.at
    const text = pattern.exec(this.text)?.[0]
    if (text === undefined) return undefined
    const start = this.at
    this.at += text.length
    return { text, start, end: this.at }
  }
}

import { type BlockSchema, rootSchema } from '../schema/index.ts'
import { indentation } from '../syntax/recover.ts'
import type { Span } from '../syntax/source.ts'
import { Scanner, startsItem } from './scanner.ts'

/** A block around the cursor, the file itself as the outermost. */
export interface Frame extends Span {
  type: string
  labels: string[]
  /** Undefined where nothing is known of such a block. */
  schema: BlockSchema | undefined
  /** The attributes and blocks that stand in it, those after the cursor as well. */
  items: { name: string; isBlock: boolean; start: number }[]
}

/** What an expression is inside of, from the attribute inwards. */
export type Nesting =
  | { kind: 'list' | 'index' | 'parentheses' | 'template' }
  | { kind: 'object'; key: string | undefined }
  | { kind: 'call'; name: string; argument: number }

/** What may be typed at the cursor; the span is what it would replace. */
export type Spot = Span &
  (
    | { kind: 'item' }
    | { kind: 'label'; type: string; index: number; isQuoted: boolean }
    /** A bare word with what is before it: `var.na`. */
    | { kind: 'expression'; attribute: string; nesting: readonly Nesting[] }
    | { kind: 'key'; attribute: string; nesting: readonly Nesting[]; keys: readonly string[] }
    /** Between quotes. */
    | { kind: 'text'; attribute: string; nesting: readonly Nesting[] }
  )

export interface Cursor {
  offset: number
  frames: readonly Frame[]
  /** Undefined in comments, numbers and where a thing has just ended. */
  spot: Spot | undefined
}

/** Finds out where the cursor stands by reading words alone: what one types is hardly ever well-formed. */
export function cursorAt(text: string, offset: number): Cursor {
  return new CursorScanner(text, offset).run()
}

class CursorScanner {
  private readonly scanner: Scanner
  private readonly offset: number
  private readonly stack: Frame[] = []
  private found: { frames: readonly Frame[]; spot: Spot | undefined } | undefined

  constructor(text: string, offset: number) {
    this.scanner = new Scanner(text)
    this.offset = offset
  }

  run(): Cursor {
    const root: Frame = { type: '', labels: [], schema: rootSchema, items: [], start: 0, end: 0 }
    this.stack.push(root)
    this.body(root, -1)
    return { offset: this.offset, frames: [root], spot: undefined, ...this.found }
  }

  private isAt(start: number, end: number): boolean {
    return this.found === undefined && start <= this.offset && this.offset <= end
  }

  private claim(spot: Spot | undefined): void {
    this.found ??= { frames: [...this.stack], spot }
  }

  /** Passes space between items; an empty place on a line of its own is where an item may begin. */
  private skipToItem(isFresh: boolean): void {
    const { scanner, offset } = this
    let fresh = isFresh
    for (;;) {
      const start = scanner.at
      scanner.spaces()
      if (fresh && this.isAt(start, scanner.atWord() ? scanner.at - 1 : scanner.at))
        this.claim({ kind: 'item', start: offset, end: offset })
      const comment = scanner.at
      if (scanner.comment()) {
        if (this.isAt(comment + 1, scanner.at)) this.claim(undefined)
      } else if (scanner.newline()) fresh = true
      else return
    }
  }

  private body(frame: Frame, indent: number): void {
    const { scanner } = this
    const open = scanner.at
    let isFresh = true
    let isClosed = false
    for (;;) {
      this.skipToItem(isFresh)
      isFresh = false
      if (scanner.atEnd()) break
      if (scanner.take('}')) {
        isClosed = frame.type !== ''
        if (isClosed) break
        continue
      }
      const before = scanner.at
      const word = scanner.word()
      if (word === undefined) this.passStray()
      else {
        const isBlock = !scanner.peeksAssignment()
        if (this.isOutside(frame, word.text, isBlock, before, indent)) {
          scanner.at = before
          break
        }
        this.item(frame, word, isBlock)
      }
    }
    frame.end = scanner.at
    if (this.isAt(open, isClosed ? frame.end - 1 : frame.end)) this.claim(undefined)
  }

  /** Whether an item cannot belong to the block that is open, and is indented as if its brace were only missing. */
  private isOutside(frame: Frame, name: string, isBlock: boolean, start: number, indent: number): boolean {
    if (indent < 0 || frame.schema === undefined) return false
    const { text } = this.scanner
    if (indentation(text, start) > indent || !startsItem(text, start)) return false
    return !Object.hasOwn(isBlock ? frame.schema.blocks : frame.schema.attributes, name)
  }

  private passStray(): void {
    const { scanner } = this
    if (scanner.peek('"')) this.text('', [])
    else scanner.at += 1
  }

  private item(frame: Frame, word: Span & { text: string }, isBlock: boolean): void {
    const { scanner } = this
    if (this.isAt(word.start, word.end)) this.claim({ kind: 'item', start: word.start, end: word.end })
    const item = { name: word.text, isBlock, start: word.start }
    if (!isBlock) {
      frame.items.push(item)
      scanner.spaces()
      scanner.take('=')
      this.value(word.text, [], 'line', indentation(scanner.text, word.start))
      return
    }
    const labels = this.labels(word)
    const indent = indentation(scanner.text, word.start)
    if (!scanner.take('{')) return
    frame.items.push(item)
    const schema =
      frame.schema !== undefined && Object.hasOwn(frame.schema.blocks, word.text)
        ? frame.schema.blocks[word.text]
        : undefined
    const inner: Frame = { type: word.text, labels, schema, items: [], start: word.start, end: word.end }
    if (this.stack.length > maxDepth) return
    this.stack.push(inner)
    this.body(inner, indent)
    this.stack.pop()
  }

  private labels({ text: type }: { text: string }): string[] {
    const { scanner, offset } = this
    const labels: string[] = []
    for (;;) {
      const start = scanner.at
      scanner.spaces()
      const index = labels.length
      const space = scanner.at > start
      const at = scanner.at
      if (scanner.peek('"')) {
        const end = scanner.quotedEnd()
        if (this.isAt(at + 1, end)) this.claim({ kind: 'label', type, index, isQuoted: true, start: at + 1, end })
        labels.push(scanner.text.slice(at + 1, end))
        scanner.at = end
        scanner.take('"')
        continue
      }
      const word = scanner.word()
      if (word !== undefined) {
        if (this.isAt(at, word.end))
          this.claim({ kind: 'label', type, index, isQuoted: false, start: at, end: word.end })
        labels.push(word.text)
        continue
      }
      if (space && this.isAt(start + 1, at))
        this.claim({ kind: 'label', type, index, isQuoted: false, start: offset, end: offset })
      return labels
    }
  }

  /** Passes the words of an expression to where it ends: a line's end, or the bracket that closes it. */
  private value(attribute: string, nesting: readonly Nesting[], close: Close, indent: number): void {
    const { scanner, offset } = this
    const inner = [...nesting]
    const keys: string[] = []
    let isDone = false
    let last: (Span & { text: string }) | undefined
    if (inner.length > maxDepth) return
    for (;;) {
      const start = scanner.at
      const isOver = this.space(close, indent)
      const at = scanner.at
      const isKey =
        close === 'object' && inner.at(-1)?.kind === 'object' && (inner.at(-1) as { key?: string }).key === undefined
      if (!isDone && this.isAt(start, scanner.atWord() || scanner.peek('"') ? at - 1 : at)) {
        const empty = { attribute, nesting: [...inner], start: offset, end: offset }
        this.claim(isKey ? { kind: 'key', keys, ...empty } : { kind: 'expression', ...empty })
      }
      if (isOver || scanner.atEnd()) return
      const setKey = (key: string | undefined): void => {
        if (close === 'object') inner[inner.length - 1] = { kind: 'object', key }
      }
      if (close === 'object' && scanner.passedNewline) {
        setKey(undefined)
        isDone = false
        if (this.isAt(at, at) && !scanner.atWord() && !scanner.peek('"')) {
          this.claim({ kind: 'key', keys, attribute, nesting: [...inner], start: offset, end: offset })
        }
      }
      const wantsKey = close === 'object' && (inner.at(-1) as { key?: string } | undefined)?.key === undefined
      const word = scanner.traversal()
      if (word !== undefined) {
        if (this.isAt(word.start, word.end)) {
          const spot = { attribute, nesting: [...inner], start: word.start, end: word.end }
          this.claim(wantsKey ? { kind: 'key', keys, ...spot } : { kind: 'expression', ...spot })
        }
        last = word
        isDone = true
        continue
      }
      const before = last
      last = undefined
      if (scanner.number()) {
        if (this.isAt(at, scanner.at)) this.claim(undefined)
        isDone = true
      } else if (scanner.peek('"')) {
        const end = this.text(attribute, inner)
        last = { text: scanner.text.slice(at + 1, end), start: at, end: scanner.at }
        isDone = true
      } else if (scanner.heredocStart()) {
        this.heredoc(attribute, inner)
        isDone = true
      } else if (scanner.peek('=>')) {
        scanner.at += 2
        isDone = false
      } else if (close === 'object' && wantsKey && (scanner.peek('=') || scanner.peek(':')) && !scanner.peek('==')) {
        scanner.at += 1
        const key = before?.text ?? ''
        keys.push(key)
        setKey(key)
        isDone = false
      } else if (scanner.take('(')) {
        const isCall = before !== undefined && before.end === at && scanner.text[before.start] !== '"'
        this.value(
          attribute,
          [...inner, isCall ? { kind: 'call', name: before.text, argument: 0 } : { kind: 'parentheses' }],
          'call',
          indent,
        )
        isDone = true
      } else if (scanner.take('[')) {
        this.value(attribute, [...inner, { kind: isDone ? 'index' : 'list' }], 'list', indent)
        isDone = true
      } else if (scanner.take('{')) {
        this.value(attribute, [...inner, { kind: 'object', key: undefined }], 'object', indent)
        isDone = true
      } else if (/[\])}]/.test(scanner.char())) {
        const isOwn = closers[close].includes(scanner.char())
        // A bracket that closes something else is left to whom it belongs to.
        if (!isOwn && (close !== 'line' || scanner.peek('}'))) return
        scanner.at += 1
        if (isOwn) return
      } else if (scanner.take(',')) {
        isDone = false
        setKey(undefined)
        const call = inner.at(-1)
        if (call?.kind === 'call') inner[inner.length - 1] = { ...call, argument: call.argument + 1 }
      } else {
        scanner.at += 1
        isDone = false
      }
    }
  }

  /** Passes space within an expression; true where the expression is over. */
  private space(close: Close, indent: number): boolean {
    const { scanner } = this
    scanner.passedNewline = false
    for (;;) {
      scanner.spaces()
      const comment = scanner.at
      if (scanner.blockComment()) {
        if (this.isAt(comment + 1, scanner.at)) this.claim(undefined)
        continue
      }
      if (close === 'line' && (scanner.atNewline() || scanner.atLineComment())) return true
      if (scanner.comment()) {
        if (this.isAt(comment + 1, scanner.at)) this.claim(undefined)
      } else if (scanner.newline()) {
        if (close === 'template' || this.isBroken(close, indent)) return true
        scanner.passedNewline = true
      } else return false
    }
  }

  /** Whether the line that begins here belongs to the block around: then a bracket has been left open. */
  private isBroken(close: Close, indent: number): boolean {
    const { scanner } = this
    const { text } = scanner
    const own = indentation(text, scanner.at)
    const first = text.charAt(scanner.at + own)
    if (first === '}') return own < indent || close !== 'object'
    if (!startsItem(text, scanner.at + own)) return false
    return own <= indent || close === 'list' || close === 'call'
  }

  /** Passes a quoted text with what is put into it; where its content ends. */
  private text(attribute: string, nesting: readonly Nesting[]): number {
    const { scanner } = this
    const start = scanner.at + 1
    const claimed = this.found
    const full = scanner.quotedEnd()
    scanner.at = start
    while (scanner.at < full) {
      const sequence = scanner.sequenceStart()
      if (sequence === 0) {
        scanner.textUnit()
        continue
      }
      if (this.isAt(start, scanner.at)) break
      scanner.at += sequence
      this.value(attribute, [...nesting, { kind: 'template' }], 'template', 0)
    }
    if (claimed === undefined && this.isAt(start, full))
      this.claim({ kind: 'text', attribute, nesting: [...nesting], start, end: full })
    scanner.at = full
    scanner.take('"')
    return full
  }

  private heredoc(attribute: string, nesting: readonly Nesting[]): void {
    const { scanner } = this
    const start = scanner.at
    const end = scanner.heredocEnd()
    scanner.passLine()
    while (scanner.at < end) {
      const sequence = scanner.sequenceStart()
      if (sequence === 0) scanner.textUnit()
      else {
        scanner.at += sequence
        this.value(attribute, [...nesting, { kind: 'template' }], 'template', 0)
      }
    }
    if (this.isAt(start, end)) this.claim(undefined)
    scanner.at = Math.max(scanner.at, end)
  }
}

/** Deeper than HCL may be nested, nothing is looked at. */
const maxDepth = 40

type Close = 'line' | 'list' | 'call' | 'object' | 'template'
const closers: Readonly<Record<Close, string>> = { line: '', list: ']', call: ')', object: '}', template: '}' }

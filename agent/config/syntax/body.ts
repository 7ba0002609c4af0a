import type { Attribute, Block, Body, Label } from './ast.ts'
import { readExpression } from './expression.ts'
import { hoist, nextDedented } from './hoist.ts'
import { Reader, SyntaxMistake, TooDeep } from './reader.ts'
import { recover } from './recover.ts'
import type { Source, Span } from './source.ts'
import { readLabel } from './template.ts'

/** The blocks that one file may hold. */
export const maxBlocks = 250_000

/** Where the reader gave an item up, and the stretch that it left out; the latter is missing where nothing was. */
export interface Gap {
  mistake: SyntaxMistake
  region?: Span
  /** Something was open to the end of the file, which is where HashiCorp's parser says so. */
  toEnd?: boolean
}

export interface Reading {
  body: Body
  /** In the order of the file; empty for a well-formed one. */
  gaps: Gap[]
  /** The file passes a bound and is not looked at any further. */
  refused: boolean
}

/** Reads a whole file; after a mistake it goes on with the next item, so that the rest can still be checked. */
export function readFile(source: Source): Reading {
  const reader = new Reader(source.text)
  const state: State = { reader, gaps: [], blocks: 0 }
  try {
    const body = readBody(state, undefined)
    const isUnclosed = state.gaps.some(({ region }) => region === undefined)
    if (isUnclosed) hoist(body, source.text)
    return { body, gaps: state.gaps, refused: false }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    return { body: { items: [], complete: false }, gaps: [{ mistake: error }], refused: true }
  }
}

/** One item of a file, read by itself. */
export interface ReadItem {
  item: Attribute | Block
  /** Behind the end of its last line. */
  end: number
  /** The blocks that it is and holds. */
  blocks: number
}

/** The item that a text begins with, and nothing where that is not well-formed or is not all of its last line. */
export function readFirst(text: string): ReadItem | undefined {
  const reader = new Reader(text)
  const state: State = { reader, gaps: [], blocks: 0 }
  const body: Body = { items: [], complete: true }
  try {
    readItem(state, body)
    reader.passLineEnd()
  } catch (error) {
    if (!(error instanceof SyntaxMistake)) throw error
    return undefined
  }
  const [item] = body.items
  return item === undefined || state.gaps.length > 0 ? undefined : { item, end: reader.at, blocks: state.blocks }
}

interface State {
  reader: Reader
  gaps: Gap[]
  blocks: number
}

/** The items of a file, or of the block whose brace stands at `open`. */
function readBody(state: State, open: number | undefined): Body {
  const { reader } = state
  const body: Body = { items: [], complete: true }
  let attributeCount = 0
  for (;;) {
    const start = reader.at
    try {
      reader.skip()
      if (reader.atEnd()) return endBody(state, body, open)
      if (reader.atLineEnd()) reader.passLineEnd()
      else if (open !== undefined && reader.take('}')) return body
      else {
        readItem(state, body)
        if (body.items.at(-1)?.kind === 'attribute') attributeCount += 1
        reader.part(attributeCount)
      }
    } catch (error) {
      if (!(error instanceof SyntaxMistake) || error instanceof TooDeep) throw error
      body.complete = false
      const toEnd = reader.atEnd()
      recover(reader, start)
      state.gaps.push({ mistake: error, region: { start, end: reader.at }, toEnd })
    }
  }
}

function endBody(state: State, body: Body, open: number | undefined): Body {
  if (open === undefined) return body
  const before = nextDedented(state.reader.text, open)
  const suggestion = before === undefined ? undefined : `Put "}" before line ${before}.`
  state.gaps.push({ mistake: state.reader.mistake('This block is not closed.', open, suggestion) })
  return body
}

function readItem(state: State, body: Body): void {
  const { reader } = state
  const name = reader.identifier()
  if (name === undefined) throw reader.mistake('Expected the name of an attribute or of a block.')
  reader.skip()
  const isAttribute = reader.peek('=') && !reader.peek('==')
  if (isAttribute) body.items.push(readAttribute(reader, name))
  else readBlock(state, body, name)
  reader.skip()
  if (reader.atLineEnd()) return
  // Of `command = node app.js` the word alone is no value that anything should be said about.
  if (isAttribute && !isClosed(body.items.at(-1))) body.items.pop()
  throw reader.mistake('Expected a new line here.')
}

/** A value that shows where it ends: what follows it is then the only mistake. */
function isClosed(item: Attribute | Block | undefined): boolean {
  return item?.kind === 'attribute' && ['literal', 'template', 'list', 'object'].includes(item.value.kind)
}

function readAttribute(reader: Reader, name: { name: string; start: number; end: number }): Attribute {
  reader.take('=')
  const value = readExpression(reader)
  const nameSpan = { start: name.start, end: name.end }
  return { kind: 'attribute', name: name.name, nameSpan, value, start: name.start, end: value.end }
}

function readBlock(state: State, parent: Body, name: { name: string; start: number; end: number }): void {
  const { reader } = state
  state.blocks += 1
  if (state.blocks > maxBlocks) {
    throw new TooDeep(`More than ${maxBlocks.toLocaleString('en')} blocks in one file.`, name)
  }
  const labels = readLabels(reader)
  const open = passBrace(state, name)
  const block: Block = {
    kind: 'block',
    type: name.name,
    typeSpan: { start: name.start, end: name.end },
    labels,
    body: { items: [], complete: true },
    start: name.start,
    end: reader.at,
  }
  parent.items.push(block)
  reader.skip()
  block.body = reader.atLineEnd()
    ? reader.nested(true, () => readBody(state, open))
    : reader.nested(true, () => readOneLine(reader))
  block.end = reader.at
}

/** Passes a block's opening brace, and says where it is; one on the next line is a mistake whose meaning is clear. */
function passBrace(state: State, name: Span): number {
  const { reader } = state
  reader.skip()
  const open = reader.at
  if (reader.take('{')) return open
  const mistake = reader.mistake('Expected "=" and a value, or "{" and a block.')
  reader.nested(false, () => reader.skip())
  if (!reader.peek('{')) {
    reader.at = open
    throw mistake
  }
  reader.at += 1
  state.gaps.push({ mistake: new SyntaxMistake('The "{" of a block stands on the line of its name.', name) })
  return reader.at - 1
}

/** `{}` or `{ name = value }`: what stands on one line with its braces is at most one attribute. */
function readOneLine(reader: Reader): Body {
  const body: Body = { items: [], complete: true }
  if (reader.take('}')) return body
  const name = reader.identifier()
  if (name === undefined) throw reader.mistake('Expected the name of an attribute, or "}".')
  reader.skip()
  if (!reader.peek('=')) throw reader.mistake('A block on one line holds at most one attribute.')
  body.items.push(readAttribute(reader, name))
  reader.expect('}', 'Expected "}" after the one attribute of this line.')
  return body
}

function readLabels(reader: Reader): Label[] {
  const labels: Label[] = []
  for (;;) {
    reader.step(labels.length)
    reader.skip()
    if (reader.peek('"')) labels.push(readLabel(reader))
    else {
      const word = reader.identifier()
      if (word === undefined) return labels
      labels.push({ text: word.name, start: word.start, end: word.end })
    }
  }
}

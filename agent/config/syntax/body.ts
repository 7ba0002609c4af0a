import type { Attribute, Block, Body, Label } from './ast.ts'
import { readExpression } from './expression.ts'
import { Reader, SyntaxMistake, TooDeep } from './reader.ts'
import { recover } from './recover.ts'
import type { Source } from './source.ts'
import { readLabel } from './template.ts'

/** The blocks that one file may hold. */
export const maxBlocks = 250_000

export interface Reading {
  body: Body
  /** Where the reader gave an item up, in order. Empty for a well-formed file. */
  mistakes: SyntaxMistake[]
  /** The file passes a bound and is not looked at any further. */
  refused: boolean
}

/** Reads a whole file; after a mistake it goes on with the next item, so that the rest can still be checked. */
export function readFile(source: Source): Reading {
  const reader = new Reader(source.text)
  const state: State = { reader, mistakes: [], blocks: 0 }
  try {
    const body = readBody(state, undefined)
    return { body, mistakes: state.mistakes, refused: false }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    return { body: { items: [], complete: false }, mistakes: [error], refused: true }
  }
}

interface State {
  reader: Reader
  mistakes: SyntaxMistake[]
  blocks: number
}

function readBody(state: State, open: number | undefined): Body {
  const { reader } = state
  const body: Body = { items: [], complete: true }
  for (;;) {
    const start = reader.at
    try {
      reader.skip()
      if (reader.atEnd()) {
        if (open !== undefined) throw reader.mistake('This block is not closed.', open)
        return body
      }
      if (reader.atLineEnd()) reader.passLineEnd()
      else if (open !== undefined && reader.take('}')) return body
      else readItem(state, body)
    } catch (error) {
      if (!(error instanceof SyntaxMistake) || error instanceof TooDeep) throw error
      state.mistakes.push(error)
      body.complete = false
      if (reader.atEnd()) return body
      recover(reader, start)
    }
  }
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
  if (!reader.atLineEnd()) throw reader.mistake('Expected a new line here.')
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
  const open = reader.at
  reader.expect('{', 'Expected "=" and a value, or "{" and a block.')
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

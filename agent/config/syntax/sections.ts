import type { Attribute, Block } from './ast.ts'
import { maxBlocks, type ReadItem, readFirst } from './body.ts'
import { Kept } from './kept.ts'
import { Reader, SyntaxMistake } from './reader.ts'
import { Source } from './source.ts'

/**
 * An attribute or a block at the top of a file with the lines that it takes. It is the same object as long as file, line
 * and text are the same, so that what was made of it can be kept with it.
 */
export interface Section {
  /** Its own lines, at their place in the file. */
  source: Source
  /** Its spans are of those lines. */
  item: Attribute | Block
}

export interface Cut {
  sections: Section[]
  /** The same, as heads of the file: where each begins in it. */
  heads: (Attribute | Block)[]
}

interface Known extends ReadItem {
  text: string
}

/** Characters of text that are kept, as items by their first line and as sections. A section takes some fifty bytes for each. */
const maxKept = 3 * 2 ** 20
const items = new Kept<readonly Known[]>(maxKept)
const sections = new Kept<Section>(maxKept)
/** The texts that begin with the same line of which the items are kept: of one that is typed in, the last ones. */
const maxAlike = 4
/** What this many attributes make of a file is for the whole reading to say. */
const maxAttributes = 1000

/**
 * A file as its items, of which those are read that were not there before. Undefined where that is not the same as
 * reading the whole: with any mistake, and near its bounds.
 */
export function cutFile(source: Source): Cut | undefined {
  const { text } = source
  const cut: Cut = { sections: [], heads: [] }
  let blocks = 0
  let attributes = 0
  let line = 0
  for (let at = 0; at < text.length; ) {
    const blankEnd = passBlank(text, at)
    if (blankEnd !== undefined) {
      line += countLines(text, at, blankEnd)
      at = blankEnd
      continue
    }
    const known = readAt(text, at)
    if (known === undefined) return undefined
    const { item } = known
    blocks += known.blocks
    attributes += item.kind === 'attribute' ? 1 : 0
    if (blocks > maxBlocks || attributes > maxAttributes) return undefined
    const section = sectionOf(known, source.file, line)
    cut.sections.push(section)
    cut.heads.push({ ...item, start: at + item.start, end: at + item.end })
    line += section.source.lineCount - 1
    at += known.end
  }
  return cut
}

/** Behind a line that says nothing, or behind a comment; undefined where an item begins. */
function passBlank(text: string, at: number): number | undefined {
  const unit = text.charCodeAt(at)
  // Most lines begin with a word, which needs no look at what may come before one.
  if (unit >= 0x61 && unit <= 0x7a) return undefined
  const reader = new Reader(text)
  reader.at = at
  try {
    reader.skip()
    if (!reader.atLineEnd()) return undefined
    reader.passLineEnd()
    return reader.at
  } catch (error) {
    if (!(error instanceof SyntaxMistake)) throw error
    // A comment that is not closed; reading an item there comes upon the same.
    return undefined
  }
}

function readAt(text: string, at: number): Known | undefined {
  const newline = text.indexOf('\n', at)
  const isLast = newline === -1
  const firstLine = text.slice(at, isLast ? text.length : newline)
  const alike = items.get(firstLine) ?? []
  // An item is read from left to right to the end of its last line, whatever follows.
  const before = alike.find((known) => text.startsWith(known.text, at))
  if (before?.text.endsWith('\n')) return before
  const read = readFirst(text.slice(at))
  if (read === undefined) return undefined
  // Copied, for a slice would keep the whole text that it is of.
  const own = Buffer.from(text.slice(at, at + read.end), 'utf16le').toString('utf16le')
  const known: Known = { ...read, text: own }
  const kept = [known, ...alike].slice(0, maxAlike)
  items.set(
    firstLine,
    kept,
    kept.reduce((sum, each) => sum + each.text.length, 0),
  )
  return known
}

function sectionOf({ text, item }: Known, file: string, above: number): Section {
  const key = `${file}\0${above}\0${text}`
  const section = sections.get(key) ?? { source: new Source(file, text, above), item }
  sections.set(key, section, text.length)
  return section
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

import { Source } from '../syntax/source.ts'
import { bracketChange, isSpaced } from './spacing.ts'
import { type Token, tokenLines } from './tokens.ts'

/** A line apart: what precedes `=`, from `=` on where the whole value stands on the line, and the comment at its end. */
interface Line {
  indent: number
  lead: string
  assign: string
  comment: string
  isBlank: boolean
}

/**
 * A well-formed file as HashiCorp's formatter would have it: two spaces for each level, `=` and comments of lines that
 * follow one another below each other, never more than one empty line. What is in texts and comments stays as it is.
 */
export function formatText(text: string): string {
  const source = new Source('', text)
  const newline = newlineOf(source.text)
  const tokens = tokenLines(source)
  const indents = indentsOf(tokens)
  const lines = squeeze(tokens.map((line, index) => cutLine(line, indents[index] ?? 0)))
  align(lines, 'assign', ({ lead }) => width(lead))
  align(lines, 'comment', ({ lead, assign }) => width(lead + assign))
  const written = lines.map(({ indent, lead, assign, comment, isBlank }) =>
    isBlank ? '' : `${' '.repeat(indent)}${lead}${assign}${comment}`,
  )
  return source.mark + written.map((line) => line + newline).join('')
}

/** The line end that most lines have. Texts of several lines keep theirs, so it must not hang on a single one. */
function newlineOf(text: string): string {
  const all = text.split('\n').length - 1
  const returned = text.split('\r\n').length - 1
  return returned > all - returned ? '\r\n' : '\n'
}

/** A line that opens several brackets is one level; it ends with the line that closes the last of them. */
function indentsOf(lines: readonly Token[][]): number[] {
  const open: number[] = []
  return lines.map((line) => {
    const change = line.reduce((sum, token) => sum + bracketChange(token), 0)
    for (let closed = -change; closed > 0; ) {
      const last = open.pop()
      if (last === undefined) break
      if (last > closed) open.push(last - closed)
      closed -= last
    }
    const indent = 2 * open.length
    if (change > 0) open.push(change)
    return indent
  })
}

function cutLine(tokens: readonly Token[], indent: number): Line {
  const last = tokens.at(-1)
  const hasComment = tokens.length > 1 && (last?.kind === 'line-comment' || last?.kind === 'comment')
  const words = hasComment ? tokens.slice(0, -1) : tokens
  const at = words.findIndex(({ kind, text }, index) => index > 0 && kind === 'sign' && text === '=')
  const isWhole = at !== -1 && words.slice(at).reduce((sum, token) => sum + bracketChange(token), 0) === 0
  const end = isWhole ? at : words.length
  return {
    indent,
    lead: join(words, 0, end),
    assign: isWhole ? ` ${join(words, end, words.length)}` : '',
    comment: hasComment ? ` ${last?.text ?? ''}` : '',
    isBlank: tokens.length === 0,
  }
}

function join(tokens: readonly Token[], from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index += 1) {
    const [before, left, right] = [tokens[index - 2], tokens[index - 1], tokens[index]]
    if (right === undefined) break
    if (index > from && left !== undefined && isSpaced(left, right, before)) text += ' '
    text += right.text
  }
  return text
}

/** No empty line at either end of the file, and never two. */
function squeeze(lines: readonly Line[]): Line[] {
  const end = lines.findLastIndex(({ isBlank }) => !isBlank) + 1
  return lines.filter(({ isBlank }, index) => !isBlank || (index < end && lines[index - 1]?.isBlank === false))
}

/** Pads what follows `lead` so that lines next to one another have it in the same column. */
function align(lines: Line[], cell: 'assign' | 'comment', widthOf: (line: Line) => number): void {
  let start = 0
  const close = (end: number): void => {
    const chain = lines.slice(start, end)
    const widest = Math.max(0, ...chain.map((line) => line.indent + widthOf(line)))
    for (const line of chain) line[cell] = ' '.repeat(widest - line.indent - widthOf(line)) + line[cell]
    start = end + 1
  }
  for (const [index, line] of lines.entries()) if (line[cell] === '') close(index)
  close(lines.length)
}

/** In characters as a terminal shows them; of several lines, the last. */
function width(text: string): number {
  const line = text.slice(text.lastIndexOf('\n') + 1)
  return /^[\x20-\x7e]*$/.test(line) ? line.length : [...graphemes.segment(line)].length
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

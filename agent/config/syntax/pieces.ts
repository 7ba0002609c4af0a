import type { Attribute, Block } from './ast.ts'
import type { Reading } from './body.ts'
import { judge } from './judge.ts'
import { Source, type Span } from './source.ts'

/**
 * What of a file still has to be judged as a whole: it is empty where HashiCorp's parser takes every piece. A file is cut
 * between blocks that our reader found whole, so that after a key is typed only the few blocks around it are read again.
 * A piece that the parser takes by itself it also takes in its place, since it reads from left to right; so what comes
 * before the first mistake can be left out. What is wrong, and where, is still found in the rest as one text.
 */
export async function withoutAccepted(
  { file, text }: Source,
  { items, gaps }: { items: readonly (Attribute | Block)[]; gaps: Reading['gaps'] },
): Promise<string> {
  if (hasRepeatedAttribute(items)) return text
  const limit = firstMistake(gaps)
  let accepted = 0
  for (const { start, end } of piecesOf(text, items)) {
    if (limit !== undefined && end > limit) break
    const errors = await judge(new Source(file, text.slice(start, end)))
    if (errors.length > 0) break
    accepted = end
  }
  if (accepted === text.length) return ''
  return text.slice(0, accepted).replace(/[^\r\n]+/g, (line) => ' '.repeat(line.length)) + text.slice(accepted)
}

/** Attributes of the file itself are the one thing that pieces have in common. */
function hasRepeatedAttribute(items: readonly (Attribute | Block)[]): boolean {
  const names = items.flatMap((item) => (item.kind === 'attribute' ? [item.name] : []))
  return new Set(names).size < names.length
}

function firstMistake(gaps: Reading['gaps']): number | undefined {
  const starts = gaps.map(({ mistake, region }) =>
    Math.min(mistake.span.start, region?.start ?? Number.POSITIVE_INFINITY),
  )
  return starts.length === 0 ? undefined : starts.reduce((a, b) => Math.min(a, b))
}

/** The blocks that a piece has on average. */
const blocksInPiece = 8

/** Stretches that together are the text. Where one ends is told by its words and not by its number, so that an insertion moves no other end. */
function piecesOf(text: string, items: readonly (Attribute | Block)[]): Span[] {
  const pieces: Span[] = []
  let start = 0
  for (const item of items) {
    if (item.kind !== 'block' || item.start === 0 || !isEnd(item)) continue
    pieces.push({ start, end: item.start })
    start = item.start
  }
  pieces.push({ start, end: text.length })
  return pieces
}

function isEnd({ type, labels }: Block): boolean {
  let sum = 0
  for (const letter of labels[0]?.text ?? type) sum += letter.codePointAt(0) ?? 0
  return sum % blocksInPiece === 0
}

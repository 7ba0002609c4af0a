import type { Attribute, Block } from './ast.ts'
import type { Gap, Reading } from './body.ts'
import { judge } from './judge.ts'
import { Source, type Span } from './source.ts'

/**
 * What of a file still has to be judged as a whole, with spaces in place of the rest: it is empty where HashiCorp's parser
 * takes every piece. A file is cut between blocks that our reader found whole, so that after a key is typed only the few
 * blocks around it are read again. A piece that the parser takes by itself it also takes in its place, since it reads from
 * left to right; unless it has lost its way before, in which case all that follows is left as it is. What is wrong, and
 * where, is still found in the rest as one text.
 */
export async function withoutAccepted(
  { file, text }: Source,
  { items, gaps }: { items: readonly (Attribute | Block)[]; gaps: Reading['gaps'] },
): Promise<string> {
  if (hasRepeatedAttribute(items)) return text
  let rest = ''
  let isWrong = false
  for (const { start, end } of piecesOf(text, items)) {
    const piece = text.slice(start, end)
    const inside = gaps.filter((gap) => startOf(gap) >= start && startOf(gap) < end)
    const errors = inside.length > 0 ? undefined : await judge(new Source(file, piece))
    if (errors?.length === 0) {
      rest += blanked(piece)
      continue
    }
    isWrong = true
    if (!inside.every(isClosed) || !(await findsItsWay(file, piece))) return rest + text.slice(start)
    rest += piece
  }
  return isWrong ? rest : ''
}

/** Spaces in place of everything but line ends, so that every other position stays what it is. */
export function blanked(text: string): string {
  return text.replace(/[^\r\n]+/g, (line) => ' '.repeat(line.length))
}

/** Whether HashiCorp's parser, after what is wrong in a piece, goes on with what follows as it would without. */
async function findsItsWay(file: string, piece: string): Promise<boolean> {
  const text = piece.endsWith('\n') ? piece : `${piece}\n`
  const errors = await judge(new Source(file, text + once + once))
  return errors.some(({ start }) => start === text.length + once.length)
}

/** Wrong the second time, where the parser looks for items, and nowhere else; that it tells whatever was wrong before. */
const once = 'hxe_looks_for_items = 1\n'

/** What is open to the end of the file has no end in its piece either. */
function isClosed({ region, toEnd }: Gap): boolean {
  return region !== undefined && toEnd !== true
}

/** Attributes of the file itself are the one thing that pieces have in common. */
function hasRepeatedAttribute(items: readonly (Attribute | Block)[]): boolean {
  const names = items.flatMap((item) => (item.kind === 'attribute' ? [item.name] : []))
  return new Set(names).size < names.length
}

function startOf({ mistake, region }: Gap): number {
  return Math.min(mistake.span.start, region?.start ?? Number.POSITIVE_INFINITY)
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

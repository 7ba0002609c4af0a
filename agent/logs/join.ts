import type { Position } from './cursor.ts'
import type { Batch, ScanRange } from './scan.ts'
import { longestTextBytes, type ScannedLine } from './window.ts'

/** A record of many lines ends here, whatever its pattern says. */
export const longestJoin = 1000

/**
 * Joins lines that belong to the record before them, as a service's `multiline` says: `isFirst` tells the line that
 * begins one. A joined line has the number of its first.
 */
export function* joinRecords(
  batches: Iterable<Batch>,
  isFirst: (text: string) => boolean,
  backward: ScanRange['backward'],
): Generator<Batch> {
  // Lines of one record that were passed already; read backwards, the newest first.
  let pending: ScannedLine[] = []
  let frontier: Position | undefined
  for (const batch of batches) {
    const lines: ScannedLine[] = []
    for (const line of batch.lines) {
      const first = isFirst(line.text)
      const other = pending[0] !== undefined && pending[0].stderr !== line.stderr
      if (pending.length > 0 && ((first && !backward) || other || pending.length >= longestJoin)) {
        lines.push(joined(pending, backward))
        pending = []
      }
      pending.push(line)
      if (!first || !backward) continue
      lines.push(joined(pending, backward))
      pending = []
    }
    frontier = batch.frontier
    yield { lines, frontier: pending[0] ? placeBefore(pending[0], backward) : frontier }
  }
  if (pending.length > 0 && frontier) yield { lines: [joined(pending, backward)], frontier }
}

/** A scan that ends here begins the next time with the lines that are pending now. */
function placeBefore(line: ScannedLine, backward: boolean): Position {
  return { order: line.order, seq: backward ? line.seq + 1 : line.seq - 1 }
}

function joined(lines: readonly ScannedLine[], backward: boolean): ScannedLine {
  const ordered = backward ? [...lines].reverse() : lines
  const first = ordered[0] as ScannedLine
  const last = ordered.at(-1) as ScannedLine
  if (first === last) return first
  const text = ordered.map((line) => line.text).join('\n')
  return {
    ...first,
    text: text.slice(0, longestTextBytes),
    truncated: text.length > longestTextBytes || ordered.some((line) => line.truncated),
    end: { order: last.order, seq: last.seq },
  }
}

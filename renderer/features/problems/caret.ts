import type { Diagnostic } from '../../../contract/index.ts'

export interface Excerpt {
  before: string
  marked: string
  after: string
}

/**
 * The line of a diagnostic, cut into what is marked and what is not. Columns start at 1 and count code points, the end
 * is exclusive; a place past the end of the line marks one column.
 */
export function excerptOf({ source, line, column, endLine, endColumn }: Diagnostic): Excerpt | null {
  if (source === undefined) return null
  const points = [...source]
  const from = Math.min(points.length, Math.max(0, column - 1))
  const end = endLine > line ? points.length : endColumn - 1
  const to = Math.min(points.length, Math.max(end, from + 1))
  const marked = points.slice(from, to).join('')
  return {
    before: points.slice(0, from).join(''),
    marked: marked === '' ? ' ' : marked,
    after: points.slice(to).join(''),
  }
}

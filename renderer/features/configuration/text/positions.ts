import type { Text } from '@codemirror/state'

/** A place as the agent tells it: both start at 1, columns count code points. */
export interface LineColumn {
  line: number
  column: number
}

/** Where a place is in a text that begins with `firstLine` of its file; one beyond its end is its end. */
export function offsetAt(doc: Text, { line: given, column }: LineColumn, firstLine = 1): number {
  const line = given - firstLine + 1
  if (line > doc.lines) return doc.length
  const { from, text } = doc.line(Math.max(1, line))
  let offset = 0
  for (let left = column - 1; left > 0 && offset < text.length; left--) offset += unitsAt(text, offset)
  return from + offset
}

export function placeAt(doc: Text, given: number, firstLine = 1): LineColumn {
  const offset = Math.min(given, doc.length)
  const { from, number, text } = doc.lineAt(offset)
  let column = 1
  for (let at = 0; at < offset - from; at += unitsAt(text, at)) column += 1
  return { line: number + firstLine - 1, column }
}

const unitsAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

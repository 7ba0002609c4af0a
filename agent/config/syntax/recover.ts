import type { Reader } from './reader.ts'

/**
 * Goes on after a mistake: at the first later line that is indented no deeper than the item in which it happened and does
 * not close something of that item's. Indentation is what a person meant; brackets are what may be wrong.
 */
export function recover(reader: Reader, itemStart: number): void {
  const { text } = reader
  const limit = indentation(text, itemStart)
  // At least one line is passed, so that the same mistake is never met twice.
  for (let at = nextLine(text, Math.max(reader.at, itemStart)); ; at = nextLine(text, at)) {
    reader.at = at
    if (at >= text.length) return
    const indent = indentation(text, at)
    const first = text.charCodeAt(at + indent)
    const isBlank = Number.isNaN(first) || first === 0x0a || first === 0x0d
    if (isBlank || indent > limit) continue
    const closes = first === 0x7d || first === 0x5d || first === 0x29
    if (!closes || indent < limit) return
  }
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

function indentation(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at - 1) + 1
  const first = start
  while (text[start] === ' ' || text[start] === '\t') start += 1
  return start - first
}

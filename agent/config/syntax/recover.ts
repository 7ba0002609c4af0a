import type { Reader } from './reader.ts'

/**
 * Goes on after a mistake: at the first later line that is indented no deeper than the item in which it happened and does
 * not close something of that item's. Indentation is what a person meant; brackets are what may be wrong.
 */
export function recover(reader: Reader, itemStart: number): void {
  const { text } = reader
  const limit = indentation(text, itemStart)
  const accepts = acceptance(reader, itemStart)
  for (let at = firstLine(reader, itemStart); ; at = nextLine(text, at)) {
    reader.at = at
    if (at >= text.length) return
    const indent = indentation(text, at)
    const first = text.charAt(at + indent)
    if (first === '\n' || first === '\r' || first === '' || indent > limit) continue
    const closes = '}])'.includes(first)
    if (closes ? indent < limit : accepts(at + indent)) return
  }
}

/** The first line that may be gone on with; always one after the item's first, so that no mistake is met twice. */
function firstLine(reader: Reader, itemStart: number): number {
  const { text } = reader
  // What is open to the end of the file was meant to end somewhere before: every line is looked at.
  if (reader.atEnd()) return nextLine(text, itemStart)
  const line = text.lastIndexOf('\n', reader.at - 1) + 1
  const beginsLine = line > nextLine(text, itemStart) - 1 && text.slice(line, reader.at).trim() === ''
  return beginsLine ? line : nextLine(text, Math.max(reader.at, itemStart))
}

const itemPattern = /[\p{L}_][\p{L}\p{Nd}_-]*[ \t]*(?:=[^=]|\{|"[^"\n]*"[ \t]*\{)/uy
const labelledPattern = /[\p{L}_][\p{L}\p{Nd}_-]*[ \t]*"[^"\n]*"[ \t]*\{/uy

/** What is taken for the next item: after something open to the end, only what is plainly one and not more of its text. */
function acceptance(reader: Reader, itemStart: number): (at: number) => boolean {
  const { text } = reader
  if (!reader.atEnd()) return () => true
  const isHeredoc = /<<-?[\p{L}_]/u.test(text.slice(itemStart, nextLine(text, itemStart)))
  const pattern = isHeredoc ? labelledPattern : itemPattern
  return (at) => {
    pattern.lastIndex = at
    return pattern.test(text)
  }
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

/** How far the line of an offset is indented. */
export function indentation(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at - 1) + 1
  const first = start
  while (text[start] === ' ' || text[start] === '\t') start += 1
  return start - first
}

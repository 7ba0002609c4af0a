import type { FlatPart } from './flat.ts'

/** What Go takes for a space, as a character class without its brackets; JavaScript's `\s` differs in two characters. */
export const space = '\\t\\n\\v\\f\\r \\u0085\\p{Z}'
const leading = new RegExp(`^[${space}]+`, 'u')
const trailing = new RegExp(`[${space}]+$`, 'u')

/** Takes away the space that a `~` strips from the text beside it: in a heredoc, of which each line is a text, only in that line. */
export function strip(parts: readonly FlatPart[]): FlatPart[] {
  return parts.map((part, index) => {
    if (part.kind !== 'text') return part
    let { text } = part
    if (parts[index - 1]?.stripRight === true) text = text.replace(leading, '')
    if (parts[index + 1]?.stripLeft === true) text = text.replace(trailing, '')
    return { ...part, text }
  })
}

/** Takes from each line of a `<<-` heredoc the indentation of its least indented line; blank lines stay as they are. */
export function dedent(parts: readonly FlatPart[]): FlatPart[] {
  const indents = parts.map((part, index) => indentOf(part, parts[index - 1]))
  const least = indents.reduce<number>((min, indent) => Math.min(min, indent ?? min), Number.POSITIVE_INFINITY)
  return parts.map((part, index) => {
    if (part.kind !== 'text' || indents[index] === undefined) return part
    return { ...part, text: part.text.slice(least) }
  })
}

/** How far the line that a part begins is indented; nothing for what begins no line, and for a blank line. */
function indentOf(part: FlatPart, before: FlatPart | undefined): number | undefined {
  const beginsLine = before === undefined || (before.kind === 'text' && before.text.endsWith('\n'))
  if (!beginsLine) return undefined
  if (part.kind !== 'text') return 0
  const indent = leading.exec(part.text)?.[0].length ?? 0
  return indent === part.text.length && part.text.endsWith('\n') ? undefined : indent
}

/** Puts texts that follow one another together, and leaves out what nothing is left of. */
export function join(parts: readonly FlatPart[]): FlatPart[] {
  const joined: FlatPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part.kind !== 'text' || last?.kind !== 'text') joined.push(part)
    else joined[joined.length - 1] = { ...last, text: last.text + part.text, end: part.end }
  }
  const filled = joined.filter((part) => part.kind !== 'text' || part.text !== '')
  // One interpolation alone is its value; beside an empty text it is a text, and stays beside one.
  const [first] = filled
  const isAlone = filled.length === 1 && first?.kind === 'interpolation' && joined.length > 1
  return isAlone ? [...filled, { kind: 'text', text: '', start: first.end, end: first.end }] : filled
}

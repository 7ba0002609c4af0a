import type { FlatPart } from './template.ts'

/** Takes away the space that a `~` beside a text strips: up to and with the nearest line end, as HCL does it. */
export function strip(parts: FlatPart[]): FlatPart[] {
  return parts.map((part, index) => {
    if (part.kind !== 'text') return part
    let { text } = part
    if (parts[index - 1]?.stripRight === true) text = text.replace(/^\s+/u, '')
    if (parts[index + 1]?.stripLeft === true) text = text.replace(/\s+$/u, '')
    return { ...part, text }
  })
}

/** Takes from each line of a `<<-` heredoc the indentation that its least indented line has. */
export function dedent(parts: FlatPart[]): FlatPart[] {
  let least = Number.POSITIVE_INFINITY
  eachLine(parts, (line) => {
    least = Math.min(least, line.length - line.trimStart().length)
    return line
  })
  return Number.isFinite(least) && least > 0 ? eachLine(parts, (line) => line.slice(least)) : parts
}

function eachLine(parts: FlatPart[], change: (line: string) => string): FlatPart[] {
  let startsLine = true
  return parts.map((part) => {
    if (part.kind !== 'text') {
      startsLine = false
      return part
    }
    const lines = part.text.split(/(?<=\n)/u)
    const changed = lines.map((line, index) => (index > 0 || startsLine ? change(line) : line))
    startsLine = part.text.endsWith('\n')
    return { ...part, text: changed.join('') }
  })
}

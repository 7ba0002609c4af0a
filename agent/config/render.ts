import type { Diagnostic } from '../../contract/index.ts'

/** How parts of a rendered problem are coloured; without, it is plain. */
export type Paint = (part: 'error' | 'warning' | 'place' | 'caret' | 'hint', text: string) => string

const maxWidth = 160

/**
 * A problem for a terminal: `file:line:column: message`, the line with a caret below it, what was expected, what may help.
 * Control characters of the line are drawn as pictures, so that a file cannot play tricks on a terminal.
 */
export function renderDiagnostic(diagnostic: Diagnostic, paint: Paint = (_, text) => text): string {
  const { file, line, column, severity, message, expected, suggestion } = diagnostic
  const kind = severity === 'error' ? '' : 'warning: '
  const lines = [
    `${paint('place', `${printable(file)}:${line}:${column}:`)} ${paint(severity, kind + printable(message))}`,
  ]
  lines.push(...drawSource(diagnostic, paint))
  if (expected !== undefined) lines.push(paint('hint', `  expected ${printable(expected)}`))
  if (suggestion !== undefined) lines.push(paint('hint', `  ${printable(suggestion)}`))
  return lines.join('\n')
}

function drawSource(diagnostic: Diagnostic, paint: Paint): string[] {
  const { source, line, column, endLine, endColumn } = diagnostic
  if (source === undefined || source === '') return []
  const points = [...source]
  // Of a very long line, what is around the place.
  const from = column > maxWidth - 20 ? column - 40 : 1
  const shown = points.slice(from - 1, from - 1 + maxWidth)
  const last = endLine > line ? points.length + 1 : endColumn
  const before = shown
    .slice(0, Math.max(0, column - from))
    .map((point) => (point === '\t' ? '\t' : ' '.repeat(widthOf(point))))
  const marked = shown.slice(Math.max(0, column - from), Math.max(0, last - from))
  const width = Math.max(
    1,
    marked.reduce((sum, point) => sum + widthOf(point), 0),
  )
  return [`  ${printable(shown.join(''))}`, `  ${before.join('')}${paint('caret', '^'.repeat(width))}`]
}

/** The cells that a character takes: none for marks that join the one before, two for ideographs and pictures. */
function widthOf(point: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(point)) return 0
  return /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u.test(
    point,
  )
    ? 2
    : 1
}

/** Control characters as their pictures, and what would turn the direction of writing as nothing. */
function printable(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/(?!\t)\p{Cc}/gu, (control) =>
      String.fromCodePoint(control === '\x7f' ? 0x2421 : 0x2400 + (control.charCodeAt(0) & 0x1f)),
    )
}

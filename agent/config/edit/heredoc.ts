import type { Template } from '../syntax/ast.ts'
import type { Source } from '../syntax/source.ts'
import { newlineOf } from './layout.ts'

/** A text as a heredoc like the one that stands there; undefined where a heredoc cannot hold it. */
export function rewriteHeredoc(source: Source, before: Template, text: string): string | undefined {
  const written = source.text.slice(before.start, before.end)
  const [, dash = '', marker = ''] = /^<<(-?)([^\s]+)/.exec(written) ?? []
  const newline = newlineOf(source)
  const isHeld = text.endsWith('\n') && !/[^\P{Cc}\n\t]/u.test(text)
  if (marker === '' || !isHeld || newline !== '\n') return undefined
  const lines = written.split('\n')
  const closing = lines.at(-1) ?? ''
  const indent = dash === '' ? '' : (/^[ \t]*/.exec(lines[1] ?? '')?.[0] ?? '')
  const asked = text.slice(0, -1).split('\n')
  const isCutShort = asked.some((line) => line.trim() === marker)
  // A `<<-` heredoc takes from every line what the least indented one has.
  const isIndented = asked.filter((line) => line.trim() !== '').every((line) => /^[ \t]/.test(line))
  if (isCutShort || (dash !== '' && isIndented)) return undefined
  const body = asked.map((line) => `${line === '' ? '' : indent}${line.replace(/([$%])\{/g, '$1$1{')}`)
  return [`<<${dash}${marker}`, ...body, closing].join('\n')
}

import { safeLine } from './safe.ts'
import type { Paint, Terminal } from './terminal.ts'

/** What texts say differently, file by file, as `diff -u` has it. */
export async function patchesOf(
  older: Readonly<Record<string, string>>,
  newer: Readonly<Record<string, string>>,
  oldName: string,
  newName: string,
): Promise<{ file: string; patch: string }[]> {
  const { createTwoFilesPatch } = await import('diff')
  const files = [...new Set([...Object.keys(older), ...Object.keys(newer)])].sort()
  return files.flatMap((file) => {
    const [before, after] = [older[file] ?? '', newer[file] ?? '']
    if (before === after) return []
    const patch = createTwoFilesPatch(file, file, before, after, oldName, newName)
    return [{ file, patch: patch.replace(/^(Index: .*\n)?=+\n/, '').trimEnd() }]
  })
}

/** A patch with its colours. */
export function drawPatch(patch: string, { line, paint }: Pick<Terminal, 'line' | 'paint'>): void {
  for (const each of patch.split('\n')) line(coloured(safeLine(each), paint))
}

function coloured(line: string, paint: Paint): string {
  if (line.startsWith('+++') || line.startsWith('---')) return paint.bold(line)
  if (line.startsWith('+')) return paint.green(line)
  if (line.startsWith('-')) return paint.red(line)
  return line.startsWith('@@') ? paint.cyan(line) : line
}

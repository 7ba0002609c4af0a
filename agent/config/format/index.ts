import type { Diagnostic } from '../../../contract/index.ts'
import { reportSyntax } from '../files/collect.ts'
import { Problems } from '../problems.ts'
import { readFile } from '../syntax/body.ts'
import { Source } from '../syntax/source.ts'
import { formatText } from './format.ts'

/** A file's text as `fmt` would have it; a broken one is left alone, and what is wrong with it told. */
export async function formatFile(
  file: string,
  text: string,
): Promise<{ text: string } | { diagnostics: Diagnostic[] }> {
  const problems = new Problems()
  const source = new Source(file, text)
  await reportSyntax(source, readFile(source), problems)
  return problems.hasErrors ? { diagnostics: problems.sorted([file]) } : { text: formatText(text) }
}

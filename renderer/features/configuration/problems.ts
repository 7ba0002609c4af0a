import type { Diagnostic } from '../../../contract/index.ts'

/** A suggestion that is a sentence explains; one that is not is what may stand there instead. */
const isSentence = (suggestion: string): boolean => /[.?!]$/.test(suggestion) || /\s\S+\s/.test(suggestion)

/** What is wrong and what is near, as one sentence. */
export function sentenceOf({ message, suggestion }: Diagnostic): string {
  if (suggestion === undefined) return message
  return isSentence(suggestion) ? `${message} ${suggestion}` : `${message} Did you mean ${suggestion}?`
}

const nearWord = /^Did you mean (?:"([^"]+)"|(\S+))\?$/

/** What would stand in place of the marked text so that this problem is gone; null where a person has to think. */
export function fixFor(problem: Diagnostic): string | null {
  const { suggestion, source, line, column, endLine, endColumn } = problem
  if (suggestion === undefined || line !== endLine || endColumn <= column) return null
  const [, quoted, bare] = nearWord.exec(suggestion) ?? []
  const word = quoted ?? bare ?? (isSentence(suggestion) ? undefined : suggestion)
  if (word === undefined) return null
  const marked = [...(source ?? '')].slice(column - 1, endColumn - 1).join('')
  return /^".*"$/.test(marked) && !word.startsWith('"') ? `"${word}"` : word
}

/** Errors before warnings, then by file and line. */
export function sortProblems(problems: readonly Diagnostic[]): Diagnostic[] {
  return [...problems].sort(
    (a, b) =>
      Number(b.severity === 'error') - Number(a.severity === 'error') ||
      a.file.localeCompare(b.file) ||
      a.line - b.line ||
      a.column - b.column,
  )
}

export const isError = ({ severity }: Pick<Diagnostic, 'severity'>): boolean => severity === 'error'

export interface Counts {
  errors: number
  warnings: number
}

/** How many there are in each file, by its name in the configuration folder. */
export function countByFile(problems: readonly Diagnostic[]): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const problem of problems) {
    const count = counts.get(problem.file) ?? { errors: 0, warnings: 0 }
    if (isError(problem)) count.errors += 1
    else count.warnings += 1
    counts.set(problem.file, count)
  }
  return counts
}

/** What a screen reader is told when the number of problems changes; how often is decided elsewhere. */
export function problemsInWords(problems: readonly Diagnostic[]): string {
  const errors = problems.filter(isError).length
  const warnings = problems.length - errors
  if (problems.length === 0) return 'No problems'
  const words = [
    errors > 0 && `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    warnings > 0 && `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ]
  return words.filter(Boolean).join(', ')
}

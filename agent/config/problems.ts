import { distance } from 'fastest-levenshtein'
import type { Diagnostic } from '../../contract/index.ts'
import type { Source, Span } from './syntax/source.ts'
import { holdsSecret, mask } from './values/secrets.ts'

/** A stretch of a source: where a value, a name or a mistake stands. */
export interface Place extends Span {
  source: Source
}

/** Whether two stand for the same stretch of a text, be they made in different loads. */
export function isSamePlace(a: Place, b: Place): boolean {
  if (a.start !== b.start || a.end !== b.end) return false
  const { source } = a
  const { file, above, text } = b.source
  return source === b.source || (source.file === file && source.above === above && source.text === text)
}

export interface Problem {
  /** A stable name for the kind of mistake. */
  code: string
  message: string
  expected?: string
  suggestion?: string
}

/** The most problems that one load reports; a file of noise must not become a list without end. */
const maxProblems = 1000

/** Everything wrong with a set of files, each at its place. */
export class Problems {
  private readonly found: Diagnostic[] = []
  private readonly seen = new Set<string>()
  /** How often something was told, be it the same once more. */
  told = 0
  private errorCount = 0
  private leftOut = 0

  error(place: Place, problem: Problem): void {
    this.add('error', place, problem)
  }

  warning(place: Place, problem: Problem): void {
    this.add('warning', place, problem)
  }

  get hasErrors(): boolean {
    return this.errorCount > 0
  }

  /** Takes values that nobody is to see out of everything that was told. */
  hide(values: readonly string[]): void {
    // Shorter ones would blank ordinary words and hide nothing.
    const hidden = values.filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length)
    const clean = (text: string): string => hidden.reduce((rest, value) => rest.replaceAll(value, mask), text)
    for (const diagnostic of this.found) {
      const { message, expected, suggestion, source } = diagnostic
      diagnostic.message = clean(message)
      if (expected !== undefined) diagnostic.expected = clean(expected)
      if (suggestion !== undefined) diagnostic.suggestion = clean(suggestion)
      if (source !== undefined && clean(source) !== source) delete diagnostic.source
    }
  }

  /** In the order of the files, and of the lines in each. */
  sorted(files: readonly string[]): Diagnostic[] {
    const rank = new Map(files.map((file, index) => [file, index]))
    const order = (d: Diagnostic): number => rank.get(d.file) ?? files.length
    const sorted = this.found.toSorted(
      (a, b) => order(a) - order(b) || compare(a.file, b.file) || a.line - b.line || a.column - b.column,
    )
    const last = sorted.at(-1)
    if (this.leftOut > 0 && last !== undefined) {
      sorted.push({ ...last, code: 'too-many', message: `${this.leftOut} further problems are not shown.` })
    }
    return sorted
  }

  private add(severity: Diagnostic['severity'], place: Place, problem: Problem): void {
    this.told += 1
    // An error is never left out for the sake of warnings.
    if (this.found.length >= maxProblems && (severity === 'warning' || this.errorCount > 0)) {
      this.leftOut += 1
      return
    }
    const range = place.source.range(place)
    const key = `${range.file}:${range.line}:${range.column}:${problem.code}:${problem.message}`
    if (this.seen.has(key)) return
    if (severity === 'error') this.errorCount += 1
    this.seen.add(key)
    this.found.push({ severity, ...range, ...problem, ...sourceOf(place, range) })
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The longest line that is sent along for a caret to be drawn below. One that holds a secret is not. */
const maxLine = 10_000

function sourceOf(place: Place, { line }: { line: number }): { source?: string } {
  const source = place.source.line(line)
  return source.length > maxLine || holdsSecret(source) ? {} : { source }
}

/** The name of `known` that a person who wrote `name` may have meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const steps = distance(name.toLowerCase(), candidate.toLowerCase())
    if (steps < least) {
      best = candidate
      least = steps
    }
  }
  return best
}

/** `Did you mean "command"?`, as a part of a problem. */
export function didYouMean(name: string, known: Iterable<string>): Pick<Problem, 'suggestion'> {
  const near = nearest(name, known)
  return near === undefined ? {} : { suggestion: `Did you mean "${near}"?` }
}

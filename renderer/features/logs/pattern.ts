import { messageOf } from '../../../contract/failure.ts'

const ignoreCase = '(?i)'

/** A pattern as the agent takes it: it ignores case where `(?i)` stands before it. */
export const grepOf = (pattern: string, matchCase: boolean): string =>
  pattern === '' || matchCase || pattern.startsWith(ignoreCase) ? pattern : ignoreCase + pattern

/** What a person looks for, and how. */
export interface SearchText {
  text: string
  /** The text stands for itself and is no regular expression. */
  isPlain: boolean
  matchCase: boolean
  /** Lines without a hit are left out. */
  isOnly: boolean
}

/** The regular expression of a search, without what says whether case matters. */
export const sourceOf = ({ text, isPlain }: Pick<SearchText, 'text' | 'isPlain'>): string =>
  isPlain ? text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : text

function compile(pattern: string, flags = ''): RegExp {
  return pattern.startsWith(ignoreCase)
    ? new RegExp(pattern.slice(ignoreCase.length), `${flags}i`)
    : new RegExp(pattern, flags)
}

/** Why a pattern is not a regular expression, or null when it is one. */
export function patternProblem(pattern: string): string | null {
  try {
    compile(pattern)
    return null
  } catch (error) {
    return messageOf(error).replace(/^Invalid regular expression: /, '')
  }
}

const mostQuantifiers = 3
const mostRepeats = 20

/**
 * A pattern for marking hits in the lines that are seen, or null for one that could take long: the agent searches under
 * a time limit, the page has none. Harmless is what has few quantifiers, at most one of them without an end, and none on
 * a group, since backtracking grows with each of these.
 */
export function markingPattern(pattern: string): RegExp | null {
  if (pattern === '' || patternProblem(pattern) !== null) return null
  const quantifiers = quantifiersOf(pattern.startsWith(ignoreCase) ? pattern.slice(ignoreCase.length) : pattern)
  const endless = quantifiers.filter(({ most }) => most === Number.POSITIVE_INFINITY)
  const isHarmless =
    quantifiers.length <= mostQuantifiers &&
    endless.length <= 1 &&
    quantifiers.every(({ onGroup, most }) => !onGroup && (most <= mostRepeats || most === Number.POSITIVE_INFINITY)) &&
    !/\\[1-9k]|\(\?[=!<]/.test(pattern)
  return isHarmless ? compile(pattern, 'g') : null
}

interface Quantifier {
  most: number
  onGroup: boolean
}

const atomPattern = /\\.|\[(?:\\.|[^\]\\])*\]|\(\?:|[*+?]|\{(\d+)(,?)(\d*)\}|./gsu

function quantifiersOf(pattern: string): Quantifier[] {
  const found: Quantifier[] = []
  let before = ''
  for (const match of pattern.matchAll(atomPattern)) {
    const [atom, from, comma, to] = match
    const most = mostOf(atom, from, comma, to)
    const isLazyMark = atom === '?' && /^[*+?}]$/.test(before)
    if (most !== null && !isLazyMark) found.push({ most, onGroup: before === ')' })
    before = atom.at(-1) ?? ''
    if (atom.startsWith('\\') || atom.startsWith('[')) before = 'x'
  }
  return found
}

function mostOf(
  atom: string,
  from: string | undefined,
  comma: string | undefined,
  to: string | undefined,
): number | null {
  if (atom === '*' || atom === '+') return Number.POSITIVE_INFINITY
  if (atom === '?') return 1
  if (from === undefined) return null
  if (comma === '') return Number(from)
  return to === '' ? Number.POSITIVE_INFINITY : Number(to)
}

/** Where a pattern hits in a text, as [from, to) pairs. Only the beginning of a long text is looked at. */
export function hitsIn(text: string, pattern: RegExp, mostLength = 1_000): [number, number][] {
  const hits: [number, number][] = []
  for (const match of text.slice(0, mostLength).matchAll(pattern)) {
    if (match[0] !== '') hits.push([match.index, match.index + match[0].length])
  }
  return hits
}

import { messageOf } from '../../contract/failure.ts'

/** What a person may look for: a regular expression of JavaScript, at most so long. */
const longestPattern = 1024

export interface Pattern {
  /** Tells for one line, without its newline. */
  line: RegExp
  /**
   * Finds candidates in many lines at once: every line that matches, and perhaps some others. Undefined where the
   * pattern cannot be asked so.
   */
  block: RegExp | undefined
}

class PatternError extends Error {
  override name = 'PatternError'
}

/**
 * Compiles what a person looks for; a leading `(?i)` ignores case. @throws {PatternError} with the reason, for a person
 */
export function compilePattern(source: string): Pattern {
  if (source.length > longestPattern) {
    throw new PatternError(
      `The pattern is ${source.length} characters long; at most ${longestPattern} are searched for.`,
    )
  }
  const ignoresCase = source.startsWith('(?i)')
  const body = ignoresCase ? source.slice(4) : source
  const flags = ignoresCase ? 'i' : ''
  let line: RegExp
  try {
    line = new RegExp(body, flags)
  } catch (error) {
    const reason = messageOf(error).replace(/^Invalid regular expression: /, '')
    throw new PatternError(`The pattern is not a valid regular expression: ${reason}`)
  }
  const confined = confineToLine(body)
  return { line, block: confined === undefined ? undefined : new RegExp(confined, `${flags}gm`) }
}

/** What stands for something outside a class, so that it cannot match a newline; others are as they are. */
const confinedEscapes: Readonly<Record<string, string>> = { s: '[^\\S\\n]', W: '[^\\w\\n]', D: '[^\\d\\n]' }
const harmlessEscape = /[dwSbB1-9t\W_]/
const harmlessInClass = /[dwt\W_]/
const harmlessInNegatedClass = /[dwsSWDt\W_]/

/**
 * The pattern such that no part of it matches a newline: over many lines joined it then finds what it finds in each of
 * them. Undefined where that cannot be seen easily; such a pattern is asked line by line.
 */
export function confineToLine(source: string): string | undefined {
  // `^` and `$` hold at more places in joined lines, which matters where a pattern says what must not be there.
  if (/\(\?<?!/.test(source) && /[\^$]/.test(source)) return undefined
  // A beginning that matches anything adds nothing to whether a line matches, but costs its length squared.
  const shortened = source.replace(/^\^?\.\*(?![?+*{])/, '')
  let confined = ''
  for (let at = 0; at < shortened.length; at++) {
    const char = shortened.charAt(at)
    if (char === '\\') {
      const escaped = shortened.charAt(++at)
      if (!(escaped in confinedEscapes) && !harmlessEscape.test(escaped)) return undefined
      confined += confinedEscapes[escaped] ?? char + escaped
    } else if (char === '[') {
      const end = classEnd(shortened, at)
      const inner = shortened.slice(at + 1, end)
      if (!isHarmlessClass(inner)) return undefined
      confined += inner.startsWith('^') ? `[${inner}\\n]` : `[${inner}]`
      at = end
    } else {
      if (char < ' ') return undefined
      confined += char
    }
  }
  return confined === '' ? undefined : confined
}

function classEnd(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at)
    if (char === '\\') at++
    else if (char === ']') return at
  }
  return source.length
}

function isHarmlessClass(inner: string): boolean {
  // `[^]` is any character and `[]` none.
  if (inner === '^' || inner === '') return false
  const harmless = inner.startsWith('^') ? harmlessInNegatedClass : harmlessInClass
  for (let at = 0; at < inner.length; at++) {
    const char = inner.charAt(at)
    if (char < ' ') return false
    if (char === '\\' && !harmless.test(inner.charAt(++at))) return false
  }
  return !/\\t-/.test(inner)
}

import { messageOf } from '../../../contract/failure.ts'
import type { Matcher } from '../../../contract/index.ts'

/** A label that a pattern is asked of is never longer: it bounds what a bad pattern can cost. */
const longestValue = 512
const longestPattern = 200

export interface CompiledMatcher extends Matcher {
  test(value: string): boolean
}

class MatcherError extends Error {
  override name = 'MatcherError'
}

/**
 * A quantifier on a group that itself repeats, as in `(a+)+`, takes longer than the world has on some texts; such patterns
 * and references back are refused, so that what is left is bounded by the length of a label.
 */
const isCostly = (pattern: string): boolean =>
  /\\[1-9]|\\k</.test(pattern) ||
  /\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\d*\})(?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})/.test(pattern)

/** @throws with the reason, for a person, where a pattern is none */
export function compileMatcher({ name, op, value }: Matcher): CompiledMatcher {
  if (op === '=') return { name, op, value, test: (given) => given === value }
  if (op === '!=') return { name, op, value, test: (given) => given !== value }
  if (value.length > longestPattern)
    throw new MatcherError(`The pattern for ${name} is longer than ${longestPattern} characters.`)
  if (isCostly(value))
    throw new MatcherError(
      `The pattern for ${name} repeats what repeats, or refers back: "${value}" could take for ever.`,
    )
  let pattern: RegExp
  try {
    pattern = new RegExp(`^(?:${value})$`, 'u')
  } catch (error) {
    const why = messageOf(error).replace(/^.*: /, '')
    throw new MatcherError(`The pattern for ${name} is no regular expression: ${why}.`)
  }
  const wanted = op === '=~'
  return { name, op, value, test: (given) => pattern.test(given.slice(0, longestValue)) === wanted }
}

/** The files' own: each is asked of every alert, with every look. */
const read = new WeakMap<Readonly<Record<string, string>>, readonly CompiledMatcher[]>()

/** `"=~web.*"`, `"!=b"`, `"a"`: a label's value as files write it, with what it is compared by. */
export function readMatch(match: Readonly<Record<string, string>>): readonly CompiledMatcher[] {
  const known = read.get(match)
  if (known) return known
  const made = compileMatch(match)
  read.set(match, made)
  return made
}

function compileMatch(match: Readonly<Record<string, string>>): CompiledMatcher[] {
  return Object.entries(match).map(([name, written]) => {
    const [, op = '=', value = ''] = /^(=~|!~|!=|=)?(.*)$/su.exec(written) ?? []
    return compileMatcher({ name, op: op as Matcher['op'], value })
  })
}

/** A label that is not there is empty, as in Alertmanager. */
export const matches = (matchers: readonly CompiledMatcher[], labels: Readonly<Record<string, string>>): boolean =>
  matchers.every((matcher) => matcher.test(Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : ''))

export const matcherText = ({ name, op, value }: Matcher): string => `${name}${op}"${value}"`

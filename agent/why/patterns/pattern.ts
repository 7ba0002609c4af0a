import type { Context, Fix, Link } from '../cause.ts'
import { clean } from '../words.ts'

/** What a line tells: how to begin the sentence, and the first link of the chain. */
export interface Told {
  sentence: string
  /** Absent: the program. */
  subject?: string
  fact: string
  links?: Link[]
  fixes?: Fix[]
}

export type LineContext = Context & {
  /** The line that matched, among `lines`. */
  index: number
}

/** A known sentence of a program or runtime. `match` is tried on single lines of at most 1,000 characters and must be linear over them. */
export interface Pattern {
  id: string
  match: RegExp
  /** Undefined when, looked at closer, it is something else. */
  tell(groups: RegExpExecArray, context: LineContext): Told | undefined
}

/** The first group that took part, as text for a sentence. */
export function first(groups: RegExpExecArray, most = 120): string {
  return clean(groups.slice(1).find((group) => group !== undefined && group !== '') ?? '', most).trim()
}

/** For patterns whose words do not depend on anything but the line. */
export function says(id: string, match: RegExp, words: (subject: string) => Told): Pattern {
  return { id, match, tell: (groups) => words(first(groups)) }
}

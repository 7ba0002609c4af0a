import type { Why } from '../../contract/index.ts'
import type { ServiceFacts } from './facts.ts'

export type Link = Why['chain'][number]
export type Fix = Why['fixes'][number]

/** All that a cause may look at. */
export interface Context {
  facts: ServiceFacts
  factsOf: (name: string) => ServiceFacts | undefined
  nowMs: number
  /** The last lines as printable text, oldest first. */
  lines: readonly string[]
  /** The cause of another service's state, dependencies left aside. */
  causeOf: (facts: ServiceFacts) => Finding | undefined
}

export interface Finding {
  cause: string
  sentence: string
  /** From the cause to what is seen. */
  chain: Link[]
  /** Safest and likeliest first. */
  fixes: Fix[]
  lastLines?: readonly string[]
}

/** One thing that can be the matter. `when` finds it in the facts and answers with what the words need. */
export interface Rule<Match> {
  id: string
  when(context: Context): Match | undefined
  sentence(match: Match, context: Context): string
  chain(match: Match, context: Context): Link[]
  fixes(match: Match, context: Context): Fix[]
  /** The lines that bear it out; none unless said. */
  lastLines?(match: Match, context: Context): readonly string[]
}

export interface Cause {
  id: string
  find(context: Context): Finding | undefined
}

/** Closes a rule over its own kind of match, so that rules of every kind can stand in one table. */
export function cause<Match>(rule: Rule<Match>): Cause {
  return {
    id: rule.id,
    find(context) {
      const match = rule.when(context)
      if (match === undefined) return undefined
      const lastLines = rule.lastLines?.(match, context) ?? []
      return {
        cause: rule.id,
        sentence: rule.sentence(match, context),
        chain: rule.chain(match, context),
        fixes: rule.fixes(match, context),
        ...(lastLines.length > 0 && { lastLines }),
      }
    },
  }
}

/** The first cause of a table that applies. */
export function firstOf(table: readonly Cause[], context: Context): Finding | undefined {
  for (const entry of table) {
    const finding = entry.find(context)
    if (finding) return finding
  }
  return undefined
}

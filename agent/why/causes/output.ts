import { type Cause, type Context, cause } from '../cause.ts'
import { usualFixes } from '../fixes.ts'
import { endedBadly, howItEnded, outcomeLinks } from '../outcome.ts'
import type { Told } from '../patterns/pattern.ts'
import { patterns } from '../patterns/table.ts'
import { clean } from '../words.ts'

/** Lines that are looked at: what ended a program stands near the end. */
const lookedAt = 60

/** The first pattern of the table that a line answers to, newest line first. */
function tellingLine(context: Context): Told | undefined {
  const lines = context.lines.slice(-lookedAt)
  for (const pattern of patterns) {
    for (let index = lines.length - 1; index >= 0; index--) {
      const groups = pattern.match.exec(lines[index] ?? '')
      const told = groups && pattern.tell(groups, { ...context, lines, index })
      if (told) return told
    }
  }
  return undefined
}

/** What its last lines tell: a known sentence of some program or runtime. */
const output = cause<Told>({
  id: 'output',
  when: (context) => {
    const exit = endedBadly(context)
    // A signal from outside says more than what was written before it.
    return exit && exit.signal !== 'SIGTERM' && exit.signal !== 'SIGINT' ? tellingLine(context) : undefined
  },
  sentence: (told, { facts }) => `${told.sentence}; ${howItEnded(facts)}`,
  chain: (told, { facts }) => [
    { subject: told.subject ?? (clean(facts.program, 80) || clean(facts.name, 80)), fact: told.fact },
    ...(told.links ?? []),
    ...outcomeLinks(facts),
  ],
  // What cures the cause comes before another try, which alone seldom helps.
  fixes: (told, { facts }) => [...(told.fixes ?? []), ...usualFixes(facts)],
  lastLines: (_, { lines }) => lines,
})

export const outputCauses: readonly Cause[] = [output]

import { type Cause, cause, type Link } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { usualFixes } from '../fixes.ts'
import { endedBadly, failed, howItEnded, outcomeLinks } from '../outcome.ts'
import { errorIn } from '../traces.ts'
import { capital, clean } from '../words.ts'

type Exit = NonNullable<ServiceFacts['exit']>

/** Code 0 again and again: as a rule a program that puts itself in the background, or one that is a task. */
const endsAtOnce = cause<Exit>({
  id: 'ends-without-error',
  when: (context) => {
    const exit = endedBadly(context)
    return exit && exit.code === 0 && !failed(exit) && context.facts.type === 'service' ? exit : undefined
  },
  sentence: (_, { facts }) => capital(howItEnded(facts)),
  chain: (_, { facts }) => [
    {
      subject: clean(facts.program, 80) || clean(facts.name, 80),
      fact: 'ends by itself without an error; a program that goes to the background has to be told to stay in the foreground',
    },
    ...outcomeLinks(facts),
  ],
  fixes: (_, { facts }) => usualFixes(facts),
  lastLines: (_, { lines }) => lines,
})

const ended = cause<Exit>({
  id: 'ended',
  when: endedBadly,
  sentence: (_, { facts }) => capital(howItEnded(facts)),
  chain: (_, { facts, lines }) => [...errorLink(facts, lines), ...outcomeLinks(facts)],
  fixes: (_, { facts }) => usualFixes(facts),
  lastLines: (_, { lines }) => lines,
})

/** An error that nothing caught, where the lines show one: `TypeError: x is not a function` of `app.js:12`. */
function errorLink(facts: ServiceFacts, lines: readonly string[]): Link[] {
  const found = errorIn(lines)
  if (!found) return []
  return [{ subject: found.place ?? (clean(facts.program, 80) || clean(facts.name, 80)), fact: clean(found.text, 200) }]
}

export const exitCauses: readonly Cause[] = [endsAtOnce, ended]

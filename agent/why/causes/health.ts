import { type Cause, cause } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { openFile, restart, showLogs, startAgain } from '../fixes.ts'
import { consequence } from '../outcome.ts'
import { at, clean, times } from '../words.ts'

type Failing = NonNullable<ServiceFacts['unhealthy']>

const nameOf = ({ check }: Failing): string => clean(check, 64).trim() || 'a check'
const saidBy = ({ text }: Failing): string => clean(text, 300).trim() || 'failed'

function countOf(failing: Failing): string {
  const { failures } = failing
  if (failures === undefined) return 'was ended for it'
  const often = Number.isInteger(failures) && failures > 0 ? ` ${times(failures)} in a row` : ''
  return `has failed its check ${nameOf(failing)}${often}`
}

/** A check fails: of what runs, or of what was ended for it. */
const unhealthy = cause<Failing>({
  id: 'unhealthy',
  when: ({ facts }) => (facts.state === 'running' || facts.reasonCode === 'unhealthy' ? facts.unhealthy : undefined),
  sentence: (failing, { facts }) => `Unhealthy: ${nameOf(failing)}: ${saidBy(failing)}${consequence(facts)}`,
  chain: (failing, { facts }) => [
    {
      subject: clean(failing.target ?? '', 120).trim() || nameOf(failing),
      fact: saidBy(failing),
      ...at(failing.sinceMs),
    },
    { subject: clean(facts.name, 80), fact: countOf(failing) },
  ],
  fixes: ({ range }, { facts }) => [
    showLogs(facts.name),
    facts.state === 'running' ? restart(facts.name) : startAgain(facts),
    openFile(range ?? facts.range),
  ],
  lastLines: (_, { lines }) => lines,
})

export const healthCauses: readonly Cause[] = [unhealthy]

import type { Why } from '../../contract/index.ts'
import { type Cause, type Context, type Finding, type Fix, firstOf } from './cause.ts'
import { dependencyCauses } from './causes/dependency.ts'
import { exitCauses } from './causes/exit.ts'
import { healthCauses } from './causes/health.ts'
import { idleCauses } from './causes/idle.ts'
import { limitCauses } from './causes/limits.ts'
import { outputCauses } from './causes/output.ts'
import { portCauses } from './causes/port.ts'
import { startCauses } from './causes/start.ts'
import { stopCauses } from './causes/stop.ts'
import { disabledCauses, valueCauses } from './causes/value.ts'
import type { ServiceFacts } from './facts.ts'
import { clean } from './words.ts'

/** What is wrong with a service itself, most specific first. */
const ownCauses: readonly Cause[] = [
  ...stopCauses,
  ...disabledCauses,
  ...healthCauses,
  ...valueCauses,
  ...portCauses,
  ...startCauses,
  ...limitCauses,
  ...outputCauses,
  ...exitCauses,
]

/** A stop or a disabling says more than a dependency; a dependency says more than what a run before it met. */
const allCauses: readonly Cause[] = [...stopCauses, ...disabledCauses, ...dependencyCauses, ...ownCauses, ...idleCauses]

const most = { sentence: 600, links: 32, fixes: 6, lines: 200, shownLines: 20, lineLength: 500 }

/**
 * Why a service is not as wanted, and what helps; null when all is as wanted (it runs, was stopped by a person,
 * completed, or waits for its next run) and for a name that nobody knows. Pure, and never throws: facts are shown as far as they go.
 */
export function explain(name: string, factsOf: (name: string) => ServiceFacts | undefined, nowMs: number): Why | null {
  const facts = factsOf(name)
  if (!facts) return null
  const finding = firstOf(allCauses, contextOf(facts, factsOf, nowMs))
  return finding ? present(finding) : null
}

function contextOf(facts: ServiceFacts, factsOf: Context['factsOf'], nowMs: number): Context {
  const lines = facts.lastLines.slice(-most.lines).map((line) => clean(line, 1000))
  // Dependencies are walked by their own cause; here they would walk in circles.
  const causeOf = (other: ServiceFacts): Finding | undefined => firstOf(ownCauses, contextOf(other, factsOf, nowMs))
  return { facts, factsOf, nowMs, lines, causeOf }
}

function present(finding: Finding): Why {
  const lastLines = finding.lastLines
    ?.map((line) => clean(line, most.lineLength))
    .filter((line) => line.trim() !== '')
    .slice(-most.shownLines)
  return {
    sentence: clean(finding.sentence, most.sentence),
    chain: finding.chain.slice(0, most.links).map((link) => ({ ...link, fact: clean(link.fact, most.sentence) })),
    fixes: withoutDoubles(finding.fixes).slice(0, most.fixes),
    ...(lastLines && lastLines.length > 0 && { lastLines }),
  }
}

function withoutDoubles(fixes: readonly Fix[]): Fix[] {
  const seen = new Set<string>()
  return fixes.filter(({ action }) => {
    const key = JSON.stringify(action)
    return !seen.has(key) && seen.add(key)
  })
}

import { durationInWords } from '../../../contract/format.ts'
import { type Cause, cause, type Fix } from '../cause.ts'
import type { ServiceFacts } from '../facts.ts'
import { setAttribute, usualFixes } from '../fixes.ts'
import { consequence, endedBadly, outcomeLinks } from '../outcome.ts'
import { bytes, clean } from '../words.ts'

type Exit = NonNullable<ServiceFacts['exit']>

const outOfMemory = cause<Exit>({
  id: 'memory-limit',
  when: (context) => {
    const { exit: last, reasonCode } = context.facts
    // Ended by the agent, where no cgroup holds it to its limit.
    if (reasonCode === 'memory-limit' && last?.memoryLimitBytes !== undefined) return last
    const exit = endedBadly(context)
    return exit?.outOfMemory ? exit : undefined
  },
  sentence: (exit, { facts }) =>
    `${killedForMemory(exit)} after ${durationInWords(exit.ranForMs)}${consequence(facts)}`,
  chain: (exit, { facts }) => [
    exit.memoryLimitBytes === undefined
      ? { subject: 'this machine', fact: 'had no memory left and ended the largest program' }
      : { subject: clean(facts.name, 80), fact: `took more than its memory limit of ${bytes(exit.memoryLimitBytes)}` },
    ...outcomeLinks(facts),
  ],
  fixes: (exit, { facts }) => [...raiseLimit(exit, facts), ...usualFixes(facts)],
  lastLines: (_, { lines }) => lines,
})

function killedForMemory({ memoryLimitBytes, outOfMemory }: Exit): string {
  return memoryLimitBytes === undefined
    ? 'Killed because the machine ran out of memory,'
    : `${outOfMemory ? 'Killed' : 'Restarted'} for passing its memory limit of ${bytes(memoryLimitBytes)}`
}

function raiseLimit({ memoryLimitBytes }: Exit, facts: ServiceFacts): Fix[] {
  if (memoryLimitBytes === undefined || !(memoryLimitBytes >= 2 ** 20) || !Number.isFinite(memoryLimitBytes * 2))
    return []
  const mebibytes = Math.ceil((memoryLimitBytes * 2) / 2 ** 20)
  return [
    setAttribute(`Raise the limit to ${bytes(mebibytes * 2 ** 20)}`, facts, {
      attribute: 'resources.memory_limit',
      value: `${mebibytes}Mi`,
    }),
  ]
}

export const limitCauses: readonly Cause[] = [outOfMemory]

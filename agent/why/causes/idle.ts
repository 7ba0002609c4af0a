import { type Cause, cause } from '../cause.ts'
import { openFile, startAgain } from '../fixes.ts'
import { at, clean } from '../words.ts'

/** Nothing went wrong that anybody knows of, and yet it is not as wanted. */

const notStarted = cause<true>({
  id: 'not-started',
  when: ({ facts }) => (facts.desired === 'up' && facts.state === 'stopped' ? true : undefined),
  sentence: () => 'Not running, though it is wanted: nothing has started it yet',
  chain: (_, { facts }) => [{ subject: clean(facts.name, 80), fact: 'has not been started', ...at(facts.sinceMs) }],
  fixes: (_, { facts }) => [startAgain(facts), openFile(facts.range)],
})

const unexplained = cause<'failed' | 'backoff' | 'waiting'>({
  id: 'unexplained',
  when: ({ facts: { state, type, nextStartAtMs } }) => {
    if (state === 'failed' || state === 'backoff') return state
    return state === 'waiting' && type !== 'cron' && nextStartAtMs === undefined ? state : undefined
  },
  sentence: (state) =>
    ({
      failed: 'It failed, and what it failed of was not recorded',
      backoff: 'It is started again after a pause; what the last start failed of was not recorded',
      waiting: 'It waits to be started',
    })[state],
  chain: (_, { facts }) => [
    { subject: clean(facts.name, 80), fact: clean(facts.reasonCode, 60) || 'gave no reason', ...at(facts.sinceMs) },
  ],
  fixes: (_, { facts }) => [startAgain(facts), openFile(facts.range)],
})

export const idleCauses: readonly Cause[] = [notStarted, unexplained]

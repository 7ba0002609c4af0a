import { describe, expect, test } from 'vitest'
import {
  type CheckEvent,
  type CheckPhase,
  type CheckState,
  checkTable,
  healthOf,
  newCheck,
  stepCheck,
} from './machine.ts'

const policy = { retries: 3, successThreshold: 1, startPeriodMs: 0, intervalMs: 10_000 }
const at = (ms: number) => ({ nowMs: 1_000_000 + ms, monotonicMs: ms })

/** `+` and `-` are answers at each interval; `h` is a failure that was held up. */
function play(answers: string, more: Partial<typeof policy> = {}): { phases: string; state: CheckState } {
  const rules = { ...policy, ...more }
  let { state } = stepCheck(newCheck(at(0)), { type: 'begin' }, rules, at(0))
  const phases = [...answers].map((answer, index) => {
    const event: CheckEvent = { type: 'answer', ok: answer === '+', held: answer === 'h' ? 'held up' : undefined }
    state = stepCheck(state, event, rules, at((index + 1) * 10_000)).state
    return state.phase[0]
  })
  return { phases: phases.join(''), state }
}

test.each([
  ['+', {}, 'p', 'the first success is enough'],
  ['---', {}, 'ssf', 'three failures in a row make it fail'],
  ['--+---', {}, 'sspppf', 'a success in between begins the count anew'],
  ['+---+', {}, 'pppfp', 'one success after a failure is enough'],
  ['++--+-+', { retries: 1, successThreshold: 2 }, 'spfffff', 'with a threshold of two one success is not enough'],
  ['---++', { successThreshold: 2 }, 'ssffp', 'two successes in a row make it pass again'],
  ['+hhhh', {}, 'ppppp', 'failures while the agent was held up do not count'],
  ['+--h-', {}, 'ppppf', 'they do not undo what was counted either'],
  ['----', { startPeriodMs: 25_000 }, 'ssss', 'failures within the start period do not count'],
  ['-----', { startPeriodMs: 25_000 }, 'ssssf', 'those after it do'],
  ['-+---', { startPeriodMs: 600_000 }, 'spppf', 'a success ends the start period'],
])('%s with %o goes %s: %s', (answers, more, phases, _because) => {
  expect(play(answers, more).phases).toBe(phases)
})

test('a failure before the first interval is over does not count, and says why', () => {
  const { state } = stepCheck(newCheck(at(0)), { type: 'begin' }, policy, at(0))
  const step = stepCheck(state, { type: 'answer', ok: false }, policy, at(500))
  expect(step).toEqual({ state, ignored: 'it has only just started' })
  expect(stepCheck(state, { type: 'answer', ok: true }, policy, at(500)).state.phase).toBe('passing')
})

test('the time of a turn is kept until the next one', () => {
  const { state } = play('+++')
  expect(state).toMatchObject({ phase: 'passing', sinceMs: at(10_000).nowMs, consecutive: 3, lastOk: true })
})

describe('the table', () => {
  const phases = Object.keys(checkTable) as CheckPhase[]
  const events: CheckEvent[] = [
    { type: 'begin' },
    { type: 'end' },
    { type: 'answer', ok: true },
    { type: 'answer', ok: false },
  ]
  const cases = phases.flatMap((phase) => events.map((event) => [phase, event] as const))

  test.each(cases)('has an answer for %s and %o', (phase, event) => {
    const before = { ...newCheck(at(0)), phase }
    const { state } = stepCheck(before, event, policy, at(60_000))
    expect(phases).toContain(state.phase)
    if (event.type === 'end') expect(state.phase).toBe('paused')
    if (phase === 'paused' && event.type !== 'begin') expect(state.phase).toBe('paused')
  })
})

test.each([
  [[], 'none'],
  [['passing', 'passing'], 'healthy'],
  [['passing', 'failing', 'starting'], 'unhealthy'],
  [['passing', 'starting'], 'starting'],
  [['starting', 'paused'], 'starting'],
] as const)('checks that are %o make a service %s', (phases, health) => expect(healthOf(phases)).toBe(health))

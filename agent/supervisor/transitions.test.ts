import { expect, test } from 'vitest'
import { phases } from './phases.ts'
import { step, transitions } from './transitions.ts'
import { newUnit, type StepContext, type UnitEvent } from './unit.ts'

const context: StepContext = {
  policy: {
    type: 'service',
    restart: {
      policy: 'on-failure',
      delayMs: 100,
      factor: 2,
      maxDelayMs: 1000,
      jitter: 0,
      maxRetries: 2,
      windowMs: 60_000,
      successExitCodes: [0],
    },
    stop: { signal: 'SIGTERM', timeoutMs: 1000, killTree: true, hasCommand: false },
    dependsOn: [],
    hasPostStart: false,
  },
  nowMs: 1000,
  monotonicMs: 1000,
  random: 0.5,
  dependencies: { kind: 'met' },
  nextDueMs: undefined,
}
const byPerson = { code: 'started-by-user', text: 'Started by ada' }
const crash: UnitEvent = {
  type: 'exited',
  generation: 1,
  end: { code: 1, signal: null, statusKnown: true, outOfMemory: false },
}

function play(events: readonly UnitEvent[], from = newUnit('web', 'web', null, 0)) {
  return events.reduce((unit, event) => step(unit, event, context).unit, from)
}
const running = play([
  { type: 'start', reason: byPerson, byPerson: true },
  { type: 'prepared', generation: 1 },
  { type: 'spawned', generation: 1 },
])

test('every phase states what every event does', () => {
  const events = Object.keys(transitions.stopped)
  for (const phase of phases) expect(Object.keys(transitions[phase])).toEqual(events)
})

test('a start goes through preparing and starting to running', () => {
  expect(running).toMatchObject({ phase: 'running', desired: 'up', generation: 1 })
})

test('a crash waits for its backoff when nothing is left of the run', () => {
  const unit = play([crash, { type: 'swept', generation: 1, left: 0 }, { type: 'finished', generation: 1 }], running)
  expect(unit).toMatchObject({ phase: 'backoff', nextStartAtMs: 1100, attempt: 1 })
})

const bad: UnitEvent = { type: 'unhealthy', reason: { code: 'unhealthy', text: 'Unhealthy: http: answered 503' } }
const ended: readonly UnitEvent[] = [
  { ...crash, end: { code: null, signal: 'SIGTERM', statusKnown: true, outOfMemory: false } },
  { type: 'swept', generation: 1, left: 0 },
  { type: 'finished', generation: 1 },
]

test('what is unhealthy is stopped, and comes again after the same pause as after a crash', () => {
  expect(play([bad], running)).toMatchObject({ phase: 'stop-signal', desired: 'up', reason: { code: 'unhealthy' } })
  const unit = play([bad, ...ended], running)
  expect(unit).toMatchObject({ phase: 'backoff', nextStartAtMs: 1100, attempt: 1, askedToStopAtMs: null })
  expect(unit.reason).toEqual({ code: 'unhealthy', text: 'Unhealthy: http: answered 503' })
  const again = play([{ type: 'timer', name: 'backoff', generation: 1 }], unit)
  expect(again).toMatchObject({ phase: 'preparing', restarts: 1 })
})

test('what is unhealthy time after time is given up like what crashes', () => {
  const unit = play([bad, ...ended], { ...running, attempt: 2 })
  expect(unit).toMatchObject({ phase: 'failed', reason: { code: 'unhealthy' } })
  expect(unit.reason.text).toBe('Unhealthy: http: answered 503, 3 times in a row; gave up')
})

test('a person who stops what is being ended as unhealthy has stopped it', () => {
  const unit = play([bad, { type: 'stop', reason: byPerson, keepDesired: false }, ...ended], running)
  expect(unit).toMatchObject({ phase: 'stopped', desired: 'down' })
})

test('a stop is over only when the leader is gone and nothing is left', () => {
  const stopping = play([{ type: 'stop', reason: byPerson, keepDesired: false }], running)
  expect(play([{ type: 'swept', generation: 1, left: 0 }], stopping).phase).toBe('stop-signal')
  const gone = play([crash], stopping)
  expect(play([{ type: 'swept', generation: 1, left: 2 }], gone).phase).toBe('stop-signal')
  const empty: UnitEvent[] = [
    { type: 'swept', generation: 1, left: 0 },
    { type: 'finished', generation: 1 },
  ]
  expect(play(empty, gone)).toMatchObject({ phase: 'stopped', desired: 'down' })
})

test('two restarts at once are one restart', () => {
  const restart: UnitEvent = { type: 'restart', reason: byPerson }
  const once = play([restart], running)
  expect(play([restart], once)).toEqual(once)
})

test('what an older generation answers is dropped', () => {
  expect(step(running, { ...crash, generation: 0 }, context)).toEqual({ unit: running, effects: [] })
})

test('a start that finds no room is tried again after a short pause for ever, and is no crash', () => {
  const failure = { code: 'resources', text: 'No room', retryable: true }
  let unit = newUnit('web', 'web', null, 0)
  unit = play([{ type: 'start', reason: byPerson, byPerson: true }], unit)
  for (let count = 1; count <= 50; count++) {
    unit = play([{ type: 'start-failed', generation: unit.generation, failure }], unit)
    expect(unit).toMatchObject({ phase: 'backoff', attempt: 0, reason: { code: 'resources' } })
    expect((unit.nextStartAtMs ?? 0) - context.nowMs).toBeLessThanOrEqual(4_000)
    unit = play([{ type: 'timer', name: 'backoff', generation: unit.generation }], unit)
  }
})

test('a run that ends while its disk is full is no crash', () => {
  let unit = running
  for (let count = 1; count <= 10; count++) {
    const { generation } = unit
    unit = play(
      [
        { ...crash, generation },
        { type: 'swept', generation, left: 0 },
        { type: 'finished', generation, noRoom: true },
      ],
      unit,
    )
    expect(unit).toMatchObject({ phase: 'backoff', attempt: 0, reason: { code: 'resources' } })
    unit = play(
      [
        { type: 'timer', name: 'backoff', generation },
        { type: 'prepared', generation: generation + 1 },
        { type: 'spawned', generation: generation + 1 },
      ],
      unit,
    )
  }
})

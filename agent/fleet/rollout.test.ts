import { describe, expect, it } from 'vitest'
import type { NewRollout, Rollout } from '../../contract/index.ts'
import { afterStep, afterTurn, decide, type StepEvent, stepsOf, type Target } from './rollout.ts'

const at = '2026-03-01T12:00:00.000Z'
const atMs = Date.parse(at)
const request: NewRollout = {
  verb: 'restart',
  services: { names: ['web'] },
  hosts: { all: true },
  batchSize: 2,
  pauseMs: 0,
  gate: 'healthy',
  timeoutMs: 60_000,
  onFailure: 'stop',
}
const target = (host: string, leftOut?: string): Target => ({
  host,
  hostId: `id-${host}`,
  services: leftOut ? [] : ['web'],
  ...(leftOut ? { leftOut } : {}),
})

function rolloutOf(hosts: readonly string[], more: Partial<NewRollout> = {}): Rollout {
  const wanted = { ...request, ...more }
  let count = 0
  const steps = stepsOf(
    hosts.map((host) => target(host)),
    wanted,
    () => `operation-${count++}`,
  )
  return {
    id: 'r',
    request: wanted,
    state: 'running',
    text: '',
    author: 'mira',
    createdAt: at,
    endedAt: null,
    restUntil: null,
    steps: steps.map((step) => ({ ...step, changed: ['web'] })),
  }
}
function advance(rollout: Rollout, step: number, ...events: StepEvent[]): Rollout {
  return events.reduce((now, event) => afterStep(now, step, event, event, atMs) ?? now, rollout)
}
const states = ({ steps }: Rollout) => steps.map(({ state }) => state)

describe('a rollout', () => {
  it('takes the canary alone and first, the others by name in batches, and those left out no place', () => {
    const steps = stepsOf(
      [target('d'), target('b', 'away'), target('c'), target('a'), target('e')],
      { batchSize: 2, canary: 'e' },
      () => 'operation',
    )
    expect(steps.map(({ host, batch, state }) => `${host} ${batch} ${state}`)).toEqual([
      'e 0 waiting',
      'a 1 waiting',
      'b 1 skipped',
      'c 1 waiting',
      'd 2 waiting',
    ])
  })

  it('begins a batch when the one before is done, and not before its rest is over', () => {
    let rollout = rolloutOf(['a', 'b', 'c'], { pauseMs: 5_000 })
    expect(decide(rollout, atMs)).toEqual({ do: 'begin', steps: [0, 1] })
    rollout = advance(advance(rollout, 0, 'begin', 'accept', 'reach'), 1, 'begin', 'accept')
    expect(decide(rollout, atMs)).toEqual({ do: 'wait' })
    rollout = advance(rollout, 1, 'reach')
    expect(decide(rollout, atMs)).toEqual({ do: 'rest', untilMs: atMs + 5_000 })
    expect(decide(rollout, atMs + 5_000)).toEqual({ do: 'begin', steps: [2] })
    rollout = advance(rollout, 2, 'begin', 'accept', 'reach')
    expect(decide(rollout, atMs)).toEqual({ do: 'turn', event: 'finish', text: '3 hosts done' })
  })

  it('leaves the rest alone when a host fails, once the others of its batch have come to an end', () => {
    let rollout = rolloutOf(['a', 'b', 'c'])
    rollout = advance(advance(rollout, 0, 'begin', 'fail'), 1, 'begin', 'accept')
    expect(decide(rollout, atMs)).toEqual({ do: 'wait' })
    rollout = advance(rollout, 1, 'reach')
    expect(decide(rollout, atMs)).toEqual({ do: 'turn', event: 'fail', text: 'a: fail' })
    const ended = afterTurn(rollout, 'fail', 'a: fail', atMs)
    expect(ended && [ended.state, ...states(ended)]).toEqual(['failed', 'failed', 'done', 'skipped'])
    expect(ended && afterTurn(ended, 'resume', '', atMs)).toBeUndefined()
  })

  it('goes back over what it has changed, the last one first, where that is asked', () => {
    let rollout = rolloutOf(['a', 'b', 'c'], { batchSize: 1, verb: 'stop', onFailure: 'rollback' })
    rollout = advance(advance(rollout, 0, 'begin', 'accept', 'reach'), 1, 'begin', 'fail')
    expect(decide(rollout, atMs)).toMatchObject({ do: 'turn', event: 'undo' })
    rollout = afterTurn(rollout, 'undo', 'b: fail', atMs) ?? rollout
    expect(decide(rollout, atMs)).toEqual({ do: 'undo', steps: [1] })
    rollout = advance(rollout, 1, 'undo', 'reach')
    expect(decide(rollout, atMs)).toEqual({ do: 'undo', steps: [0] })
    rollout = advance(rollout, 0, 'undo', 'fail')
    expect(decide(rollout, atMs)).toEqual({ do: 'turn', event: 'finish', text: 'Not put back: a' })
    expect(states(rollout)).toEqual(['not-undone', 'undone', 'skipped'])
  })

  it('begins nothing while it is paused, and takes no step twice', () => {
    const paused = afterTurn(rolloutOf(['a']), 'pause', '', atMs) ?? rolloutOf([])
    expect(decide(paused, atMs)).toEqual({ do: 'wait' })
    const resumed = afterTurn(paused, 'resume', '', atMs) ?? paused
    expect(decide(resumed, atMs)).toEqual({ do: 'begin', steps: [0] })
    const done = advance(resumed, 0, 'begin', 'accept', 'reach')
    expect(afterStep(done, 0, 'begin', '', atMs)).toBeUndefined()
  })
})

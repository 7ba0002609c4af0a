import type { Reason } from '../../../contract/index.ts'
import type { Step, StepContext, Unit, UnitEffect } from '../unit.ts'
import { type EventOf, freshCounts, type Handler, ignore, move, stay } from './step.ts'

/** How long after SIGKILL a process may still be there before it is called unkillable. */
const unkillableAfterMs = 1_500
const firstSweepMs = 10
const slowestSweepMs = 1_000

export function beginStop(unit: Unit, reason: Reason, afterwards: Unit['afterwards'], context: StepContext): Step {
  const patch: Partial<Unit> = { afterwards, stopReason: reason, reason, askedToStopAtMs: context.nowMs, sweeps: 0 }
  if (unit.phase === 'preparing') {
    // Nothing of the service runs yet, but a hook may: end it, and look that nothing is left.
    return beginKill({ ...unit, ...patch, leaderGone: true }, context, { type: 'abort' })
  }
  if (context.policy.stop.hasCommand) {
    return move(unit, 'stop-command', context, patch, { type: 'abort' }, { type: 'stop-command' })
  }
  return beginSignal({ ...unit, ...patch }, context, { type: 'abort' })
}

export function beginSignal(unit: Unit, context: StepContext, ...before: UnitEffect[]): Step {
  const { signal, timeoutMs, killTree } = context.policy.stop
  const look: UnitEffect[] = unit.leaderGone ? [{ type: 'sweep' }] : []
  return move(
    unit,
    'stop-signal',
    context,
    {},
    ...before,
    { type: 'signal', signal, tree: killTree },
    { type: 'arm', timer: 'grace', delayMs: timeoutMs },
    { type: 'announce', kind: 'service.stopping', severity: 'info' },
    ...look,
  )
}

function beginKill(unit: Unit, context: StepContext, ...before: UnitEffect[]): Step {
  return move(
    unit,
    'stop-kill',
    context,
    { killedAtMs: context.nowMs, sweeps: 0 },
    ...before,
    { type: 'kill' },
    { type: 'arm', timer: 'unkillable', delayMs: unkillableAfterMs },
    { type: 'sweep' },
  )
}

const wantDown = (unit: Unit, event: EventOf<'stop'>): Unit['desired'] => (event.keepDesired ? unit.desired : 'down')

/** Nothing runs: the wish alone changes. */
export const stopResting: Handler<'stop'> = (unit, event, context) => {
  const desired = wantDown(unit, event)
  const patch = { desired, queued: false, nextStartAtMs: null, failure: null, ...freshCounts }
  if (event.keepDesired) return unit.phase === 'stopped' ? stay({ ...unit, ...patch }) : stay(unit)
  if (unit.phase === 'stopped') return stay({ ...unit, ...patch, reason: event.reason })
  return move(unit, 'stopped', context, { ...patch, reason: event.reason })
}

export const stopPending: Handler<'stop'> = (unit, event, context) =>
  move(
    unit,
    'stopped',
    context,
    {
      desired: wantDown(unit, event),
      reason: event.reason,
      queued: false,
      nextStartAtMs: null,
      failure: null,
      ...freshCounts,
    },
    { type: 'announce', kind: 'service.stopped', severity: 'info' },
  )

export const stopRunning: Handler<'stop'> = (unit, event, context) =>
  beginStop({ ...unit, desired: wantDown(unit, event), queued: false }, event.reason, 'rest', context)

export const stopEnding: Handler<'stop'> = (unit, event, context) =>
  stay({
    ...unit,
    desired: wantDown(unit, event),
    afterwards: 'rest',
    queued: false,
    stopReason: event.reason,
    askedToStopAtMs: unit.askedToStopAtMs ?? context.nowMs,
  })

export const stopCommandDone: Handler<'stop-command-done'> = (unit, _event, context) => beginSignal(unit, context)

/** How often to look whether the rest of a tree has gone: soon at first, then ever less often. */
const sweepDelayMs = (sweeps: number): number => Math.min(firstSweepMs * 2 ** sweeps, slowestSweepMs)

const lookAgain = (unit: Unit): Step =>
  stay({ ...unit, sweeps: unit.sweeps + 1 }, { type: 'arm', timer: 'sweep', delayMs: sweepDelayMs(unit.sweeps) })

const beginFinish = (unit: Unit, context: StepContext): Step => move(unit, 'finishing', context, {}, { type: 'finish' })

export const sweptWhileStopping: Handler<'swept'> = (unit, event, context) =>
  event.left === 0 && unit.leaderGone ? beginFinish(unit, context) : lookAgain(unit)

/** It ended by itself: what it left behind is asked to end, once, and killed after the grace period. */
export const sweptWhileClearing: Handler<'swept'> = (unit, event, context) => {
  if (event.left === 0) return beginFinish(unit, context)
  const { signal, timeoutMs } = context.policy.stop
  const next = lookAgain(unit)
  if (unit.sweeps > 0) return next
  return stay(
    next.unit,
    { type: 'signal', signal, tree: true },
    { type: 'arm', timer: 'grace', delayMs: timeoutMs },
    ...next.effects,
  )
}

export const timerWhileStopping: Handler<'timer'> = (unit, event, context) => {
  switch (event.name) {
    case 'grace':
      return beginKill(unit, context)
    case 'unkillable':
      return move(
        unit,
        'unkillable',
        context,
        { reason: { code: 'unkillable', text: 'Does not end, not even by SIGKILL' } },
        { type: 'announce', kind: 'service.unkillable', severity: 'critical' },
        { type: 'arm', timer: 'sweep', delayMs: slowestSweepMs },
      )
    case 'sweep':
      return stay(unit, { type: 'sweep' })
    default:
      return ignore(unit)
  }
}

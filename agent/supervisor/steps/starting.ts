import type { Reason } from '../../../contract/index.ts'
import { delayFor } from '../backoff.ts'
import { isStopping } from '../phases.ts'
import type { StartFailure, Step, StepContext, Unit } from '../unit.ts'
import { freshCounts, type Handler, ignore, move, stay } from './step.ts'
import { beginStop } from './stopping.ts'

export function beginStart(unit: Unit, reason: Reason, context: StepContext, patch: Partial<Unit> = {}): Step {
  const cleared: Partial<Unit> = {
    desired: 'up',
    afterwards: 'rest',
    askedToStopAtMs: null,
    stopReason: null,
    killedAtMs: null,
    sweeps: 0,
    nextStartAtMs: null,
    failure: null,
    queued: false,
    ...patch,
  }
  if (context.dependencies.kind !== 'met') return beginWait({ ...unit, ...cleared }, context)
  const generation = unit.generation + 1
  return move(unit, 'preparing', context, { ...cleared, reason, generation }, { type: 'prepare' })
}

function beginWait(unit: Unit, context: StepContext): Step {
  const reason = waitReason(context)
  const known = unit.phase === 'waiting' && unit.reason.code === reason.code && unit.reason.text === reason.text
  if (known) return stay(unit)
  return move(unit, 'waiting', context, { reason }, { type: 'announce', kind: 'service.waiting', severity: 'info' })
}

function waitReason({ dependencies }: StepContext): Reason {
  if (dependencies.kind === 'met') return { code: 'waiting-for-dependency', text: 'Waits' }
  const names = dependencies.on.join(', ')
  if (dependencies.kind === 'pending') return { code: 'waiting-for-dependency', text: `Waits for ${names}` }
  const what = { failed: 'failed', stopped: 'is stopped', disabled: 'is disabled' }[dependencies.why]
  return { code: 'dependency-failed', text: `Waits for ${names}, which ${what}` }
}

export function beginSchedule(unit: Unit, context: StepContext, patch: Partial<Unit> = {}): Step {
  const lastRunFailed = patch.lastRunFailed ?? unit.lastRunFailed
  const reason = patch.reason ?? { code: 'scheduled', text: 'Waits for its next run' }
  return move(unit, 'scheduled', context, {
    ...patch,
    desired: 'up',
    reason,
    lastRunFailed,
    nextStartAtMs: context.nextDueMs ?? null,
  })
}

export const start: Handler<'start'> = (unit, event, context) =>
  context.policy.type === 'cron'
    ? beginSchedule(unit, context, { ...freshCounts })
    : beginStart(unit, event.reason, context, { ...freshCounts })

/** A person does not wait for a timer or a schedule; anything else does. */
export const startAtOnce: Handler<'start'> = (unit, event, context) =>
  event.byPerson ? beginStart(unit, event.reason, context, { ...freshCounts }) : ignore(unit)

export const startAfterEnd: Handler<'start'> = (unit, event) =>
  event.byPerson || unit.desired === 'down'
    ? stay({ ...unit, ...freshCounts, desired: 'up', afterwards: 'start', stopReason: event.reason })
    : ignore(unit)

export const restartNow: Handler<'restart'> = (unit, event, context) =>
  beginStart(unit, event.reason, context, { ...freshCounts })

/** Two restarts at once are one restart: the second finds the first under way. */
export const restartAfterEnd: Handler<'restart'> = (unit, event) =>
  stay({ ...unit, ...freshCounts, desired: 'up', afterwards: 'start', stopReason: event.reason })

export const restartRunning: Handler<'restart'> = (unit, event, context) =>
  beginStop({ ...unit, ...freshCounts, desired: 'up' }, event.reason, 'start', context)

export const startDue: Handler<'due'> = (unit, _event, context) =>
  beginStart(unit, { code: 'scheduled', text: 'Started by its schedule' }, context, { ...freshCounts })

export const dueWhileBusy: Handler<'due'> = (unit, _event, context) => {
  switch (context.policy.cron?.overlap) {
    case 'queue':
      return stay({ ...unit, queued: true })
    case 'kill':
      return isStopping(unit.phase) || unit.phase === 'clearing' || unit.phase === 'finishing'
        ? stay({ ...unit, afterwards: 'start' })
        : beginStop(unit, { code: 'scheduled', text: 'Ended by its next run' }, 'start', context)
    default:
      return stay(unit, { type: 'announce', kind: 'service.skipped', severity: 'warning' })
  }
}

export const prepared: Handler<'prepared'> = (unit, _event, context) =>
  move(unit, 'starting', context, { refusals: unit.refusals }, { type: 'spawn' })

export const startFailed: Handler<'start-failed'> = (unit, { failure }, context) => {
  if (failure.retryable) return refuse(unit, failure, context)
  return fail(unit, failure, context)
}

/** Short also at its longest: what waits for room is to run again soon after there is some. */
const refusalPause = { delayMs: 500, factor: 2, maxDelayMs: 4_000, jitter: 0.2 }

/** The system had no room. That is not the service's fault, so it is tried again for ever and never counts as a crash. */
export function refuse(unit: Unit, failure: StartFailure, context: StepContext): Step {
  const refusals = unit.refusals + 1
  const delayMs = delayFor(refusals, refusalPause, context.random)
  const patch = { refusals, failure, reason: failure, nextStartAtMs: context.nowMs + delayMs, leaderGone: true }
  return move(
    unit,
    'backoff',
    context,
    { ...patch, reason: { code: failure.code, text: failure.text } },
    { type: 'arm', timer: 'backoff', delayMs },
    { type: 'announce', kind: 'service.backoff', severity: 'warning' },
  )
}

export function fail(unit: Unit, failure: StartFailure, context: StepContext): Step {
  const reason = { code: failure.code, text: failure.text }
  if (context.policy.type === 'cron') return beginSchedule(unit, context, { reason, failure, lastRunFailed: true })
  return move(
    unit,
    'failed',
    context,
    { failure, reason, leaderGone: true, nextStartAtMs: null },
    { type: 'remember' },
    { type: 'announce', kind: 'service.failed', severity: 'critical', withLastLines: true },
  )
}

export const spawned: Handler<'spawned'> = (unit, _event, context) => {
  const running: Partial<Unit> = {
    startedAtMs: context.nowMs,
    startedMonotonicMs: context.monotonicMs,
    leaderGone: false,
    end: unit.end,
    lastRunFailed: false,
  }
  if (context.policy.hasPostStart) return stay({ ...unit, ...running }, { type: 'post-start' })
  return nowRunning({ ...unit, ...running }, context)
}

function nowRunning(unit: Unit, context: StepContext): Step {
  return move(unit, 'running', context, {}, { type: 'announce', kind: 'service.started', severity: 'info' })
}

export const postStarted: Handler<'post-started'> = (unit, event, context) => {
  if (!event.failure) return nowRunning(unit, context)
  const { failure } = event
  return beginStop({ ...unit, failure }, { code: failure.code, text: failure.text }, 'rest', context)
}

export const dependenciesChanged: Handler<'dependencies'> = (unit, _event, context) =>
  context.dependencies.kind === 'met'
    ? beginStart(unit, { code: 'dependencies-met', text: 'Started when what it needs was there' }, context)
    : beginWait(unit, context)

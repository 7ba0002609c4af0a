import type { Reason } from '../../../contract/index.ts'
import { describeExit } from '../../why/index.ts'
import { decideRestart, type RunEnd, succeeded } from '../restart.ts'
import type { Step, StepContext, Unit } from '../unit.ts'
import { beginSchedule, beginStart, fail, refuse, startDue } from './starting.ts'
import { type EventOf, freshCounts, type Handler, ignore, move, stay } from './step.ts'
import { beginStop } from './stopping.ts'

function withEnd(unit: Unit, event: EventOf<'exited'>, context: StepContext): Unit {
  const ranForMs = unit.startedMonotonicMs === null ? 0 : Math.max(0, context.monotonicMs - unit.startedMonotonicMs)
  return { ...unit, leaderGone: true, end: { ...event.end, ranForMs, atMs: context.nowMs } }
}

export const exitedByItself: Handler<'exited'> = (unit, event, context) =>
  move(withEnd(unit, event, context), 'clearing', context, { sweeps: 0 }, { type: 'abort' }, { type: 'sweep' })

export const exitedWhileStopping: Handler<'exited'> = (unit, event, context) =>
  stay(withEnd(unit, event, context), ...(unit.phase === 'stop-command' ? [] : [{ type: 'sweep' } as const]))

/** Nothing of the run is left: what now? */
export const finished: Handler<'finished'> = (unit, event, context) => {
  if (unit.failure && unit.afterwards === 'rest') return fail(unit, unit.failure, context)
  if (unit.afterwards === 'judge') return endUnhealthy(unit, unit.stopReason ?? unit.reason, context)
  if (unit.afterwards === 'start') return beginStart(unit, unit.stopReason ?? unit.reason, context)
  if (unit.askedToStopAtMs !== null) return endStopped(unit, context)
  if (unit.queued) return startDue(unit, { type: 'due' }, context)
  return endByItself(unit, unit.end ?? unknownEnd, event.noRoom ?? false, context)
}

export const unknownEnd: RunEnd = { code: null, signal: null, statusKnown: false, outOfMemory: false, ranForMs: 0 }

const endStopped = (unit: Unit, context: StepContext): Step =>
  move(
    unit,
    'stopped',
    context,
    { reason: unit.stopReason ?? unit.reason, ...freshCounts },
    { type: 'announce', kind: 'service.stopped', severity: 'info' },
  )

function endByItself(unit: Unit, end: RunEnd, noRoom: boolean, context: StepContext): Step {
  const { restart } = context.policy
  const decision = decideRestart(restart, unit.attempt, end, context.random)
  const how = upperFirst(describeExit(end))
  const isPolicy = decision.verdict === 'complete' || decision.code === 'policy-never'
  if (noRoom && !isPolicy && !succeeded(end, restart.successExitCodes)) {
    return refuse(unit, { code: 'resources', text: `${how} while its disk was full`, retryable: true }, context)
  }
  switch (decision.verdict) {
    case 'complete':
      return complete(unit, how, context)
    case 'give-up': {
      const times = decision.attempt > 1 ? `, ${decision.attempt} times in a row; gave up` : ''
      const reason = { code: decision.code, text: `${how}${times}` }
      return giveUp({ ...unit, attempt: decision.attempt }, reason, context)
    }
    case 'restart':
      return pauseBeforeRestart(unit, { code: decision.code, text: how }, decision, context)
  }
}

function pauseBeforeRestart(
  unit: Unit,
  reason: Reason,
  { attempt, delayMs }: { attempt: number; delayMs: number },
  context: StepContext,
): Step {
  const firstFailureAtMs = attempt === 1 ? context.nowMs : unit.firstFailureAtMs
  const failing = { ...unit, reason, attempt, refusals: 0, firstFailureAtMs }
  if (delayMs <= 0) return startAgain(failing, context)
  return move(
    failing,
    'backoff',
    context,
    { nextStartAtMs: context.nowMs + delayMs },
    { type: 'arm', timer: 'backoff', delayMs },
    { type: 'announce', kind: 'service.backoff', severity: 'warning' },
  )
}

/** A check has found it unhealthy: it is ended like by a person, and comes again like after a crash. */
export const unhealthy: Handler<'unhealthy'> = (unit, event, context) =>
  beginStop({ ...unit, queued: false }, event.reason, 'judge', context)

/** That it is restarted is what its check says; how often and how soon is said by the restart block. */
function endUnhealthy(unit: Unit, reason: Reason, context: StepContext): Step {
  const restart = { ...context.policy.restart, policy: 'always' } as const
  const decision = decideRestart(restart, unit.attempt, unit.end ?? unknownEnd, context.random)
  const ended = { ...unit, afterwards: 'rest', askedToStopAtMs: null, stopReason: null, killedAtMs: null } as const
  if (decision.verdict === 'restart') return pauseBeforeRestart(ended, reason, decision, context)
  const attempt = decision.verdict === 'give-up' ? decision.attempt : unit.attempt
  const gaveUp = { code: reason.code, text: `${reason.text}, ${attempt} times in a row; gave up` }
  return giveUp({ ...ended, attempt }, gaveUp, context)
}

function startAgain(unit: Unit, context: StepContext): Step {
  const reason = { code: 'restarted', text: `Started again: ${lowerFirst(unit.reason.text)}` }
  return beginStart(unit, reason, context, { restarts: unit.restarts + 1 })
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function complete(unit: Unit, how: string, context: StepContext): Step {
  const announce = { type: 'announce', kind: 'service.completed', severity: 'info' } as const
  const reason = { code: 'completed', text: how }
  if (context.policy.type === 'cron') {
    const scheduled = beginSchedule(unit, context, { reason, lastRunFailed: false, ...freshCounts })
    return { unit: scheduled.unit, effects: [...scheduled.effects, announce] }
  }
  return move(unit, 'completed', context, { reason, ...freshCounts }, { type: 'remember' }, announce)
}

function giveUp(unit: Unit, reason: Reason, context: StepContext): Step {
  const announce = { type: 'announce', kind: 'service.failed', severity: 'critical', withLastLines: true } as const
  if (context.policy.type === 'cron') {
    const scheduled = beginSchedule(unit, context, { reason, lastRunFailed: true, ...freshCounts })
    return { unit: scheduled.unit, effects: [...scheduled.effects, announce] }
  }
  return move(unit, 'failed', context, { reason }, { type: 'remember' }, announce)
}

export const timerInBackoff: Handler<'timer'> = (unit, event, context) =>
  event.name === 'backoff' ? startAgain(unit, context) : ignore(unit)

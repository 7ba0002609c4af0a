import type { Reason } from '../../contract/index.ts'
import { describeExit } from '../why/index.ts'
import { delayFor } from './backoff.ts'
import { isStopping, type Phase, shownState } from './phases.ts'
import { decideRestart, type RunEnd } from './restart.ts'
import type { StartFailure, Step, StepContext, Unit, UnitEffect, UnitEvent, UnitEventType } from './unit.ts'

type EventOf<T extends UnitEventType> = Extract<UnitEvent, { type: T }>
type Handler<T extends UnitEventType> = (unit: Unit, event: EventOf<T>, context: StepContext) => Step
/** One row of the table: what each event does in a phase. Every pair is stated. */
type Row = { readonly [T in UnitEventType]: Handler<T> }

/** How long after SIGKILL a process may still be there before it is called unkillable. */
const unkillableAfterMs = 1_500
const firstSweepMs = 10
const slowestSweepMs = 1_000

const stay = (unit: Unit, ...effects: UnitEffect[]): Step => ({ unit, effects })

/** The event says nothing that matters here: a repeated wish, or a word about something that is over. */
const ignore = (unit: Unit): Step => stay(unit)

function move(unit: Unit, phase: Phase, context: StepContext, patch: Partial<Unit>, ...effects: UnitEffect[]): Step {
  const visible = shownState[phase] !== shownState[unit.phase]
  return {
    unit: { ...unit, ...patch, phase, sinceMs: visible ? context.nowMs : unit.sinceMs },
    effects: [{ type: 'disarm' }, ...effects],
  }
}

// ---- Starting -----------------------------------------------------------------------------------

const freshCounts = { attempt: 0, firstFailureAtMs: null, refusals: 0 } as const

function beginStart(unit: Unit, reason: Reason, context: StepContext, patch: Partial<Unit> = {}): Step {
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

function beginSchedule(unit: Unit, context: StepContext, patch: Partial<Unit> = {}): Step {
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

const start: Handler<'start'> = (unit, event, context) =>
  context.policy.type === 'cron'
    ? beginSchedule(unit, context, { ...freshCounts })
    : beginStart(unit, event.reason, context, { ...freshCounts })

/** A person does not wait for a timer or a schedule; anything else does. */
const startAtOnce: Handler<'start'> = (unit, event, context) =>
  event.byPerson ? beginStart(unit, event.reason, context, { ...freshCounts }) : ignore(unit)

const startAfterEnd: Handler<'start'> = (unit, event) =>
  event.byPerson || unit.desired === 'down'
    ? stay({ ...unit, ...freshCounts, desired: 'up', afterwards: 'start', stopReason: event.reason })
    : ignore(unit)

const restartNow: Handler<'restart'> = (unit, event, context) =>
  beginStart(unit, event.reason, context, { ...freshCounts })

/** Two restarts at once are one restart: the second finds the first under way. */
const restartAfterEnd: Handler<'restart'> = (unit, event) =>
  stay({ ...unit, ...freshCounts, desired: 'up', afterwards: 'start', stopReason: event.reason })

const restartRunning: Handler<'restart'> = (unit, event, context) =>
  beginStop({ ...unit, ...freshCounts, desired: 'up' }, event.reason, 'start', context)

const startDue: Handler<'due'> = (unit, _event, context) =>
  beginStart(unit, { code: 'scheduled', text: 'Started by its schedule' }, context, { ...freshCounts })

const dueWhileBusy: Handler<'due'> = (unit, _event, context) => {
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

const prepared: Handler<'prepared'> = (unit, _event, context) =>
  move(unit, 'starting', context, { refusals: unit.refusals }, { type: 'spawn' })

const startFailed: Handler<'start-failed'> = (unit, { failure }, context) => {
  if (failure.retryable) return refuse(unit, failure, context)
  return fail(unit, failure, context)
}

/** The system had no room. That is not the service's fault, so it is tried again for ever, ever less often. */
function refuse(unit: Unit, failure: StartFailure, context: StepContext): Step {
  const refusals = unit.refusals + 1
  const spec = context.policy.restart
  const delayMs = Math.max(500, delayFor(refusals, { ...spec, delayMs: Math.max(spec.delayMs, 500) }, context.random))
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

function fail(unit: Unit, failure: StartFailure, context: StepContext): Step {
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

const spawned: Handler<'spawned'> = (unit, _event, context) => {
  const running: Partial<Unit> = {
    startedAtMs: context.nowMs,
    startedMonotonicMs: context.monotonicMs,
    leaderGone: false,
    refusals: 0,
    end: unit.end,
    lastRunFailed: false,
  }
  if (context.policy.hasPostStart) return stay({ ...unit, ...running }, { type: 'post-start' })
  return nowRunning({ ...unit, ...running }, context)
}

function nowRunning(unit: Unit, context: StepContext): Step {
  return move(unit, 'running', context, {}, { type: 'announce', kind: 'service.started', severity: 'info' })
}

const postStarted: Handler<'post-started'> = (unit, event, context) => {
  if (!event.failure) return nowRunning(unit, context)
  const { failure } = event
  return beginStop({ ...unit, failure }, { code: failure.code, text: failure.text }, 'rest', context)
}

// ---- Stopping -----------------------------------------------------------------------------------

function beginStop(unit: Unit, reason: Reason, afterwards: Unit['afterwards'], context: StepContext): Step {
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

function beginSignal(unit: Unit, context: StepContext, ...before: UnitEffect[]): Step {
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
const stopResting: Handler<'stop'> = (unit, event, context) => {
  const desired = wantDown(unit, event)
  const patch = { desired, queued: false, nextStartAtMs: null, failure: null, ...freshCounts }
  if (event.keepDesired) return unit.phase === 'stopped' ? stay({ ...unit, ...patch }) : stay(unit)
  if (unit.phase === 'stopped') return stay({ ...unit, ...patch, reason: event.reason })
  return move(unit, 'stopped', context, { ...patch, reason: event.reason })
}

const stopPending: Handler<'stop'> = (unit, event, context) =>
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

const stopRunning: Handler<'stop'> = (unit, event, context) =>
  beginStop({ ...unit, desired: wantDown(unit, event), queued: false }, event.reason, 'rest', context)

const stopEnding: Handler<'stop'> = (unit, event, context) =>
  stay({
    ...unit,
    desired: wantDown(unit, event),
    afterwards: 'rest',
    queued: false,
    stopReason: event.reason,
    askedToStopAtMs: unit.askedToStopAtMs ?? context.nowMs,
  })

const stopCommandDone: Handler<'stop-command-done'> = (unit, _event, context) => beginSignal(unit, context)

/** How often to look whether the rest of a tree has gone: soon at first, then ever less often. */
const sweepDelayMs = (sweeps: number): number => Math.min(firstSweepMs * 2 ** sweeps, slowestSweepMs)

const lookAgain = (unit: Unit): Step =>
  stay({ ...unit, sweeps: unit.sweeps + 1 }, { type: 'arm', timer: 'sweep', delayMs: sweepDelayMs(unit.sweeps) })

const beginFinish = (unit: Unit, context: StepContext): Step => move(unit, 'finishing', context, {}, { type: 'finish' })

const sweptWhileStopping: Handler<'swept'> = (unit, event, context) =>
  event.left === 0 && unit.leaderGone ? beginFinish(unit, context) : lookAgain(unit)

/** It ended by itself: what it left behind is asked to end, once, and killed after the grace period. */
const sweptWhileClearing: Handler<'swept'> = (unit, event, context) => {
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

const timerWhileStopping: Handler<'timer'> = (unit, event, context) => {
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

const timerInBackoff: Handler<'timer'> = (unit, event, context) =>
  event.name === 'backoff' ? startAgain(unit, context) : ignore(unit)

// ---- Ending -------------------------------------------------------------------------------------

function withEnd(unit: Unit, event: EventOf<'exited'>, context: StepContext): Unit {
  const ranForMs = unit.startedMonotonicMs === null ? 0 : Math.max(0, context.monotonicMs - unit.startedMonotonicMs)
  return { ...unit, leaderGone: true, end: { ...event.end, ranForMs, atMs: context.nowMs } }
}

const exitedByItself: Handler<'exited'> = (unit, event, context) =>
  move(withEnd(unit, event, context), 'clearing', context, { sweeps: 0 }, { type: 'abort' }, { type: 'sweep' })

const exitedWhileStopping: Handler<'exited'> = (unit, event, context) =>
  stay(withEnd(unit, event, context), ...(unit.phase === 'stop-command' ? [] : [{ type: 'sweep' } as const]))

/** Nothing of the run is left: what now? */
const finished: Handler<'finished'> = (unit, _event, context) => {
  if (unit.failure && unit.afterwards === 'rest') return fail(unit, unit.failure, context)
  if (unit.afterwards === 'start') return beginStart(unit, unit.stopReason ?? unit.reason, context)
  if (unit.askedToStopAtMs !== null) return endStopped(unit, context)
  if (unit.queued) return startDue(unit, { type: 'due' }, context)
  return endByItself(unit, unit.end ?? unknownEnd, context)
}

const unknownEnd: RunEnd = { code: null, signal: null, statusKnown: false, outOfMemory: false, ranForMs: 0 }

const endStopped = (unit: Unit, context: StepContext): Step =>
  move(
    unit,
    'stopped',
    context,
    { reason: unit.stopReason ?? unit.reason, ...freshCounts },
    { type: 'announce', kind: 'service.stopped', severity: 'info' },
  )

function endByItself(unit: Unit, end: RunEnd, context: StepContext): Step {
  const decision = decideRestart(context.policy.restart, unit.attempt, end, context.random)
  const how = upperFirst(describeExit(end))
  switch (decision.verdict) {
    case 'complete':
      return complete(unit, how, context)
    case 'give-up': {
      const times = decision.attempt > 1 ? `, ${decision.attempt} times in a row; gave up` : ''
      const reason = { code: decision.code, text: `${how}${times}` }
      return giveUp({ ...unit, attempt: decision.attempt }, reason, context)
    }
    case 'restart': {
      const again = { ...unit, attempt: decision.attempt }
      const first = decision.attempt === 1 ? context.nowMs : unit.firstFailureAtMs
      const reason = { code: decision.code, text: how }
      const failing = { ...again, reason, firstFailureAtMs: first }
      if (decision.delayMs <= 0) return startAgain(failing, context)
      const nextStartAtMs = context.nowMs + decision.delayMs
      return move(
        failing,
        'backoff',
        context,
        { nextStartAtMs },
        { type: 'arm', timer: 'backoff', delayMs: decision.delayMs },
        { type: 'announce', kind: 'service.backoff', severity: 'warning' },
      )
    }
  }
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

// ---- Coming back --------------------------------------------------------------------------------

/** A run that an earlier agent began: it still runs, or its leader ended while nobody looked. */
const adopted: Handler<'adopted'> = (unit, event, context) => {
  const known: Unit = {
    ...unit,
    generation: event.generation,
    startedAtMs: event.startedAtMs,
    startedMonotonicMs: context.monotonicMs - Math.max(0, context.nowMs - event.startedAtMs),
    restarts: event.restarts,
    leaderGone: event.leaderGone,
    reason: { code: 'adopted', text: 'Kept running while the agent was away' },
    end: event.leaderGone
      ? { ...unknownEnd, ...event.end, ranForMs: Math.max(0, context.nowMs - event.startedAtMs), atMs: context.nowMs }
      : null,
  }
  if (event.stopping) {
    const afterwards = unit.desired === 'up' ? 'start' : 'rest'
    return beginSignal(
      { ...known, afterwards, stopReason: unit.reason, reason: unit.reason, askedToStopAtMs: context.nowMs },
      context,
    )
  }
  if (event.leaderGone) return move(known, 'clearing', context, { sweeps: 0 }, { type: 'sweep' })
  const running = move(known, 'running', context, {}, { type: 'announce', kind: 'service.adopted', severity: 'info' })
  return { ...running, unit: { ...running.unit, sinceMs: event.startedAtMs } }
}

// ---- The table ----------------------------------------------------------------------------------

const dependenciesChanged: Handler<'dependencies'> = (unit, _event, context) =>
  context.dependencies.kind === 'met'
    ? beginStart(unit, { code: 'dependencies-met', text: 'Started when what it needs was there' }, context)
    : beginWait(unit, context)

/** What most phases do with most events, so that a row states what is its own. */
const quiet: Row = {
  start: ignore,
  stop: ignore,
  restart: ignore,
  due: ignore,
  dependencies: ignore,
  timer: ignore,
  prepared: ignore,
  'start-failed': ignore,
  spawned: ignore,
  'post-started': ignore,
  exited: ignore,
  swept: ignore,
  'stop-command-done': ignore,
  finished: ignore,
  adopted: ignore,
}

const rest: Row = { ...quiet, start, stop: stopResting, restart: restartNow, adopted }

const ending: Row = {
  ...quiet,
  start: startAfterEnd,
  stop: stopEnding,
  restart: restartAfterEnd,
  due: dueWhileBusy,
  timer: timerWhileStopping,
  exited: exitedWhileStopping,
  swept: sweptWhileStopping,
}

/** State × event → what happens. A test walks every pair. */
export const transitions: Readonly<Record<Phase, Row>> = {
  stopped: rest,
  completed: rest,
  failed: rest,
  scheduled: { ...quiet, start: startAtOnce, stop: stopPending, restart: restartNow, due: startDue },
  waiting: { ...quiet, stop: stopPending, dependencies: dependenciesChanged },
  backoff: { ...quiet, start: startAtOnce, stop: stopPending, restart: restartNow, timer: timerInBackoff },
  preparing: { ...quiet, stop: stopRunning, due: dueWhileBusy, prepared, 'start-failed': startFailed },
  starting: {
    ...quiet,
    stop: stopRunning,
    restart: restartRunning,
    due: dueWhileBusy,
    'start-failed': startFailed,
    spawned,
    'post-started': postStarted,
    exited: exitedByItself,
  },
  running: {
    ...quiet,
    stop: stopRunning,
    restart: restartRunning,
    due: dueWhileBusy,
    'start-failed': startFailed,
    exited: exitedByItself,
  },
  'stop-command': { ...ending, swept: ignore, 'stop-command-done': stopCommandDone },
  'stop-signal': ending,
  'stop-kill': ending,
  unkillable: ending,
  clearing: { ...ending, swept: sweptWhileClearing, exited: ignore },
  finishing: { ...ending, exited: ignore, swept: ignore, timer: ignore, finished },
}

/** The next state of a unit and what is to be done, decided from values alone. */
export function step(unit: Unit, event: UnitEvent, context: StepContext): Step {
  if ('generation' in event && event.type !== 'adopted' && event.generation !== unit.generation) return stay(unit)
  const handler = transitions[unit.phase][event.type] as Handler<typeof event.type>
  return handler(unit, event as never, context)
}

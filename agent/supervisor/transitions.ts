import type { Phase } from './phases.ts'
import { adopted } from './steps/adopting.ts'
import { exitedByItself, exitedWhileStopping, finished, timerInBackoff, unhealthy } from './steps/ending.ts'
import {
  dependenciesChanged,
  dueWhileBusy,
  postStarted,
  prepared,
  restartAfterEnd,
  restartNow,
  restartRunning,
  spawned,
  start,
  startAfterEnd,
  startAtOnce,
  startDue,
  startFailed,
} from './steps/starting.ts'
import { type Handler, ignore, type Row, stay } from './steps/step.ts'
import {
  stopCommandDone,
  stopEnding,
  stopPending,
  stopResting,
  stopRunning,
  sweptWhileClearing,
  sweptWhileStopping,
  timerWhileStopping,
} from './steps/stopping.ts'
import type { Step, StepContext, Unit, UnitEvent } from './unit.ts'

/** What most phases do with most events, so that a row states what is its own. */
const quiet: Row = {
  start: ignore,
  stop: ignore,
  restart: ignore,
  unhealthy: ignore,
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
    unhealthy,
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

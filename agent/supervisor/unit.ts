import type { EventKind, Reason } from '../../contract/index.ts'
import type { CronSpec, DependencySpec, RestartSpec, StopSpec } from '../config/index.ts'
import type { Trace } from '../trace.ts'
import type { Phase } from './phases.ts'
import type { RunEnd } from './restart.ts'

/** What the files say, as far as it decides what happens next. */
export interface UnitPolicy {
  type: 'service' | 'task' | 'cron'
  restart: RestartSpec
  stop: Pick<StopSpec, 'signal' | 'timeoutMs' | 'killTree'> & { hasCommand: boolean }
  cron?: CronSpec
  dependsOn: readonly DependencySpec[]
  hasPostStart: boolean
}

/** `judge`: it is ended as unhealthy, and what follows is decided as after a crash. */
export type Afterwards = 'rest' | 'start' | 'judge'

/** Where one instance stands. A value: a step returns the next one. */
export interface Unit {
  readonly instance: string
  readonly service: string
  readonly replica: number | null
  readonly phase: Phase
  readonly desired: 'up' | 'down'
  /** Counts start attempts. What comes back from an older one is dropped. */
  readonly generation: number
  readonly reason: Reason
  /** What brought about what is under way, or was last. */
  readonly trace: Trace | null
  /** Wall clock of the last change of phase that a client sees. */
  readonly sinceMs: number
  /** While it ends: what follows when nothing of it is left. */
  readonly afterwards: Afterwards
  /** Runs in a row that ended by themselves before their window was over. */
  readonly attempt: number
  /** When the first of them ended, wall clock. */
  readonly firstFailureAtMs: number | null
  /** Start attempts and runs in a row that the system had no room for; not the service's fault, so counted apart. */
  readonly refusals: number
  /** Starts that nobody asked for. */
  readonly restarts: number
  readonly startedAtMs: number | null
  readonly startedMonotonicMs: number | null
  readonly end: (RunEnd & { atMs: number }) | null
  /** Why the start that is under way, or the last one, came to nothing. */
  readonly failure: StartFailure | null
  /** The leader has been seen to end. */
  readonly leaderGone: boolean
  /** Sweeps since a kill, for saying "unkillable" and for polling less and less often. */
  readonly sweeps: number
  readonly askedToStopAtMs: number | null
  /** What a finished stop will say. */
  readonly stopReason: Reason | null
  readonly killedAtMs: number | null
  readonly nextStartAtMs: number | null
  /** A cron run that came due while another ran (`overlap = "queue"`). */
  readonly queued: boolean
  readonly lastRunFailed: boolean
}

/** Why a start could not come to a process. */
export interface StartFailure {
  code: string
  text: string
  retryable: boolean
}

export type TimerName = 'backoff' | 'due' | 'grace' | 'sweep' | 'unkillable'

export type UnitEvent =
  | { type: 'start'; reason: Reason; byPerson: boolean; trace?: Trace | undefined }
  | { type: 'stop'; reason: Reason; keepDesired: boolean; trace?: Trace | undefined }
  | { type: 'restart'; reason: Reason; trace?: Trace | undefined }
  /** A check that says `on_failure = "restart"` has failed often enough. */
  | { type: 'unhealthy'; reason: Reason; trace?: Trace | undefined }
  | { type: 'due' }
  | { type: 'dependencies' }
  | { type: 'timer'; name: TimerName; generation: number }
  | { type: 'prepared'; generation: number }
  | { type: 'start-failed'; generation: number; failure: StartFailure }
  | { type: 'spawned'; generation: number }
  | { type: 'post-started'; generation: number; failure?: StartFailure }
  | { type: 'exited'; generation: number; end: Omit<RunEnd, 'ranForMs'> }
  | { type: 'swept'; generation: number; left: number }
  | { type: 'stop-command-done'; generation: number }
  /** `noRoom`: the disk that takes its output is full, so that its end may be no fault of its own. */
  | { type: 'finished'; generation: number; noRoom?: boolean }
  | {
      type: 'adopted'
      generation: number
      startedAtMs: number
      restarts: number
      stopping: boolean
      leaderGone: boolean
      /** How it ended, where it could leave word of it. */
      end: { code: number | null; signal: string | null; statusKnown: boolean } | null
      trace?: Trace | undefined
    }
export type UnitEventType = UnitEvent['type']

export type UnitEffect =
  /** Resolve late values, look at ports and users, run pre_start hooks; answers `prepared` or `start-failed`. */
  | { type: 'prepare' }
  /** Answers `spawned` or `start-failed`. */
  | { type: 'spawn' }
  /** Run post_start hooks; answers `post-started`. */
  | { type: 'post-start' }
  /** Run stop.command, bounded by stop.timeout; answers `stop-command-done`. */
  | { type: 'stop-command' }
  /** To the tree, or with `tree: false` to the leader alone. */
  | { type: 'signal'; signal: string; tree: boolean }
  | { type: 'kill' }
  /** Count what is alive of the run; answers `swept`. */
  | { type: 'sweep' }
  /** Everything is gone: run post_stop hooks, let the log be read to its end; answers `finished`. */
  | { type: 'finish' }
  | { type: 'arm'; timer: TimerName; delayMs: number }
  /** End the preparation or hook that is under way. */
  | { type: 'abort' }
  /** Forget every timer of the instance. */
  | { type: 'disarm' }
  | { type: 'announce'; kind: EventKind; severity: 'info' | 'warning' | 'critical'; withLastLines?: boolean }
  /** The unit's outcome must survive: it completed, or gave up. */
  | { type: 'remember' }

/** Whether what a unit depends on is there. */
export type DependencyStatus =
  | { kind: 'met' }
  | { kind: 'pending'; on: readonly string[] }
  /** It will not come by itself: it failed, or a person stopped it. */
  | { kind: 'blocked'; on: readonly string[]; why: 'failed' | 'stopped' | 'disabled' }

/** Everything a decision rests on besides the unit: time and chance come as values. */
export interface StepContext {
  policy: UnitPolicy
  nowMs: number
  monotonicMs: number
  random: number
  dependencies: DependencyStatus
  /** The next time after `nowMs` that the schedule names; undefined without a schedule. */
  nextDueMs: number | undefined
}

export interface Step {
  unit: Unit
  effects: readonly UnitEffect[]
}

export function newUnit(instance: string, service: string, replica: number | null, nowMs: number): Unit {
  return {
    instance,
    service,
    replica,
    phase: 'stopped',
    desired: 'down',
    generation: 0,
    reason: { code: 'not-started', text: 'Not started yet' },
    trace: null,
    sinceMs: nowMs,
    afterwards: 'rest',
    attempt: 0,
    firstFailureAtMs: null,
    refusals: 0,
    restarts: 0,
    startedAtMs: null,
    startedMonotonicMs: null,
    end: null,
    failure: null,
    leaderGone: true,
    sweeps: 0,
    askedToStopAtMs: null,
    stopReason: null,
    killedAtMs: null,
    nextStartAtMs: null,
    queued: false,
    lastRunFailed: false,
  }
}

import type { ServiceState } from '../../contract/index.ts'
import type { DependencyCondition, Range } from '../config/index.ts'
import type { SpawnError } from '../os/index.ts'

/** Everything that the explanation of one instance may rest on. Gathered by the supervisor when it happens, never guessed later. */
export interface ServiceFacts {
  name: string
  type: 'service' | 'task' | 'cron'
  desired: 'up' | 'down'
  state: ServiceState
  reasonCode: string
  /** Where the service stands in the files. */
  range: Range
  commandLine: string
  program: string
  workingDir: string | undefined
  user: string | undefined
  /** When the present state began. */
  sinceMs: number
  /** The end of the last run. */
  exit?: {
    code: number | null
    signal: string | null
    /** False after an adoption: it ended, how is not known. */
    statusKnown: boolean
    ranForMs: number
    atMs: number
    outOfMemory: boolean
    memoryLimitBytes: number | undefined
    /** Whether it counts as a success (`success_exit_codes`); absent: code 0 does. */
    succeeded?: boolean
  }
  /** Failed runs within the restart window, and the limit. */
  failures: { count: number; windowMs: number; maxRetries: number; firstAtMs?: number }
  gaveUp: boolean
  nextStartAtMs?: number
  /** The last start that did not come to a process. */
  startError?: {
    what: SpawnError['what'] | 'environment' | 'port' | 'hook' | 'log'
    code: string
    subject: string
    message: string
    retryable: boolean
    range?: Range
    /** Programs on the PATH, or files beside it, whose names are near. */
    similar?: readonly string[]
    /** For a `#!` that names nothing: the file that has it. */
    scriptOf?: string
    /** Of a file that exists but was refused: its mode, and who owns it. */
    file?: { mode: number; owner: string }
  }
  /** A port that the service declares or that its last lines named, and who holds it. */
  port?: {
    port: number
    holder?: {
      pid: number
      name: string
      command: string
      startTime: string
      service?: string
      leftFromOwnRun: boolean
    }
    /** Somebody has it whom this agent may not see. */
    hidden?: boolean
    freePort?: number
    /** Where the number is written, if it is. */
    range?: Range
    /** The attribute that says it (`ports`, `environment.PORT`); absent: `ports`. */
    attribute?: string
  }
  /** Where the last lines say that nobody answers, and which of our services declares that port. */
  refused?: { host: string; port: number; service?: string }
  /** Dependencies that are not met yet, in the order of the file. */
  waitingFor: readonly { service: string; condition: DependencyCondition }[]
  /** What has to be stopped before this one may be: services that depend on it and still run. */
  stopsAfter?: readonly string[]
  /** Late values that could not be had. */
  missing: readonly {
    kind: 'env' | 'credential' | 'file' | 'env-file' | 'too-long'
    name: string
    range: Range
    /** A sentence for a person that says more than that it is missing. */
    message?: string
  }[]
  /** A stop that is under way, or how the last one went. */
  stop?: {
    signal: string
    askedAtMs: number
    timeoutMs: number
    /** Everything that is still alive; after a kill, what was alive when it was sent. */
    remaining: readonly { pid: number; name: string; state: string; command?: string }[]
    killedAtMs?: number
    /** Set when SIGKILL had no effect either. */
    unkillable: boolean
  }
  /** A check that fails, or for which the last run was ended. */
  unhealthy?: {
    check: string
    /** What it answered. */
    text: string
    /** What was tried; absent where the run is over. */
    target?: string
    sinceMs?: number
    failures?: number
    range?: Range
  }
  hook?: {
    name: 'pre_start' | 'post_start' | 'post_stop'
    commandLine: string
    exitCode: number | null
    timedOut: boolean
    lastLines: readonly string[]
  }
  disabledBy?: 'file' | 'person'
  enabledRange?: Range
  lastLines: readonly string[]
}

import type { ResolvedService, ServiceSpec } from '../../config/index.ts'
import type { Logs } from '../../logs/index.ts'
import type { Clock, Platform, ProcessIdentity, SpawnError } from '../../os/index.ts'
import type { RunRecord, Store } from '../../store/index.ts'
import type { PortLookup, ServiceFacts } from '../../why/index.ts'
import type { StartFailure, Unit, UnitEffect, UnitEvent } from '../unit.ts'

/** What was learned about an instance while it was carried: the ground for `why`. */
export type RunFacts = Partial<
  Pick<ServiceFacts, 'startError' | 'port' | 'missing' | 'hook' | 'lastLines' | 'refused'>
> & {
  remaining?: NonNullable<ServiceFacts['stop']>['remaining']
}

/** One run of an instance, from its preparation until nothing of it is left. */
export interface Run {
  record: RunRecord
  spec: ServiceSpec
  abort: AbortController
  resolved?: ResolvedService
  env?: Record<string, string>
  identity?: ProcessIdentity
  /** A kill that is under way: a sweep beside it would end what it has yet to describe. */
  killing?: Promise<void>
  notes: string[]
}

export interface RunnerDeps {
  platform: Platform
  clock: Clock
  logs: Logs
  store: Store
  /** Random text for a new cookie. */
  newCookie: (instance: string) => string
  specOf: (service: string) => ServiceSpec | undefined
  /** The agent's own environment as services may see it. */
  baseEnv: () => Readonly<Record<string, string>>
  /** For `env:` values: the agent's environment whole. */
  lookupEnv: () => Record<string, string | undefined>
  send: (instance: string, event: UnitEvent) => void
  unit: (instance: string) => Unit | undefined
  announce: (unit: Unit, effect: Extract<UnitEffect, { type: 'announce' }>) => void
  remember: (unit: Unit) => void
  /** Facts of an instance have changed without a change of its unit. */
  factsChanged: (instance: string) => void
  describeStartError: (
    error: SpawnError,
    spec: ServiceSpec,
    resolved: ResolvedService,
    env: Record<string, string>,
  ) => Promise<RunFacts['startError']>
  portLookup: (instance: string, spec: ServiceSpec, port: number) => PortLookup
  onProblem: (what: string, error: unknown) => void
  statusFile: (cookie: string) => string
  /** What a start lets go first; undefined where there is nothing. */
  giveWay: () => Promise<void> | undefined
  /** Whether what services write still finds room on its disk. */
  hasRoom: () => boolean
}

/** What the parts of this folder share: each is a few functions over this one value. */
export interface Carrier {
  readonly deps: RunnerDeps
  /** By instance, from its preparation until nothing of the run is left. */
  readonly runs: Map<string, Run>
  /** Which instance a leader belongs to. */
  readonly byPid: Map<number, string>
  /** How many runs have had a leader so far. */
  begun: number
  readonly facts: Map<string, RunFacts>
  readonly spawnQueue: Unit[]
  /** How many starts are under way. */
  spawning: number
}

export const noRoomText = 'The disk of the data directory is full or takes no writes'

export function learn(carrier: Carrier, instance: string, facts: RunFacts): void {
  carrier.facts.set(instance, { ...carrier.facts.get(instance), ...facts })
}

export function refuse(carrier: Carrier, unit: Unit, failure: StartFailure): void {
  carrier.deps.send(unit.instance, { type: 'start-failed', generation: unit.generation, failure })
}

/** What must be answered is answered by `otherwise` where the work fails, so that no service waits for ever. */
export function inBackground(
  carrier: Carrier,
  what: string,
  work: () => Promise<void>,
  otherwise: () => void = () => {},
): void {
  work().catch((error: unknown) => {
    carrier.deps.onProblem(what, error)
    otherwise()
  })
}

/** The run has a process that leads it, a new one or one that was taken over. */
export function beginRun(carrier: Carrier, run: Run, identity: ProcessIdentity): void {
  run.identity = identity
  carrier.byPid.set(identity.pid, run.record.instance)
  carrier.begun++
}

export function journal(carrier: Carrier, run: Run): void {
  // The cookie in the child's environment finds it even where this write is lost; the store says itself what ails it.
  carrier.deps.store.putRun({ ...run.record }).catch(() => undefined)
}

export function dropRun(carrier: Carrier, run: Run): void {
  const { record } = run
  carrier.deps.logs
    .finish(record.cookie)
    .catch((error: unknown) => carrier.deps.onProblem(`log of ${record.instance}`, error))
  carrier.deps.store.removeRun(record.cookie).catch(() => undefined)
  carrier.deps.platform.removeCgroup(record.instance)
  if (carrier.runs.get(record.instance) === run) carrier.runs.delete(record.instance)
  if (run.identity) carrier.byPid.delete(run.identity.pid)
}

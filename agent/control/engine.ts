import type { AgentInfo, ConfigStatus, Host, Reason, Service, Why } from '../../contract/index.ts'
import type { AlertEngine, Deliveries, DesktopNotice, Keeper } from '../alerts/index.ts'
import type { Caller } from '../caller.ts'
import type { Configuration, ConfigWorker, LoadOptions, ServiceSpec } from '../config/index.ts'
import type { Monitor } from '../health/index.ts'
import type { Logs } from '../logs/index.ts'
import type { Measurement, Sampler, SweepFeed, Usage } from '../metrics/index.ts'
import { type Clock, currentEnv, type FileMarks, type Platform } from '../os/index.ts'
import type { Credentials } from '../secrets/index.ts'
import type { Store, StoredState, UnitRecord } from '../store/index.ts'
import type { Runner, Supervisor } from '../supervisor/index.ts'
import type { Operations, Signal, SignalCounts, SpanItem } from '../telemetry/index.ts'
import { newTrace, type Trace } from '../trace.ts'
import type { EventLog } from './events.ts'
import type { Tightness } from './guards.ts'
import type { StateHub } from './hub.ts'
import type { Tally } from './tally.ts'
import type { Unseen } from './unseen.ts'

/** What the engine is given: the machine, the disk, the clock and chance. */
export interface AgentDeps {
  platform: Platform
  clock: Clock
  logs: Logs
  store: Store
  configWorker: ConfigWorker
  loadOptions: LoadOptions
  mode: AgentInfo['mode']
  dataDir: string
  random: () => number
  randomText: () => string
  author: string
  log: {
    debug(fields: object, message: string): void
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  /** Takes the values that are hidden now out of a text. */
  clean: (text: string) => string
  /** Keeps these values out of the agent's own log from now on. */
  hide: (secrets: Iterable<string>) => void
  info: () => Omit<AgentInfo, 'stopping' | 'quitPolicy' | 'name' | 'mode'>
  /** What `credential:NAME` stands for. */
  credentials: Credentials
  hostName: string
  /** What a start lets go first, as a window that opens; undefined where there is nothing. */
  giveWay: () => Promise<void> | undefined
  /** Called once when the agent shall end. */
  onShutdown: (services: 'stop' | 'keep', trace: Trace) => void
}

/** What is told of operations while somebody wants to know. */
export interface Tracing {
  operations: Operations
  add(span: SpanItem): void
}

/** What is watched for one service, and what of it is in force. */
export interface ServiceWatch {
  /** As the files have it: another one is another watch. */
  spec: ServiceSpec
  stop: () => void
}

/** What the parts of this folder share: each is a few functions over this one value. */
export interface Engine {
  readonly deps: AgentDeps
  readonly supervisor: Supervisor
  readonly runner: Runner
  readonly sampler: Sampler
  /** What each look has measured, for who wants to know. */
  readonly metrics: SweepFeed
  /** What services have told of themselves, as it was read last. */
  scraped: () => readonly Measurement[]
  readonly monitor: Monitor
  readonly hub: StateHub
  readonly alerting: AlertEngine
  readonly alertKeeper: Keeper
  /** Called when something of an instance has changed, for who does not wait to be asked. */
  onChange: () => void
  readonly eventLog: EventLog
  readonly deliveries: Deliveries
  /** Set while operations are told to somebody. */
  tracing: Tracing | undefined
  /** Of what is told over OTLP, while it is. */
  telemetryCounts: () => Record<Signal, SignalCounts> | undefined
  /** How much less is kept, since the disk is nearly full. */
  tightness: Tightness
  /** What the desktop was told last, newest at the end. */
  readonly desktopNotices: DesktopNotice[]
  /** The agent's own environment; asking the process for it at each start would cost more than the rest of the preparation. */
  readonly env: Readonly<Record<string, string>>
  /** What of it services get, and the names that the configuration keeps from them. */
  inherited: { without: readonly string[]; env: Readonly<Record<string, string>> } | undefined
  /** What every cookie of this data directory's services begins with. */
  readonly dataDirId: string
  /** By service, as the files have it now, and what was run once. */
  readonly specs: Map<string, ServiceSpec>
  /** By instance, what the store has of it: what was wished, and by whom it was enabled. */
  readonly records: Map<string, UnitRecord>
  readonly usage: Map<string, Usage>
  /** By instance, what clients see, until something of it changes. */
  readonly views: Map<string, Service>
  /** Tells who keeps something of the instances which of them have changed, come or gone. */
  readonly unseen: Unseen
  /** How many of them are in which state. */
  readonly tally: Tally
  readonly lastAuthor: Map<string, string>
  /** By instance that does not answer, or did not lately: what its events share. */
  readonly unwell: Map<string, Trace>
  /** Woken, once, by the next change of any phase. */
  readonly waiters: Set<() => void>
  /** Services that no file describes: commands run once. */
  readonly transient: Set<string>
  /** Set while some of them have ended: when the oldest is too old. */
  cancelForgetting: (() => void) | undefined
  /** By instance, stops that were asked of many at once and come when those that need it have ended. */
  readonly toStop: Map<string, { reason: Reason; trace: Trace; letGo?: () => void }>
  /** Instances that the files have no longer and that are forgotten when nothing of them is left. */
  readonly leaving: Set<string>
  /** Why an instance had given up before this agent came; true until it is started again. */
  readonly recalled: Map<string, Why>
  /** By service, what is watched to restart it. */
  readonly watches: Map<string, ServiceWatch>
  /** Called after files have been taken over: what they say of the agent's own parts may have changed. */
  readonly configured: Set<() => void>
  /** Names of services in the order of the files. */
  order: string[]
  configuration: Configuration | undefined
  /** The folder that names of configuration files are relative to. */
  folder: string
  /** The newest number of the history that was given. */
  lastRevision: number
  status: ConfigStatus
  /** Marks of the files that what runs was read from; undefined where nothing was. */
  running: FileMarks | undefined
  /** Marks of the files as they were read last, whether or not they were taken over. */
  seen: FileMarks
  host: Host | null
  stopping: boolean
  /** Every service is being stopped, since the agent ends. */
  stoppingAll: boolean
  /** Ends with the reload that is under way: the next one begins after it. */
  reloading: Promise<unknown>
  /** Ends when it is known what runs, where that was not so from the start. */
  recovering: Promise<unknown>
  /** What an earlier agent left, as long as no configuration says whose it is. */
  unrecovered: StoredState | undefined
}

/** Something that clients see of an instance is no longer as it was. */
export function markChanged(engine: Engine, instance: string): void {
  engine.views.delete(instance)
  engine.hub.serviceChanged(instance)
  engine.unseen.changed(instance)
  engine.sampler.hurry()
  engine.onChange()
}

/** What a request is known by; one that came from within is given a name. */
export const traceFor = ({ deps }: Engine, caller?: Caller): Trace => caller?.trace ?? newTrace(deps.randomText)

/** How files are loaded now: with the environment as it is at this moment. */
export const loadOptionsOf = ({ deps }: Engine): LoadOptions => ({ ...deps.loadOptions, env: currentEnv() })

/** Resolves when any phase changes, or when `withinMs` have passed. */
export function nextChange(engine: Engine, withinMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = withinMs === undefined ? () => {} : engine.deps.clock.after(withinMs, () => wake())
    const wake = (): void => {
      cancel()
      engine.waiters.delete(wake)
      resolve()
    }
    engine.waiters.add(wake)
  })
}

export function wakeWaiters(engine: Engine): void {
  const waiters = [...engine.waiters]
  engine.waiters.clear()
  for (const wake of waiters) wake()
}

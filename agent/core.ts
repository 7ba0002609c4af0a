import type {
  AgentEvent,
  AgentInfo,
  ChangedService,
  Completions,
  ConfigApplied,
  ConfigFiles,
  ConfigFolder,
  ConfigPlan,
  ConfigStatus,
  ConfigText,
  Diagnostic,
  Draft,
  EnvironmentItem,
  errors,
  FixAction,
  Formatted,
  FormEdit,
  FormEdited,
  FormQuery,
  Host,
  Hover,
  ImportFound,
  ImportPreview,
  ImportRequest,
  ImportWritten,
  LanguageQuery,
  NewService,
  ProcessInfo,
  RemovedService,
  Renamed,
  Revision,
  RevisionDetail,
  Service,
  ServiceForm,
  ServicePatch,
  ServiceRemoval,
  ServiceVerb,
  StateMessage,
  TextRange,
  TextSymbol,
  WatchPace,
} from '../contract/index.ts'
import type { AlertsDesk } from './alerts/types.ts'
import type { Caller } from './caller.ts'
import type { ConfigItem } from './config/index.ts'
import type { FleetDesk } from './fleet/types.ts'
import type { HealthDesk } from './health/types.ts'
import type { Logs } from './logs/types.ts'
import type { MetricsDesk } from './metrics/types.ts'
import type { EventQuery } from './store/types.ts'
import type { Trace } from './trace.ts'

/** A refusal of the product: one of the contract's errors, worded for a person. A carrier only translates it. */
export class CoreError<Code extends keyof typeof errors = keyof typeof errors> extends Error {
  override name = 'CoreError'
  readonly code: Code
  readonly data: unknown
  constructor(code: Code, message: string, data: unknown = {}) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** Of a name that no host of the fleet has. */
export const noSuchHost = (name: string): CoreError =>
  new CoreError('NOT_FOUND', `There is no host ${name} in the fleet. \`hxe hosts list\` shows those that are.`)

export type Verb = ServiceVerb

/** What came of one name among many; what is no `CoreError` was not foreseen. */
export type Outcome = { name: string; service: Service } | { name: string; error: unknown }

export type ExecOutput =
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'exit'; exitCode: number | null; signal: string | null }

/** A call that changes something, when it begins. */
export interface CallBegan {
  /** `services.restart`. */
  procedure: string
  trace: Trace
  /** The span that the call itself is. */
  spanId: string
  carrier: string
  author: string
  subject?: string | undefined
}

/** The agent as its carriers see it: what the handlers of the contract call. */
export interface Core {
  info(): AgentInfo
  /** Tells of a call that begins; what it returns is called when it ends, with what it was refused for. */
  began(call: CallBegan): (problem?: string) => void
  /** Begins the agent's end; the answer is on its way before it does. */
  shutdown(services: 'stop' | 'keep' | undefined, caller?: Caller): void
  /** All instances, in the order of the files. Cheap: views are kept, not built. */
  listServices(): readonly Service[]
  /** One instance, or for a service with replicas the roll-up of them under its plain name. @throws NOT_FOUND with a suggestion */
  getService(name: string): Service
  /** Resolves when the wish is on disk and has begun. @throws NOT_FOUND, CONFLICT, UNAVAILABLE */
  act(name: string, verb: Verb, caller: Caller): Promise<Service>
  /** The same with many: answers for each name, in their order, and refuses none for another. */
  actOnMany(names: readonly string[], verb: Verb, caller: Caller): Promise<Outcome[]>
  /**
   * Resolves with the service when all its instances are so, when that cannot come any more by itself (`never`), or when
   * `timeoutMs` have passed.
   */
  waitFor(
    name: string,
    condition: 'running' | 'stopped' | 'healthy',
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ reached: boolean; never: boolean; service: Service }>
  signal(name: string, signal: string, caller: Caller): Promise<Service>
  processes(name: string): Promise<ProcessInfo[]>
  resolvedConfig(name: string): ConfigItem[]
  /** What its processes are given, secrets masked. @throws CONFLICT where a value that it needs is missing */
  environment(name: string): EnvironmentItem[]
  exec(name: string, argv: readonly string[], caller: Caller, signal: AbortSignal): AsyncIterable<ExecOutput>
  run(
    input: { argv: readonly string[]; name?: string; workingDir?: string; environment?: Record<string, string> },
    caller: Caller,
  ): Promise<Service>
  applyFix(action: FixAction, caller: Caller): Promise<{ done: boolean; text: string }>
  host(): Promise<Host>
  readonly health: HealthDesk
  readonly metrics: MetricsDesk
  readonly alerts: AlertsDesk
  readonly fleet: FleetDesk
  readonly logs: Pick<Logs, 'query' | 'follow' | 'hits' | 'histogram' | 'whole'>
  events: {
    list(query: EventQuery): Promise<AgentEvent[]>
    follow(
      filter: Pick<EventQuery, 'service' | 'kind' | 'correlationId' | 'after'>,
      signal: AbortSignal,
    ): AsyncIterable<AgentEvent>
  }
  config: {
    status(): ConfigStatus
    validate(files: Record<string, string> | undefined): Promise<Diagnostic[]>
    reload(caller: Caller): Promise<ConfigStatus>
    plan(files: ConfigFiles | undefined): Promise<ConfigPlan>
    /** Takes over files in one step, or not at all. @throws CONFIG_INVALID, CONFLICT, UNAVAILABLE */
    apply(
      request: { files?: ConfigFiles; timeoutMs: number; watchMs: number; revision?: number },
      caller: Caller,
    ): Promise<ConfigApplied>
    history(query: { limit: number; before?: number }): Promise<Revision[]>
    /** @throws NOT_FOUND */
    revision(revision: number): Promise<RevisionDetail>
    /** @throws NOT_FOUND, CONFIG_INVALID, CONFLICT, UNAVAILABLE */
    rollback(request: { revision: number; timeoutMs: number }, caller: Caller): Promise<ConfigApplied>
  }
  /** Writes a new service and loads it. @throws BAD_INPUT, CONFLICT, CONFIG_INVALID; then nothing is changed */
  createService(input: NewService, caller: Caller): Promise<Service>
  draftService(input: NewService): Promise<Draft>
  /** Writes into the files what a service shall be from now on. @throws NOT_FOUND, NOT_PLAIN, BAD_INPUT, CONFLICT, CONFIG_INVALID */
  replaceService(input: ServicePatch, caller: Caller): Promise<ChangedService>
  changeService(input: ServicePatch, caller: Caller): Promise<ChangedService>
  removeService(input: ServiceRemoval, caller: Caller): Promise<RemovedService>
  /** The fields of a service; nothing is changed. @throws NOT_FOUND */
  form(query: FormQuery): Promise<ServiceForm>
  editForm(edit: FormEdit): Promise<FormEdited>
  /** What an editor asks about the text under its cursor. */
  language: {
    files(): Promise<ConfigFolder>
    /** @throws NOT_FOUND for what is no file of the list */
    read(name: string): Promise<ConfigText>
    complete(query: LanguageQuery): Promise<Completions>
    hover(query: LanguageQuery): Promise<Hover | null>
    definition(query: LanguageQuery): Promise<TextRange[]>
    references(query: LanguageQuery): Promise<TextRange[]>
    rename(query: LanguageQuery & { to: string }): Promise<Renamed>
    format(name: string, text: string): Promise<Formatted>
    symbols(unsaved: LanguageQuery['unsaved']): Promise<TextSymbol[]>
  }
  import: {
    /** @throws BAD_INPUT with a sentence when the folder cannot be read */
    find(folder: string): Promise<ImportFound>
    preview(request: ImportRequest): Promise<ImportPreview>
    /** Never over what is there; undone when the configuration would be invalid. */
    write(file: string, hcl: string, caller: Caller): Promise<ImportWritten>
  }
  state: { watch(since: number | undefined, signal: AbortSignal, pace?: WatchPace): AsyncIterable<StateMessage> }
  /** For `/readyz`: each part, and what is wrong with it. */
  readiness(): { part: string; ok: boolean; problem?: string }[]
}

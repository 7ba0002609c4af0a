import type {
  AgentInfo,
  ChangedService,
  ConfigStatus,
  Draft,
  EnvironmentItem,
  FixAction,
  FormEdit,
  FormEdited,
  FormQuery,
  Host,
  NewService,
  ProcessInfo,
  RemovedService,
  Service,
  ServiceForm,
  ServicePatch,
  ServiceRemoval,
} from '../../contract/index.ts'
import type { AlertsDesk } from '../alerts/index.ts'
import type { Caller } from '../caller.ts'
import { type ConfigItem, describeConfig } from '../config/index.ts'
import { type CallBegan, type Core, CoreError, type ExecOutput, type Outcome, type Verb } from '../core.ts'
import type { HealthDesk } from '../health/index.ts'
import type { MetricsDesk } from '../metrics/index.ts'
import type { Trace } from '../trace.ts'
import { openAlerts } from './alerts.ts'
import { applyConfiguration } from './apply.ts'
import { assembleEngine } from './assemble.ts'
import { actOnMany } from './bulk.ts'
import { act, signalService } from './commands.ts'
import { createService, draftService } from './create.ts'
import { openDeliveries } from './deliveries.ts'
import { stopWatchingServices } from './devwatch.ts'
import { type AgentDeps, type Engine, loadOptionsOf } from './engine.ts'
import { findUnits } from './find.ts'
import { applyFix } from './fixes.ts'
import { type FleetSeat, openFleetSeat } from './fleet.ts'
import { openGuards } from './guard.ts'
import { openHealth } from './health.ts'
import { revisionOf, rollBack } from './history.ts'
import { openImports } from './import.ts'
import { execIn, processesOf, variablesOf } from './inspect.ts'
import { openLanguage } from './language.ts'
import { type FirstReading, info, type Recovered, recover, shutdown, startFirst, stopAll } from './lifetime.ts'
import { followEndpoint, openMetrics } from './metrics.ts'
import { runOnce } from './once.ts'
import { planConfiguration, tryFiles } from './plan.ts'
import { getService, listServices } from './present.ts'
import { reloadConfiguration } from './reload.ts'
import { changeService, editForm, readForm, removeService } from './rewrite.ts'
import { beginCall } from './spans.ts'
import { openTelemetry } from './telemetry.ts'
import { waitFor } from './waiting.ts'
import { watchConfiguration } from './watching.ts'

/** The engine behind the contract: what the carriers call, each question answered in a file of its own. */
export class Agent implements Core {
  readonly #engine: Engine
  readonly logs: Core['logs']
  readonly events: Core['events']
  readonly config: Core['config']
  readonly import: Core['import']
  readonly language: Core['language']
  readonly state: Core['state']
  readonly alerts: AlertsDesk
  readonly #beginAlerts: () => () => void
  #stopAlerts: () => void = () => {}
  readonly fleet: Core['fleet']
  readonly #seat: FleetSeat
  readonly health: HealthDesk
  readonly metrics: MetricsDesk
  readonly #beginMetrics: () => void
  readonly #closeMetrics: () => Promise<void>
  #stopSampling: () => void = () => {}
  #stopServingMetrics: () => void = () => {}
  #stopWatching: () => void = () => {}
  #closeDeliveries: () => void = () => {}
  #closeGuards: () => void = () => {}
  #beginning: Promise<void> = Promise.resolve()
  readonly #closeTelemetry: () => Promise<void>

  constructor(deps: AgentDeps) {
    const engine = assembleEngine(deps)
    this.#engine = engine
    this.logs = deps.logs
    this.health = openHealth(engine)
    this.events = {
      list: (query) => engine.eventLog.list(query),
      follow: (filter, signal) => engine.eventLog.follow(filter, signal),
    }
    this.config = {
      status: (): ConfigStatus => engine.status,
      validate: (files) => deps.configWorker.checkTexts(files ?? {}, loadOptionsOf(engine)),
      reload: (caller) => reloadConfiguration(engine, caller),
      plan: (files) => planConfiguration(engine, files),
      apply: ({ files, revision, ...limits }, caller) => {
        const attempt = () => tryFiles(engine, files)
        return applyConfiguration(engine, { ...limits, attempt, revision, kind: 'apply', text: 'Applied' }, caller)
      },
      history: (query) => deps.store.revisions(query),
      revision: (revision) => revisionOf(engine, revision),
      rollback: (request, caller) => rollBack(engine, request, caller),
    }
    const { desk, ...metrics } = openMetrics(engine, () => this.alerts.summary())
    this.metrics = desk
    this.#beginMetrics = metrics.begin
    this.#closeMetrics = metrics.close
    this.#seat = openFleetSeat(engine)
    this.fleet = this.#seat.desk
    const alerts = openAlerts(engine, desk, () => this.fleet.hosts())
    this.alerts = alerts.desk
    this.#beginAlerts = alerts.begin
    this.#closeTelemetry = openTelemetry(engine, () => this.alerts.summary()).close
    this.import = openImports(engine)
    this.language = openLanguage(engine)
    this.state = { watch: (since, signal, pace) => engine.hub.watch(since, signal, pace) }
  }

  /** Takes over what an earlier agent left running. */
  recover(reading: FirstReading): Promise<Recovered> {
    return recover(this.#engine, reading)
  }

  /** Starts what the files want; all else of the agent goes on from here. Nothing does where it is to end already. */
  begin(recovered: Recovered): Promise<void> {
    this.#beginning = this.#begin(recovered)
    return this.#beginning
  }

  async #begin(recovered: Recovered): Promise<void> {
    await startFirst(this.#engine, recovered)
    if (this.#engine.stopping) return
    this.#stopSampling = this.#engine.sampler.start()
    this.#beginMetrics()
    this.#stopWatching = watchConfiguration(this.#engine)
    this.#closeDeliveries = await openDeliveries(this.#engine)
    this.#stopAlerts = this.#beginAlerts()
    this.#closeGuards = openGuards(this.#engine)
  }

  /** Metrics are served where the configuration says so. */
  serveMetrics(serve: (endpoint: string | undefined) => Promise<string | undefined>): void {
    this.#stopServingMetrics = followEndpoint(this.#engine, serve)
  }

  /** Takes this agent's seat in its fleet, where the configuration names one; others are answered by the router. */
  joinFleet(router: object): void {
    this.#seat.serve(router)
  }

  leaveFleet(): Promise<void> {
    return this.#seat.close()
  }

  /** Stops every service, dependents before what they need; resolves when all are at rest or cannot be ended. */
  stopAll(trace: Trace): Promise<void> {
    return stopAll(this.#engine, trace)
  }

  async end(): Promise<void> {
    // Who began it is told of what went wrong.
    await this.#beginning.catch(() => undefined)
    this.#stopSampling()
    this.#stopServingMetrics()
    this.#stopWatching()
    this.#stopAlerts()
    this.#closeDeliveries()
    this.#closeGuards()
    stopWatchingServices(this.#engine)
    this.#engine.cancelForgetting?.()
    this.#engine.monitor.close()
    this.#engine.supervisor.close()
    this.#engine.runner.close()
    await Promise.all([this.#closeMetrics(), this.#closeTelemetry()])
  }

  info(): AgentInfo {
    return info(this.#engine)
  }

  began(call: CallBegan): (problem?: string) => void {
    return beginCall(this.#engine, call)
  }

  shutdown(services: 'stop' | 'keep' | undefined, caller?: Caller): void {
    shutdown(this.#engine, services, caller)
  }

  listServices(): readonly Service[] {
    return listServices(this.#engine)
  }

  getService(name: string): Service {
    return getService(this.#engine, name)
  }

  createService(input: NewService, caller: Caller): Promise<Service> {
    return createService(this.#engine, input, caller)
  }

  draftService(input: NewService): Promise<Draft> {
    return draftService(this.#engine, input)
  }

  replaceService(input: ServicePatch, caller: Caller): Promise<ChangedService> {
    return changeService(this.#engine, 'replace', input, caller)
  }

  changeService(input: ServicePatch, caller: Caller): Promise<ChangedService> {
    return changeService(this.#engine, 'change', input, caller)
  }

  removeService(input: ServiceRemoval, caller: Caller): Promise<RemovedService> {
    return removeService(this.#engine, input, caller)
  }

  form(query: FormQuery): Promise<ServiceForm> {
    return readForm(this.#engine, query)
  }

  editForm(edit: FormEdit): Promise<FormEdited> {
    return editForm(this.#engine, edit)
  }

  act(name: string, verb: Verb, caller: Caller): Promise<Service> {
    return act(this.#engine, name, verb, caller)
  }

  actOnMany(names: readonly string[], verb: Verb, caller: Caller): Promise<Outcome[]> {
    return actOnMany(this.#engine, names, verb, caller)
  }

  waitFor(...question: Parameters<Core['waitFor']>): ReturnType<Core['waitFor']> {
    return waitFor(this.#engine, ...question)
  }

  signal(name: string, signal: string, caller: Caller): Promise<Service> {
    return signalService(this.#engine, name, signal, caller)
  }

  processes(name: string): Promise<ProcessInfo[]> {
    return processesOf(this.#engine, name)
  }

  resolvedConfig(name: string): ConfigItem[] {
    const { configuration } = this.#engine
    const [unit] = findUnits(this.#engine, name)
    return unit && configuration ? describeConfig(configuration, unit.service) : []
  }

  environment(name: string): EnvironmentItem[] {
    return variablesOf(this.#engine, name)
  }

  exec(name: string, argv: readonly string[], _caller: Caller, signal: AbortSignal): AsyncIterable<ExecOutput> {
    return execIn(this.#engine, name, argv, signal)
  }

  run(input: Parameters<Core['run']>[0], caller: Caller): Promise<Service> {
    return runOnce(this.#engine, input, caller)
  }

  applyFix(action: FixAction, caller: Caller): Promise<{ done: boolean; text: string }> {
    return applyFix(this.#engine, action, caller)
  }

  async host(): Promise<Host> {
    const engine = this.#engine
    const isMeasured = engine.configuration?.agent.metrics.enabled ?? true
    if (!engine.host || !isMeasured) await engine.sampler.sample()
    if (!engine.host) throw new CoreError('UNAVAILABLE', 'The machine has not been measured yet', { part: 'metrics' })
    return engine.host
  }

  readiness(): { part: string; ok: boolean; problem?: string }[] {
    const { deps, status } = this.#engine
    const store = deps.store.health()
    const invalid = status.status === 'invalid'
    return [
      { part: 'configuration', ok: !invalid, ...(invalid ? { problem: 'the files have errors' } : {}) },
      { part: 'store', ok: store.ok, ...(store.problem ? { problem: store.problem } : {}) },
    ]
  }
}

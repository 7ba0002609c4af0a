import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { distance } from 'fastest-levenshtein'
import type {
  AgentInfo,
  ConfigStatus,
  Diagnostic,
  FixAction,
  Host,
  ProcessInfo,
  Reason,
  Service,
  Why,
} from '../../contract/index.ts'
import {
  type Configuration,
  type ConfigWorker,
  describeConfig,
  type LoadOptions,
  type ServiceSpec,
} from '../config/index.ts'
import { type Caller, type ConfigItem, type Core, CoreError, type ExecOutput, type Verb } from '../core.ts'
import type { Logs } from '../logs/index.ts'
import { Sampler, type Usage } from '../metrics/index.ts'
import {
  type Clock,
  currentEnv,
  execute,
  listDir,
  type Platform,
  readTextFile,
  statOf,
  writeFileAtomic,
} from '../os/index.ts'
import type { FailureRecord, RunRecord, Store, StoredState, UnitRecord } from '../store/index.ts'
import {
  isResting,
  mayHaveProcess,
  nextDue,
  Runner,
  Supervisor,
  type Unit,
  type UnitEffect,
} from '../supervisor/index.ts'
import { exitFacts, explain, type PortLookup, type ServiceFacts, startErrorOf } from '../why/index.ts'
import { EventLog } from './events.ts'
import { outputOf } from './exec.ts'
import { StateHub } from './hub.ts'
import { type Adoption, planRecovery } from './recovery.ts'
import { sentenceOf } from './sentences.ts'
import { instancesOf, rangesOf, supervised, transientSpec } from './specs.ts'
import { factsOf, rollUp, viewOf } from './views.ts'

export interface AgentDeps {
  platform: Platform
  clock: Clock
  logs: Logs
  store: Store
  configWorker: ConfigWorker
  loadOptions: LoadOptions
  dataDir: string
  random: () => number
  randomText: () => string
  author: string
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  info: () => Omit<AgentInfo, 'stopping' | 'quitPolicy' | 'name'>
  hostName: string
  /** Called once when the agent shall end. */
  onShutdown: (services: 'stop' | 'keep') => void
}

type AnnounceEffect = Extract<UnitEffect, { type: 'announce' }>

const shortHash = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length)

/** Marks every process of a data directory's services, so that any later agent on it finds them without a record. */
export const dataDirIdOf = (dataDir: string): string => shortHash(dataDir, 10)

/** The engine behind the contract: what the carriers call, over the supervisor, the logs and the store. */
export class Agent implements Core {
  readonly #deps: AgentDeps
  readonly #supervisor: Supervisor
  readonly #runner: Runner
  readonly #sampler: Sampler
  readonly #specs = new Map<string, ServiceSpec>()
  readonly #records = new Map<string, UnitRecord>()
  readonly #usage = new Map<string, Usage>()
  readonly #views = new Map<string, Service>()
  readonly #lastAuthor = new Map<string, string>()
  readonly #waiters = new Set<() => void>()
  readonly #transient = new Set<string>()
  /** Why an instance had given up before this agent came; true until it is started again. */
  readonly #recalled = new Map<string, Why>()
  #order: string[] = []
  #configuration: Configuration | undefined
  #status: ConfigStatus = { status: 'pending', files: [], diagnostics: [], appliedAt: null, revision: 0 }
  #host: Host | null = null
  #stopping = false
  #unrecovered: StoredState | undefined
  #stopSampling: () => void = () => {}
  readonly hub: StateHub
  readonly eventLog: EventLog
  readonly logs: Core['logs']

  constructor(deps: AgentDeps) {
    this.#deps = deps
    this.logs = deps.logs
    this.eventLog = new EventLog(deps.store, deps.clock)
    this.hub = new StateHub(deps.clock, {
      service: (name) => this.#view(name),
      services: () => this.listServices(),
      agent: () => this.info(),
      host: () => this.#host,
      config: () => this.#status,
    })
    this.#supervisor = new Supervisor({
      clock: deps.clock,
      random: deps.random,
      perform: (unit, effect) => this.#runner.perform(unit, effect),
      changed: (unit, before) => this.#changed(unit, before),
      cameDue: (unit, dueAtMs) => this.#saveQuietly({ ...this.#recordOf(unit), lastDueAtMs: dueAtMs }),
    })
    this.#runner = new Runner({
      platform: deps.platform,
      clock: deps.clock,
      logs: deps.logs,
      store: deps.store,
      newCookie: (instance) => `${this.#cookiePrefix(instance)}${deps.randomText()}`,
      specOf: (service) => this.#specs.get(service),
      baseEnv: () => this.#serviceEnv(),
      lookupEnv: currentEnv,
      send: (instance, event) => this.#supervisor.send(instance, event),
      unit: (instance) => this.#supervisor.unit(instance),
      announce: (unit, effect) => this.#announce(unit, effect),
      remember: (unit) => this.#remember(unit),
      factsChanged: (instance) => this.#dirty(instance),
      describeStartError: (error, spec, resolved, env) =>
        startErrorOf(
          error,
          { program: resolved.command.argv[0] ?? '', path: env.PATH ?? '', cwd: resolved.cwd, ranges: rangesOf(spec) },
          { listDir, stat: statOf },
        ),
      portLookup: (instance, spec, port) => this.#portLookup(instance, spec, port),
      onProblem: (what, error) => deps.log.error({ error: String(error) }, what),
      yieldThen: (run) => setImmediate(run),
      statusFile: (cookie) => join(deps.dataDir, 'spool', `${cookie}.status`),
    })
    this.#sampler = new Sampler({
      platform: deps.platform,
      clock: deps.clock,
      hostName: deps.hostName,
      intervalMs: () => this.#configuration?.agent.metrics.intervalMs ?? 5_000,
      watched: () => this.hub.watched,
      runs: () => this.#runner.runs(),
      onUsage: (usage) => this.#measured(usage),
      onHost: (host) => {
        this.#host = host
        this.hub.partChanged('host')
      },
      onProblem: (problem) => deps.log.warn({ error: String(problem) }, 'measuring failed'),
    })
  }

  // ---- Life -------------------------------------------------------------------------------------

  /** Loads the files, takes over what an earlier agent left running, and starts what is wanted. */
  async begin(): Promise<void> {
    const stored = await this.#deps.store.load()
    for (const record of stored.units) this.#records.set(record.service, record)
    await this.#load()
    // Without a configuration nobody can say whose a process is, so all is left alone until there is one.
    if (this.#configuration) await this.#recover(stored)
    else this.#unrecovered = stored
    this.#stopSampling = this.#sampler.start()
    this.#deps.logs.onWarning((warning) =>
      this.eventLog.append({
        kind: 'service.warning',
        severity: 'warning',
        service: warning.instance,
        text: warning.text,
        author: 'agent',
      }),
    )
    this.#deps.store.onHealth((health) => {
      if (health.problem)
        this.eventLog.append({ kind: 'agent.warning', severity: 'warning', text: health.problem, author: 'agent' })
    })
    this.eventLog.append({ kind: 'agent.started', severity: 'info', text: 'The agent started', author: 'agent' })
    this.#startWanted()
  }

  /** Stops every service, dependents before what they need; resolves when all are at rest or cannot be ended. */
  async stopAll(): Promise<void> {
    const reason = { code: 'stopped-by-agent', text: 'Stopped because the agent ends' }
    const settled = (unit: Unit): boolean => isResting(unit.phase) || unit.phase === 'unkillable'
    for (;;) {
      const open = [...this.#supervisor.units()].filter((unit) => !settled(unit))
      if (open.length === 0) return
      // Asked for before the stops: one that settles at once is a change too.
      const change = this.#nextChange()
      for (const unit of open) {
        const needed = this.#supervisor
          .directDependents(unit.service)
          .some((dependent) => this.#supervisor.instancesOf(dependent).some((other) => !settled(other)))
        const asked = unit.askedToStopAtMs !== null && unit.afterwards === 'rest'
        if (!needed && !asked) this.#supervisor.send(unit.instance, { type: 'stop', reason, keepDesired: true })
      }
      await change
    }
  }

  end(): void {
    this.#stopSampling()
    this.#supervisor.close()
    this.#runner.close()
  }

  async #load(): Promise<void> {
    const { configWorker, loadOptions, clock } = this.#deps
    const { configuration, diagnostics, files } = await configWorker.loadConfiguration({
      ...loadOptions,
      env: currentEnv(),
    })
    if (!configuration) {
      this.#status = { ...this.#status, status: 'invalid', files, diagnostics }
      this.hub.partChanged('config')
      const first = diagnostics.find(({ severity }) => severity === 'error')
      const text = first
        ? `${first.file}:${first.line}:${first.column}: ${first.message}`
        : 'The configuration has errors'
      this.#deps.log.error({ errors: diagnostics.length }, `configuration not loaded: ${text}`)
      this.eventLog.append({ kind: 'config.invalid', severity: 'warning', text, author: 'agent' })
      return
    }
    this.#configuration = configuration
    const revision = this.#status.revision + 1
    const appliedAt = new Date(clock.nowMs()).toISOString()
    this.#status = { status: 'applied', files, diagnostics, appliedAt, revision }
    this.hub.partChanged('config')
    for (const spec of configuration.services.values()) this.#define(spec)
    this.#order = [...configuration.services.keys(), ...this.#transient]
    this.#deps.logs.configure(new Map([...this.#specs].map(([name, spec]) => [name, spec.logs])))
  }

  #define(spec: ServiceSpec): void {
    this.#specs.set(spec.name, spec)
    this.#supervisor.define(supervised(spec, this.#enabled(spec)))
    for (const unit of this.#supervisor.instancesOf(spec.name)) this.#dirty(unit.instance)
  }

  #enabled(spec: ServiceSpec): boolean {
    const byPerson = instancesOf(spec).map(({ instance }) => this.#records.get(instance)?.enabledByPerson ?? null)
    return spec.enabled && !byPerson.includes(false)
  }

  /** Adopts what still runs, finishes stops that were under way, and ends what no configuration knows. */
  async #recover(stored: StoredState): Promise<void> {
    const { platform, store, logs, log } = this.#deps
    const found = await platform.findByCookie(`${dataDirIdOf(this.#deps.dataDir)}.`)
    const byPrefix = new Map([...this.#supervisor.units()].map((unit) => [this.#cookiePrefix(unit.instance), unit]))
    const plan = planRecovery(stored.runs, found, platform.bootId, (cookie) => {
      const unit = byPrefix.get(cookie.slice(0, cookie.lastIndexOf('.') + 1))
      return unit && { instance: unit.instance, owner: unit }
    })
    for (const { pid, startTime } of plan.end) platform.signal({ bootId: platform.bootId, pid, startTime }, 'SIGKILL')
    if (plan.end.length > 0) log.warn({ pids: plan.end.map(({ pid }) => pid) }, 'ended what no service owns')
    // The store says itself what ails it; a record that stays is judged again next time.
    for (const cookie of plan.forget) store.removeRun(cookie).catch(() => undefined)
    for (const adoption of plan.adopt) this.#adopt(adoption)
    await logs
      .sweepSpools(new Set(plan.adopt.map(({ cookie }) => cookie)), this.#spoolOwners())
      .catch((error: unknown) => log.error({ error: String(error) }, 'old spools could not be read'))
    for (const failure of stored.failures) this.#restoreFailure(failure)
  }

  /** Of a run that ended before anybody tailed it only its spool is left, and its lines are its instance's all the same. */
  #spoolOwners(): { cookiePrefix: string; instance: string; service: string; spec: ServiceSpec['logs'] }[] {
    return [...this.#supervisor.units()].flatMap(({ instance, service }) => {
      const spec = this.#specs.get(service)
      return spec ? [{ cookiePrefix: this.#cookiePrefix(instance), instance, service, spec: spec.logs }] : []
    })
  }

  #adopt({ owner: unit, cookie, record, leader }: Adoption<Unit>): void {
    const { platform, clock } = this.#deps
    const spec = this.#specs.get(unit.service)
    if (!spec) return
    // A program may have overwritten its environment, and its cookie with it: then the record's identity finds it.
    const pid = leader?.pid ?? record?.pid ?? null
    const startTime = leader?.startTime ?? record?.startTime ?? null
    const identity = pid !== null && startTime !== null ? { bootId: platform.bootId, pid, startTime } : undefined
    const alive = identity !== undefined && platform.check(identity) === 'match' && platform.adopt(identity)
    const unrecorded: RunRecord = {
      cookie,
      instance: unit.instance,
      service: unit.service,
      replica: unit.replica,
      generation: 1,
      pid,
      startTime,
      bootId: platform.bootId,
      startedAtMs: clock.nowMs(),
      runFingerprint: spec.runFingerprint,
      stopping: false,
      statusFile: null,
      restarts: 0,
    }
    const full = record ?? unrecorded
    this.#runner.takeOver(full, spec, alive ? identity : undefined)
    const wanted = this.#wanted(unit, spec)
    this.#supervisor.restore(unit.instance, {
      desired: wanted ? 'up' : 'down',
      generation: full.generation,
      ...(wanted ? {} : { reason: this.#records.get(unit.instance)?.reason ?? unit.reason }),
    })
    this.#supervisor.send(unit.instance, {
      type: 'adopted',
      generation: full.generation,
      startedAtMs: full.startedAtMs,
      restarts: full.restarts,
      stopping: full.stopping || !wanted,
      leaderGone: !alive,
      end: alive ? null : (this.#runner.taskOutcome(full.statusFile) ?? null),
    })
    if (alive && wanted && !full.stopping && full.runFingerprint !== spec.runFingerprint) {
      const reason = {
        code: 'configuration-changed',
        text: 'Restarted: its configuration changed while the agent was away',
      }
      this.#supervisor.send(unit.instance, { type: 'restart', reason })
    }
  }

  #restoreFailure({ instance, reason, atMs, why }: FailureRecord): void {
    const unit = this.#supervisor.unit(instance)
    const record = this.#records.get(instance)
    const spec = unit && this.#specs.get(unit.service)
    if (!unit || !spec || unit.phase !== 'stopped') return
    if (record && record.fingerprint !== spec.fingerprint) return
    if (why) this.#recalled.set(instance, why)
    this.#supervisor.restore(instance, { phase: 'failed', desired: 'up', reason, sinceMs: atMs })
  }

  #wanted(unit: Unit, spec: ServiceSpec): boolean {
    if (!this.#enabled(spec)) return false
    const record = this.#records.get(unit.instance)
    const byPerson = record !== undefined && (record.desired === 'up' || record.fingerprint === spec.fingerprint)
    return byPerson ? record.desired === 'up' : spec.autostart
  }

  #startWanted(): void {
    const reason = { code: 'started-by-agent', text: 'Started with the agent' }
    for (const unit of [...this.#supervisor.units()]) {
      const spec = this.#specs.get(unit.service)
      if (!spec || unit.phase !== 'stopped') continue
      const record = this.#records.get(unit.instance)
      if (!this.#wanted(unit, spec)) {
        const why = record?.desired === 'down' ? record.reason : undefined
        const notWanted = this.#enabled(spec)
          ? { code: 'autostart-off', text: 'Not started: autostart = false' }
          : { code: 'disabled', text: 'Disabled' }
        this.#supervisor.restore(unit.instance, { reason: why ?? notWanted })
        continue
      }
      if (
        spec.type === 'task' &&
        record?.completedInBoot === this.#deps.platform.bootId &&
        record.fingerprint === spec.fingerprint
      ) {
        this.#supervisor.restore(unit.instance, { phase: 'completed', desired: 'up', reason: record.reason })
        continue
      }
      this.#supervisor.send(unit.instance, { type: 'start', reason, byPerson: false })
      if (this.#missedRun(spec, record)) this.#supervisor.send(unit.instance, { type: 'due' })
    }
  }

  /** Whether a cron job with `catch_up` came due while no agent was there: however often, it is run once. */
  #missedRun(spec: ServiceSpec, record: UnitRecord | undefined): boolean {
    if (!spec.cron?.catchUp || !record?.lastDueAtMs) return false
    const due = nextDue(spec.cron, record.lastDueAtMs)
    return due !== undefined && due <= this.#deps.clock.nowMs()
  }

  // ---- What carriers ask ------------------------------------------------------------------------

  info(): AgentInfo {
    const settings = this.#configuration?.agent
    return {
      ...this.#deps.info(),
      name: settings?.name ?? this.#deps.hostName,
      quitPolicy: settings?.quitPolicy ?? 'stop',
      stopping: this.#stopping,
    }
  }

  shutdown(services: 'stop' | 'keep' | undefined): void {
    if (this.#stopping) return
    this.#stopping = true
    this.hub.partChanged('agent')
    this.eventLog.append({ kind: 'agent.stopping', severity: 'info', text: 'The agent ends', author: 'agent' })
    this.#deps.onShutdown(services ?? this.info().quitPolicy)
  }

  listServices(): readonly Service[] {
    return this.#order.flatMap((name) =>
      this.#supervisor.instancesOf(name).flatMap(({ instance }) => this.#view(instance) ?? []),
    )
  }

  getService(name: string): Service {
    const units = this.#find(name)
    const views = units.flatMap(({ instance }) => this.#view(instance) ?? [])
    const [only] = views
    return views.length === 1 && only ? only : rollUp(name, views)
  }

  async act(name: string, verb: Verb, caller: Caller): Promise<Service> {
    const units = this.#find(name)
    if (this.#stopping && verb !== 'stop')
      throw new CoreError('CONFLICT', 'The agent is ending; nothing is started any more', { reason: 'agent-stopping' })
    const by = `by ${caller.author}`
    for (const unit of units) this.#lastAuthor.set(unit.instance, caller.author)
    switch (verb) {
      case 'start':
        await this.#wish(units, 'up', { code: 'started-by-user', text: `Started ${by}` })
        for (const unit of units) this.#startNeeds(unit.service, new Set())
        for (const { instance } of units)
          this.#supervisor.send(instance, {
            type: 'start',
            reason: { code: 'started-by-user', text: `Started ${by}` },
            byPerson: true,
          })
        break
      case 'stop':
        await this.#wish(units, 'down', { code: 'stopped-by-user', text: `Stopped ${by}` })
        for (const { instance } of units)
          this.#supervisor.send(instance, {
            type: 'stop',
            reason: { code: 'stopped-by-user', text: `Stopped ${by}` },
            keepDesired: false,
          })
        break
      case 'restart':
        await this.#restart(units, { code: 'restarted-by-user', text: `Restarted ${by}` })
        break
      case 'reload':
        await this.#reloadUnits(units, by)
        break
      case 'enable':
      case 'disable':
        await this.#setEnabled(units, verb === 'enable', by)
    }
    return this.getService(name)
  }

  async waitFor(
    name: string,
    condition: 'running' | 'stopped' | 'healthy',
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ reached: boolean; service: Service }> {
    const deadlineMs = this.#deps.clock.monotonicMs() + timeoutMs
    for (;;) {
      const units = this.#find(name)
      if (units.every((unit) => isAt(unit, condition))) return { reached: true, service: this.getService(name) }
      const never = condition !== 'stopped' && units.some((unit) => unit.phase === 'failed')
      const leftMs = deadlineMs - this.#deps.clock.monotonicMs()
      if (never || leftMs <= 0 || signal?.aborted) return { reached: false, service: this.getService(name) }
      await this.#nextChange(leftMs)
    }
  }

  async signal(name: string, signal: string, caller: Caller): Promise<Service> {
    const names = signal.startsWith('SIG') ? signal : `SIG${signal}`
    for (const { instance } of this.#find(name)) {
      const identity = this.#runner.identity(instance)
      if (!identity)
        throw new CoreError('CONFLICT', `${instance} does not run, so there is nothing to signal`, {
          reason: 'not-running',
        })
      this.#deps.platform.signal(identity, names)
      this.#lastAuthor.set(instance, caller.author)
    }
    return this.getService(name)
  }

  async processes(name: string): Promise<ProcessInfo[]> {
    const { platform } = this.#deps
    const wanted = this.#find(name).flatMap(({ instance }) => {
      const cookie = this.#runner.cookie(instance)
      const leader = this.#runner.identity(instance)
      return cookie ? [{ instance, cookie, ...(leader ? { leader } : {}) }] : []
    })
    const members = [...(await platform.membersOf(wanted)).values()].flat()
    const leaders = new Set(wanted.flatMap(({ leader }) => leader?.pid ?? []))
    const details = await platform.describeProcesses(members.map(({ pid }) => pid))
    return details.map((row) => ({
      pid: row.pid,
      parentPid: row.parentPid,
      name: row.name,
      command: row.command,
      user: row.user,
      cpuPercent: Math.round((1000 * row.cpuTimeMs) / Math.max(1, this.#deps.clock.nowMs() - row.startedAtMs)) / 10,
      memoryBytes: row.memoryBytes,
      threads: row.threads,
      startedAt: new Date(row.startedAtMs).toISOString(),
      state: row.state,
      main: leaders.has(row.pid),
    }))
  }

  resolvedConfig(name: string): ConfigItem[] {
    const [unit] = this.#find(name)
    return unit && this.#configuration ? describeConfig(this.#configuration, unit.service) : []
  }

  async *exec(name: string, argv: readonly string[], _caller: Caller, signal: AbortSignal): AsyncGenerator<ExecOutput> {
    const [unit] = this.#find(name)
    const spec = unit && this.#specs.get(unit.service)
    const where = unit && spec && this.#runner.surroundings(unit.instance, spec)
    if (!where)
      throw new CoreError('CONFLICT', `${name} cannot be prepared: a value that it needs is missing`, {
        reason: 'missing-value',
      })
    const { HXE_INSTANCE: _cookie, ...env } = where.env
    yield* outputOf({
      argv,
      cwd: where.resolved.cwd,
      env,
      signal,
      ...(where.resolved.user === undefined ? {} : { user: where.resolved.user }),
      ...(where.resolved.group === undefined ? {} : { group: where.resolved.group }),
    })
  }

  async run(
    input: { argv: readonly string[]; name?: string; workingDir?: string; environment?: Record<string, string> },
    caller: Caller,
  ): Promise<Service> {
    const base = (input.name ?? `run-${(input.argv[0] ?? 'command').split('/').at(-1)}`)
      .replace(/[^\p{L}\p{N}._-]/gu, '-')
      .slice(0, 50)
    let name = base
    for (let count = 2; this.#specs.has(name); count++) name = `${base}-${count}`
    this.#transient.add(name)
    this.#order.push(name)
    this.#define(transientSpec(name, input))
    const reason = { code: 'started-by-user', text: `Run by ${caller.author}` }
    this.#lastAuthor.set(name, caller.author)
    this.#supervisor.send(name, { type: 'start', reason, byPerson: true })
    return this.getService(name)
  }

  async applyFix(action: FixAction, caller: Caller): Promise<{ done: boolean; text: string }> {
    switch (action.kind) {
      case 'service':
        await this.act(action.service, action.verb, caller)
        return { done: true, text: `${action.service}: ${action.verb} begun` }
      case 'end-process':
        return this.#endProcess(action, caller)
      case 'set-attribute':
        return this.#setAttribute(action, caller)
      default:
        return { done: false, text: 'This is for you to do' }
    }
  }

  async host(): Promise<Host> {
    if (!this.#host) await this.#sampler.sample()
    if (!this.#host) throw new CoreError('UNAVAILABLE', 'The machine has not been measured yet', { part: 'metrics' })
    return this.#host
  }

  readonly events: Core['events'] = {
    list: (query) => this.eventLog.list(query),
    follow: (filter, signal) => this.eventLog.follow(filter, signal),
  }

  readonly config: Core['config'] = {
    status: () => this.#status,
    validate: (files): Promise<Diagnostic[]> =>
      this.#deps.configWorker.validateTexts(files, { ...this.#deps.loadOptions, env: currentEnv() }),
    reload: (caller) => this.#reloadConfiguration(caller),
  }

  readonly state: Core['state'] = {
    watch: (since, signal) => this.hub.watch(since, signal),
  }

  readiness(): { part: string; ok: boolean; problem?: string }[] {
    const store = this.#deps.store.health()
    const invalid = this.#status.status === 'invalid'
    return [
      { part: 'configuration', ok: !invalid, ...(invalid ? { problem: 'the files have errors' } : {}) },
      { part: 'store', ok: store.ok, ...(store.problem ? { problem: store.problem } : {}) },
    ]
  }

  // ---- Wishes -----------------------------------------------------------------------------------

  #find(name: string): Unit[] {
    const one = this.#supervisor.unit(name)
    if (one) return [one]
    const units = this.#supervisor.instancesOf(name)
    if (units.length > 0) return units
    const nearest = [...this.#specs.keys()]
      .map((known) => ({ known, far: distance(known, name) }))
      .filter(({ known, far }) => far <= Math.max(2, Math.floor(known.length / 3)))
      .sort((a, b) => a.far - b.far)[0]?.known
    const hint = nearest ? `; did you mean ${nearest}?` : ''
    throw new CoreError('NOT_FOUND', `There is no service "${name}"${hint}`, nearest ? { suggestion: nearest } : {})
  }

  #recordOf(unit: Unit): UnitRecord {
    return (
      this.#records.get(unit.instance) ?? {
        service: unit.instance,
        desired: unit.desired,
        enabledByPerson: null,
        reason: unit.reason,
        fingerprint: this.#specs.get(unit.service)?.fingerprint ?? '',
        completedInBoot: null,
        lastDueAtMs: null,
      }
    )
  }

  async #save(record: UnitRecord): Promise<void> {
    this.#records.set(record.service, record)
    if (this.#transient.has(record.service)) return
    await this.#deps.store.putUnit(record)
  }

  #saveQuietly(record: UnitRecord): void {
    // The store keeps the newest value and says itself what ails it.
    this.#save(record).catch(() => undefined)
  }

  /** A wish is on disk before it is answered, so that it survives what comes. */
  async #wish(units: readonly Unit[], desired: 'up' | 'down', reason: Reason): Promise<void> {
    if (desired === 'up') this.#refuseDisabled(units)
    const saved = units.map((unit) => {
      const fingerprint = this.#specs.get(unit.service)?.fingerprint ?? ''
      const completed = desired === 'up' ? { completedInBoot: null } : {}
      return this.#save({ ...this.#recordOf(unit), desired, reason, fingerprint, ...completed })
    })
    const failures = units.map(({ instance }) => this.#deps.store.removeFailure(instance))
    const results = await Promise.allSettled([...saved, ...failures])
    const refused = results.find((result) => result.status === 'rejected')
    if (!refused) return
    // A runaway service must be stoppable on a full disk: the wish is carried out, and said not to be saved.
    const cause = refused.reason instanceof Error ? refused.reason.message : String(refused.reason)
    if (desired === 'down') {
      for (const { instance } of units) this.#supervisor.send(instance, { type: 'stop', reason, keepDesired: false })
      throw new CoreError('UNAVAILABLE', `It is being stopped, but that could not be saved: ${cause}`, {
        part: 'store',
      })
    }
    throw new CoreError('UNAVAILABLE', `Not started, since it could not be saved: ${cause}`, { part: 'store' })
  }

  #refuseDisabled(units: readonly Unit[]): void {
    for (const unit of units) {
      const spec = this.#specs.get(unit.service)
      if (!spec || this.#enabled(spec)) continue
      const where = spec.enabled
        ? `Enable it first: hxe enable ${unit.service}`
        : `enabled = false in ${spec.range.file}:${spec.range.line}`
      throw new CoreError('CONFLICT', `${unit.instance} is disabled. ${where}`, { reason: 'disabled' })
    }
  }

  /** What a service needs is started with it, except what a person stopped or disabled. */
  #startNeeds(service: string, seen: Set<string>): void {
    if (seen.has(service)) return
    seen.add(service)
    for (const { service: needed } of this.#specs.get(service)?.dependsOn ?? []) {
      const spec = this.#specs.get(needed)
      if (!spec || !this.#enabled(spec)) continue
      this.#startNeeds(needed, seen)
      for (const unit of this.#supervisor.instancesOf(needed)) {
        if (unit.phase !== 'stopped' || this.#records.get(unit.instance)?.desired === 'down') continue
        const reason = { code: 'started-as-dependency', text: `Started because ${service} needs it` }
        this.#supervisor.send(unit.instance, { type: 'start', reason, byPerson: false })
      }
    }
  }

  async #restart(units: readonly Unit[], reason: Reason): Promise<void> {
    await this.#wish(units, 'up', reason)
    for (const { instance } of units) this.#supervisor.send(instance, { type: 'restart', reason })
  }

  async #reloadUnits(units: readonly Unit[], by: string): Promise<void> {
    for (const unit of units) {
      const spec = this.#specs.get(unit.service)
      const identity = this.#runner.identity(unit.instance)
      if (!spec?.reload || unit.phase !== 'running' || !identity) {
        await this.#restart([unit], { code: 'restarted-by-user', text: `Restarted ${by}` })
        continue
      }
      if (spec.reload.signal) this.#deps.platform.signal(identity, spec.reload.signal)
      const where = this.#runner.surroundings(unit.instance, spec)
      const command = where?.resolved.reloadCommand
      if (!where || !command) continue
      const result = await execute({ ...command, cwd: where.resolved.cwd, env: where.env, timeoutMs: 30_000 })
      if (result.exitCode === 0) continue
      throw new CoreError(
        'CONFLICT',
        `The reload command of ${unit.instance} exited with code ${result.exitCode}: ${result.output.trim().slice(-500)}`,
        { reason: 'reload-failed' },
      )
    }
  }

  async #setEnabled(units: readonly Unit[], enabled: boolean, by: string): Promise<void> {
    const services = new Set(units.map(({ service }) => service))
    const all = [...services].flatMap((service) => this.#supervisor.instancesOf(service))
    const reason = enabled ? { code: 'enabled', text: `Enabled ${by}` } : { code: 'disabled', text: `Disabled ${by}` }
    const patch = enabled ? {} : { desired: 'down' as const, reason }
    await Promise.all(
      all.map((unit) => this.#save({ ...this.#recordOf(unit), ...patch, enabledByPerson: enabled })),
    ).catch((error: unknown) => {
      throw new CoreError('UNAVAILABLE', `It could not be saved: ${error instanceof Error ? error.message : error}`, {
        part: 'store',
      })
    })
    for (const service of services) {
      const spec = this.#specs.get(service)
      if (spec) this.#define(spec)
    }
    for (const { instance } of all) {
      if (!enabled) this.#supervisor.send(instance, { type: 'stop', reason, keepDesired: false })
      const kind = enabled ? 'service.enabled' : 'service.disabled'
      this.eventLog.append({
        kind,
        severity: 'info',
        service: instance,
        text: `${instance}: ${reason.text.toLowerCase()}`,
        author: this.#lastAuthor.get(instance) ?? 'agent',
      })
      this.#dirty(instance)
    }
  }

  async #endProcess(
    action: Extract<FixAction, { kind: 'end-process' }>,
    caller: Caller,
  ): Promise<{ done: boolean; text: string }> {
    const { platform, clock } = this.#deps
    const identity = { bootId: platform.bootId, pid: action.pid, startTime: action.startTime }
    const gone = async (untilMs: number): Promise<boolean> => {
      while (platform.check(identity) === 'match') {
        if (clock.monotonicMs() > untilMs) return false
        await new Promise<void>((resolve) => clock.after(50, resolve))
      }
      return true
    }
    if (platform.signal(identity, 'SIGTERM') === 'denied')
      return { done: false, text: `Process ${action.pid} belongs to another user` }
    if (!(await gone(clock.monotonicMs() + 5_000))) platform.signal(identity, 'SIGKILL')
    if (!(await gone(clock.monotonicMs() + 2_000))) return { done: false, text: `Process ${action.pid} does not end` }
    this.eventLog.append({
      kind: 'process.ended',
      severity: 'info',
      text: `Process ${action.pid} was ended`,
      author: caller.author,
    })
    if (action.thenStart) await this.act(action.thenStart, 'start', caller)
    return { done: true, text: `Process ${action.pid} has ended` }
  }

  /** Changes one value where it is written, byte for byte the same elsewhere, and loads the files again. */
  async #setAttribute(
    action: Extract<FixAction, { kind: 'set-attribute' }>,
    caller: Caller,
  ): Promise<{ done: boolean; text: string }> {
    const spec = this.#specs.get(action.service.split('#')[0] ?? action.service)
    if (!spec) throw new CoreError('NOT_FOUND', `There is no service "${action.service}"`)
    const { file } = spec.range
    const index = spec.ports.findIndex(({ port }) => port === action.replaces)
    const attribute = action.attribute === 'ports' ? ['ports', String(Math.max(0, index))] : action.attribute.split('.')
    const path = ['service', spec.name, ...attribute]
    const result = await this.#deps.configWorker.setAttribute(await readTextFile(file), path, action.value)
    if ('refused' in result) return { done: false, text: `${file}: ${result.refused}` }
    await writeFileAtomic(file, result.text, {})
    await this.#reloadConfiguration(caller)
    await this.act(spec.name, 'start', caller)
    return { done: true, text: `${action.attribute} is now ${action.value} in ${file}` }
  }

  // ---- Changes of the files ---------------------------------------------------------------------

  async #reloadConfiguration(caller: Caller): Promise<ConfigStatus> {
    const before = new Map(this.#specs)
    const revision = this.#status.revision
    await this.#load()
    if (this.#status.revision === revision) {
      const errors = this.#status.diagnostics.filter(({ severity }) => severity === 'error')
      throw new CoreError('CONFIG_INVALID', 'The configuration has errors; what runs is not touched', { errors })
    }
    const unrecovered = this.#unrecovered
    this.#unrecovered = undefined
    if (unrecovered) await this.#recover(unrecovered)
    const now = this.#configuration?.services ?? new Map<string, ServiceSpec>()
    for (const [name, old] of before) {
      const spec = now.get(name)
      if (spec) this.#applyChange(old, spec)
      else if (!this.#transient.has(name)) this.#remove(name)
    }
    this.#startWanted()
    this.eventLog.append({
      kind: 'config.applied',
      severity: 'info',
      text: `Configuration ${this.#status.revision} applied`,
      author: caller.author,
    })
    return this.#status
  }

  #applyChange(old: ServiceSpec, spec: ServiceSpec): void {
    if (old.fingerprint === spec.fingerprint) return
    const wantedNames = new Set(instancesOf(spec).map(({ instance }) => instance))
    for (const { instance } of instancesOf(old)) if (!wantedNames.has(instance)) this.#removeInstance(instance)
    for (const unit of this.#supervisor.instancesOf(spec.name)) {
      if (!this.#enabled(spec)) {
        this.#supervisor.send(unit.instance, {
          type: 'stop',
          reason: { code: 'disabled', text: 'Disabled in its file' },
          keepDesired: false,
        })
      } else if (old.runFingerprint !== spec.runFingerprint && mayHaveProcess(unit.phase)) {
        this.#supervisor.send(unit.instance, {
          type: 'restart',
          reason: { code: 'configuration-changed', text: 'Restarted: its configuration changed' },
        })
      } else if (isResting(unit.phase) && unit.phase !== 'completed') {
        // The service itself changed, so what a person stopped or what gave up gets another chance.
        if (this.#wanted(unit, spec))
          this.#supervisor.send(unit.instance, {
            type: 'start',
            reason: { code: 'configuration-changed', text: 'Started: its configuration changed' },
            byPerson: true,
          })
      }
    }
  }

  #remove(name: string): void {
    for (const { instance } of this.#supervisor.instancesOf(name)) this.#removeInstance(instance)
  }

  #removeInstance(instance: string): void {
    this.#supervisor.send(instance, {
      type: 'stop',
      reason: { code: 'removed', text: 'Removed from the configuration' },
      keepDesired: false,
    })
    const service = this.#supervisor.unit(instance)?.service
    const forget = (): void => {
      const unit = this.#supervisor.unit(instance)
      if (!unit || !isResting(unit.phase)) {
        if (unit) void this.#nextChange().then(forget)
        return
      }
      this.#supervisor.forget(instance)
      this.#runner.forget(instance)
      this.#views.delete(instance)
      this.#usage.delete(instance)
      this.#records.delete(instance)
      this.#deps.store.removeUnit(instance).catch(() => undefined)
      if (service && this.#supervisor.instancesOf(service).length === 0 && !this.#configuration?.services.has(service))
        this.#specs.delete(service)
      this.hub.serviceRemoved(instance)
    }
    forget()
  }

  // ---- What changes, and who is told ------------------------------------------------------------

  #changed(unit: Unit, before: Unit | undefined): void {
    this.#dirty(unit.instance)
    if (before && before.phase === unit.phase) return
    if (before?.phase === 'failed') this.#recalled.delete(unit.instance)
    this.#dirtyDependents(unit.service, new Set())
    if (unit.phase === 'backoff' || unit.phase === 'failed' || unit.phase === 'scheduled') this.#learnFromLines(unit)
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiters) wake()
  }

  #dirty(instance: string): void {
    this.#views.delete(instance)
    this.hub.serviceChanged(instance)
  }

  #dirtyDependents(service: string, seen: Set<string>): void {
    for (const dependent of this.#supervisor.directDependents(service)) {
      if (seen.has(dependent)) continue
      seen.add(dependent)
      for (const unit of this.#supervisor.instancesOf(dependent))
        if (unit.phase === 'waiting') this.#dirty(unit.instance)
      this.#dirtyDependents(dependent, seen)
    }
  }

  /** Its last words may name a port or a host that explains them. */
  #learnFromLines(unit: Unit): void {
    const spec = this.#specs.get(unit.service)
    const facts = this.#runner.facts(unit.instance)
    if (!spec || !facts.lastLines || facts.lastLines.length === 0 || facts.port) return
    const { declared: _, ...lookup } = this.#portLookup(unit.instance, spec, 0)
    exitFacts(facts.lastLines, {
      ...lookup,
      declared: spec.ports.map(({ port, range }) => ({ port, range })),
      commandLine: spec.command.argv
        .map(({ parts }) => parts.filter((part) => typeof part === 'string').join(''))
        .join(' '),
      serviceOf: (port) => [...this.#specs.values()].find(({ ports }) => ports.some((own) => own.port === port))?.name,
    }).then(
      (found) => {
        Object.assign(facts, found)
        this.#dirty(unit.instance)
      },
      (error: unknown) => this.#deps.log.warn({ error: String(error) }, 'looking for a cause failed'),
    )
  }

  #nextChange(withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = withinMs === undefined ? () => {} : this.#deps.clock.after(withinMs, () => wake())
      const wake = (): void => {
        cancel()
        this.#waiters.delete(wake)
        resolve()
      }
      this.#waiters.add(wake)
    })
  }

  #view(instance: string): Service | undefined {
    const known = this.#views.get(instance)
    const unit = this.#supervisor.unit(instance)
    const spec = unit && this.#specs.get(unit.service)
    if (!unit || !spec) return undefined
    const nowMs = this.#deps.clock.nowMs()
    if (known)
      return known.startedAt === null || unit.startedAtMs === null
        ? known
        : { ...known, uptimeMs: Math.max(0, nowMs - unit.startedAtMs) }
    const view = viewOf({
      unit,
      spec,
      enabled: this.#enabled(spec),
      usage: this.#usage.get(instance),
      pid: this.#runner.identity(instance)?.pid ?? null,
      notes: this.#runner.notes(instance),
      host: this.info().name,
      why: this.#why(unit, nowMs),
      nowMs,
    })
    this.#views.set(instance, view)
    return view
  }

  #why(unit: Unit, nowMs: number): Why | null {
    const recalled = unit.phase === 'failed' ? this.#recalled.get(unit.instance) : undefined
    if (recalled) return recalled
    return explain(unit.instance, (name) => this.#factsOf(name), nowMs)
  }

  #factsOf(name: string): ServiceFacts | undefined {
    const unit = this.#supervisor.unit(name) ?? this.#supervisor.instancesOf(name)[0]
    const spec = unit && this.#specs.get(unit.service)
    if (!unit || !spec) return undefined
    const unmet =
      unit.phase === 'waiting' ? spec.dependsOn.filter(({ service }) => unit.reason.text.includes(service)) : []
    const disabledBy = spec.enabled ? (this.#enabled(spec) ? undefined : 'person') : 'file'
    return factsOf(unit, spec, this.#runner.facts(unit.instance), unmet, disabledBy)
  }

  #measured(usage: ReadonlyMap<string, Usage>): void {
    const changed: string[] = []
    for (const [instance, now] of usage) {
      const before = this.#usage.get(instance)
      const view = this.#views.get(instance)
      this.#usage.set(instance, now)
      if (view)
        this.#views.set(instance, {
          ...view,
          cpuPercent: now.cpuPercent,
          memoryBytes: now.memoryBytes,
          processCount: now.processCount,
        })
      if (before?.cpuPercent !== now.cpuPercent || before?.memoryBytes !== now.memoryBytes) changed.push(instance)
    }
    for (const instance of this.#usage.keys()) if (!usage.has(instance)) this.#usage.delete(instance)
    if (changed.length > 0) this.hub.usageChanged(changed)
  }

  #announce(unit: Unit, effect: AnnounceEffect): void {
    const facts = this.#runner.facts(unit.instance)
    const person = unit.reason.code.endsWith('-by-user')
    this.eventLog.append({
      kind: effect.kind,
      severity: effect.severity,
      service: unit.instance,
      text: sentenceOf(unit, effect.kind, facts.hook, this.#deps.clock.nowMs()),
      author: person ? (this.#lastAuthor.get(unit.instance) ?? this.#deps.author) : 'agent',
      ...(effect.withLastLines && facts.lastLines && facts.lastLines.length > 0
        ? { lastLines: [...facts.lastLines] }
        : {}),
    })
  }

  #remember(unit: Unit): void {
    const spec = this.#specs.get(unit.service)
    if (!spec || this.#transient.has(unit.service)) return
    if (unit.phase === 'failed') {
      const { clock, store } = this.#deps
      const atMs = clock.nowMs()
      const failure = { instance: unit.instance, reason: unit.reason, atMs, why: this.#why(unit, atMs) }
      store.putFailure(failure).catch(() => undefined)
      this.#saveQuietly({ ...this.#recordOf(unit), desired: unit.desired, fingerprint: spec.fingerprint })
      return
    }
    const completedInBoot = spec.type === 'task' ? this.#deps.platform.bootId : null
    this.#saveQuietly({
      ...this.#recordOf(unit),
      desired: unit.desired,
      reason: unit.reason,
      fingerprint: spec.fingerprint,
      completedInBoot,
    })
  }

  #cookiePrefix(instance: string): string {
    return `${dataDirIdOf(this.#deps.dataDir)}.${shortHash(instance, 10)}.`
  }

  /** The agent's own environment, less what is the agent's alone. */
  #serviceEnv(): Record<string, string> {
    const own = new Set(this.#configuration?.agentEnvNames ?? [])
    const env: Record<string, string> = Object.create(null)
    for (const [name, value] of Object.entries(currentEnv()))
      if (!name.startsWith('HXE_') && !own.has(name)) env[name] = value
    return env
  }

  #portLookup(instance: string, spec: ServiceSpec, port: number): PortLookup {
    const declared = spec.ports.find((own) => own.port === port)
    const taken = new Set([...this.#specs.values()].flatMap(({ ports }) => ports.map((own) => own.port)))
    return {
      platform: this.#deps.platform,
      ownerOf: (cookie) => this.#runner.ownerOf(cookie) ?? this.#ownerByPrefix(cookie),
      instance,
      freePort: async (from) => {
        for (let candidate = from + 1; candidate <= Math.min(from + 50, 65_535); candidate++) {
          if (!taken.has(candidate) && (await this.#deps.platform.portHolder(candidate)) === undefined) return candidate
        }
        return undefined
      },
      ...(declared ? { declared: { range: declared.range, attribute: 'ports' } } : {}),
    }
  }

  #ownerByPrefix(cookie: string): string | undefined {
    for (const unit of this.#supervisor.units())
      if (cookie.startsWith(this.#cookiePrefix(unit.instance))) return unit.instance
    return undefined
  }
}

function isAt(unit: Unit, condition: 'running' | 'stopped' | 'healthy'): boolean {
  if (condition === 'stopped') return isResting(unit.phase)
  return unit.phase === 'running' || unit.phase === 'completed'
}

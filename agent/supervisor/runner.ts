import {
  type MissingValue,
  type ResolvedCommand,
  type ResolvedHook,
  type ResolvedService,
  resolveService,
  type ServiceSpec,
} from '../config/index.ts'
import type { Logs } from '../logs/index.ts'
import {
  type Clock,
  execute,
  type Platform,
  type ProcessIdentity,
  type ProcessRow,
  readTextNow,
  type SpawnError,
  type Spawned,
} from '../os/index.ts'
import type { RunRecord, Store } from '../store/index.ts'
import { type PortLookup, portFacts, type ServiceFacts } from '../why/index.ts'
import type { StartFailure, Unit, UnitEffect, UnitEvent } from './unit.ts'

/** What was learned about an instance while it was carried: the ground for `why`. */
export type RunFacts = Partial<
  Pick<ServiceFacts, 'startError' | 'port' | 'missing' | 'hook' | 'lastLines' | 'refused'>
> & {
  remaining?: NonNullable<ServiceFacts['stop']>['remaining']
}

/** One run of an instance, from its preparation until nothing of it is left. */
interface Run {
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
  baseEnv: () => Record<string, string>
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
  /** Lets the loop do what else is due, then goes on: `setImmediate`. */
  yieldThen: (run: () => void) => void
}

/** Starts go in slices of this length, with room for everything else between them. */
const sliceMs = 4
const hookOutputLines = 20

/** Carries out what the supervisor decides, on the real machine. */
export class Runner {
  readonly #deps: RunnerDeps
  readonly #runs = new Map<string, Run>()
  readonly #byPid = new Map<number, string>()
  readonly #facts = new Map<string, RunFacts>()
  readonly #spawnQueue: Unit[] = []
  #spawning = false
  readonly #stopExits: () => void

  constructor(deps: RunnerDeps) {
    this.#deps = deps
    this.#stopExits = deps.platform.onExit((exit) => {
      const instance = this.#byPid.get(exit.pid)
      if (instance === undefined) return
      this.#byPid.delete(exit.pid)
      const unit = deps.unit(instance)
      if (!unit) return
      const { code, signal, statusKnown } = this.#outcome(instance, exit)
      const outOfMemory = deps.platform.oomKilled(instance)
      const end = { code, signal, statusKnown, outOfMemory }
      const tell = (): void => deps.send(instance, { type: 'exited', generation: unit.generation, end })
      if (code === 126 && this.#runs.get(instance)?.resolved?.user !== undefined) this.#refusedByExec(unit, tell)
      else tell()
    })
  }

  /**
   * A change of user happens in the child, so that the user's limit of processes is met there, after the spawn: the
   * helper says so and ends with 126. That is a start that found no room, not a crash of the program.
   */
  #refusedByExec(unit: Unit, tell: () => void): void {
    this.#background(
      'exit',
      async () => {
        const lines = await this.#deps.logs.lastLines(unit.instance, 1)
        const said = /^setpriv: .*: Resource temporarily unavailable$/.test(lines[0]?.text ?? '')
        const run = this.#runs.get(unit.instance)
        if (!said || !run || unit.askedToStopAtMs !== null) return tell()
        this.#dropRun(run)
        const message = `User ${run.resolved?.user} may have no more processes (EAGAIN)`
        this.#learn(unit.instance, {
          startError: {
            what: 'resources',
            code: 'EAGAIN',
            subject: run.resolved?.user ?? '',
            message,
            retryable: true,
          },
        })
        this.#refuse(unit, { code: 'resources', text: message, retryable: true })
      },
      tell,
    )
  }

  facts(instance: string): RunFacts {
    return this.#facts.get(instance) ?? {}
  }

  notes(instance: string): readonly string[] {
    return this.#runs.get(instance)?.notes ?? []
  }

  identity(instance: string): ProcessIdentity | undefined {
    return this.#runs.get(instance)?.identity
  }

  cookie(instance: string): string | undefined {
    return this.#runs.get(instance)?.record.cookie
  }

  /** The instance that a cookie's processes belong to, while its run lasts. */
  ownerOf(cookie: string): string | undefined {
    for (const [instance, run] of this.#runs) if (run.record.cookie === cookie) return instance
    return undefined
  }

  runs(): { instance: string; cookie: string; leader: ProcessIdentity }[] {
    return [...this.#runs].flatMap(([instance, { record, identity }]) =>
      identity && this.#byPid.has(identity.pid) ? [{ instance, cookie: record.cookie, leader: identity }] : [],
    )
  }

  /** What a hook, an exec or a signal of this instance runs with; the present run's or a fresh one. */
  surroundings(
    instance: string,
    spec: ServiceSpec,
  ): { resolved: ResolvedService; env: Record<string, string> } | undefined {
    const run = this.#runs.get(instance)
    if (run?.resolved && run.env) return { resolved: run.resolved, env: run.env }
    const unit = this.#deps.unit(instance)
    if (!unit) return undefined
    const resolution = this.#resolve(unit, spec)
    if ('missing' in resolution) return undefined
    return { resolved: resolution.resolved, env: this.#environment(unit, spec, resolution.resolved, undefined) }
  }

  forget(instance: string): void {
    this.#facts.delete(instance)
    this.#runs.delete(instance)
  }

  close(): void {
    this.#stopExits()
    for (const { abort } of this.#runs.values()) abort.abort()
  }

  /** Takes over a run of an earlier agent. The caller has checked the identity. */
  takeOver(record: RunRecord, spec: ServiceSpec, identity: ProcessIdentity | undefined): void {
    const run: Run = { record, spec, abort: new AbortController(), notes: [], ...(identity ? { identity } : {}) }
    this.#runs.set(record.instance, run)
    if (identity) this.#byPid.set(identity.pid, record.instance)
    this.#deps.logs.attach({
      cookie: record.cookie,
      instance: record.instance,
      service: record.service,
      spec: spec.logs,
    })
  }

  perform(unit: Unit, effect: UnitEffect): void {
    switch (effect.type) {
      case 'prepare':
        this.#prepare(unit)
        return
      case 'spawn':
        this.#queueSpawn(unit)
        return
      case 'post-start':
        this.#background('post_start', () => this.#postStart(unit))
        return
      case 'stop-command':
        this.#background('stop command', () => this.#stopCommand(unit))
        return
      case 'signal':
        this.#background('signal', () => this.#signal(unit, effect.signal, effect.tree))
        return
      case 'kill':
        this.#background('kill', () => this.#kill(unit))
        return
      case 'sweep':
        this.#background(
          'sweep',
          () => this.#sweep(unit),
          () => this.#sweptInVain(unit),
        )
        return
      case 'finish':
        this.#background(
          'finish',
          () => this.#finish(unit),
          () => this.#deps.send(unit.instance, { type: 'finished', generation: unit.generation }),
        )
        return
      case 'abort':
        this.#runs.get(unit.instance)?.abort.abort()
        return
      case 'announce':
        this.#deps.announce(unit, effect)
        return
      case 'remember':
        this.#deps.remember(unit)
        return
      case 'arm':
      case 'disarm':
        return
    }
  }

  /** What must be answered is answered by `otherwise` where the work fails, so that no service waits for ever. */
  #background(what: string, work: () => Promise<void>, otherwise: () => void = () => {}): void {
    work().catch((error: unknown) => {
      this.#deps.onProblem(what, error)
      otherwise()
    })
  }

  /** A look that failed (no descriptors, say) has not seen that nothing is left: it is looked again. */
  #sweptInVain({ instance, generation }: Unit): void {
    this.#deps.send(instance, { type: 'swept', generation, left: 1 })
  }

  #learn(instance: string, facts: RunFacts): void {
    this.#facts.set(instance, { ...this.#facts.get(instance), ...facts })
  }

  // ---- Before the start -------------------------------------------------------------------------

  #prepare(unit: Unit): void {
    const { instance, generation } = unit
    const spec = this.#deps.specOf(unit.service)
    if (!spec) {
      this.#refuse(unit, { code: 'removed', text: 'It is no longer in the configuration', retryable: false })
      return
    }
    this.#facts.delete(instance)
    const resolution = this.#resolve(unit, spec)
    if ('missing' in resolution) {
      this.#refuseMissing(unit, resolution.missing)
      return
    }
    const { resolved } = resolution
    const userProblem = this.#deps.platform.checkUser(resolved.user, resolved.group)
    if (userProblem) {
      this.#learn(instance, {
        startError: {
          what: userProblem.what,
          code: 'USER',
          subject: resolved.user ?? resolved.group ?? '',
          message: userProblem.problem,
          retryable: false,
        },
      })
      this.#refuse(unit, { code: 'user-not-available', text: userProblem.problem, retryable: false })
      return
    }
    const run = this.#newRun(unit, spec, resolved)
    if (spec.ports.length === 0 && resolved.hooks.preStart.length === 0) {
      this.#deps.send(instance, { type: 'prepared', generation })
      return
    }
    this.#background(
      'prepare',
      async () => {
        const failure =
          (await this.#portTaken(unit, spec)) ?? (await this.#hooks(unit, run, 'pre_start', resolved.hooks.preStart))
        if (failure) {
          this.#refuse(unit, failure)
          return
        }
        this.#deps.send(instance, { type: 'prepared', generation })
      },
      () =>
        this.#refuse(unit, {
          code: 'resources',
          text: 'It could not be prepared: the agent lacks resources',
          retryable: true,
        }),
    )
  }

  #resolve(unit: Unit, spec: ServiceSpec): ReturnType<typeof resolveService> {
    return resolveService(spec, {
      env: this.#deps.lookupEnv(),
      replica: unit.replica ?? 0,
      readFile: (path) => readTextNow(path),
    })
  }

  #newRun(unit: Unit, spec: ServiceSpec, resolved: ResolvedService): Run {
    const { instance, service, replica, generation, restarts } = unit
    const cookie = this.#deps.newCookie(instance)
    const record: RunRecord = {
      cookie,
      instance,
      service,
      replica,
      generation,
      pid: null,
      startTime: null,
      bootId: this.#deps.platform.bootId,
      startedAtMs: this.#deps.clock.nowMs(),
      runFingerprint: spec.runFingerprint,
      stopping: false,
      statusFile: spec.type === 'service' ? null : this.#deps.statusFile(cookie),
      restarts,
    }
    const env = this.#environment(unit, spec, resolved, cookie)
    const run: Run = { record, spec, abort: new AbortController(), resolved, env, notes: [] }
    this.#runs.set(instance, run)
    return run
  }

  #environment(
    unit: Unit,
    spec: ServiceSpec,
    resolved: ResolvedService,
    cookie: string | undefined,
  ): Record<string, string> {
    const env: Record<string, string> = Object.create(null)
    if (spec.inheritEnv) Object.assign(env, this.#deps.baseEnv())
    Object.assign(env, resolved.environment)
    env.HXE_SERVICE = unit.service
    env.HXE_REPLICA = String(unit.replica ?? 0)
    if (cookie !== undefined) env.HXE_INSTANCE = cookie
    return env
  }

  #refuse(unit: Unit, failure: StartFailure): void {
    this.#deps.send(unit.instance, { type: 'start-failed', generation: unit.generation, failure })
  }

  #refuseMissing(unit: Unit, missing: readonly MissingValue[]): void {
    this.#learn(unit.instance, {
      missing: missing.map(({ what, name, range, message }) => ({ kind: what, name, range, message })),
    })
    const [first] = missing
    this.#refuse(unit, { code: 'missing-value', text: first?.message ?? 'A value is missing', retryable: false })
  }

  async #portTaken(unit: Unit, spec: ServiceSpec): Promise<StartFailure | undefined> {
    const shift = (unit.replica ?? 0) * spec.portStep
    for (const { port: declared } of spec.ports) {
      const port = declared + shift
      const facts = await portFacts(port, this.#deps.portLookup(unit.instance, spec, port))
      if (!facts.holder && !facts.hidden) continue
      this.#learn(unit.instance, { port: facts })
      const holder = facts.holder ? `${facts.holder.name} (pid ${facts.holder.pid})` : 'a process of another user'
      return { code: 'port-taken', text: `Port ${port} is held by ${holder}`, retryable: false }
    }
    return undefined
  }

  async #hooks(
    unit: Unit,
    run: Run,
    name: 'pre_start' | 'post_start' | 'post_stop',
    hooks: readonly ResolvedHook[],
  ): Promise<StartFailure | undefined> {
    for (const hook of hooks) {
      const commandLine = hook.argv.join(' ')
      const result = await this.#command(run, hook, hook.timeoutMs, run.abort.signal).catch((error: unknown) => ({
        exitCode: null,
        timedOut: false,
        output: error instanceof Error ? error.message : String(error),
      }))
      if (run.abort.signal.aborted && name !== 'post_stop')
        return { code: 'aborted', text: 'Stopped meanwhile', retryable: false }
      if (result.exitCode === 0) continue
      const lastLines = result.output
        .split('\n')
        .filter((line) => line !== '')
        .slice(-hookOutputLines)
      this.#learn(unit.instance, {
        hook: { name, commandLine, exitCode: result.exitCode, timedOut: result.timedOut, lastLines },
      })
      const how = result.timedOut
        ? 'took too long'
        : result.exitCode === null
          ? 'could not be run'
          : `exited with code ${result.exitCode}`
      const failure = { code: 'hook-failed', text: `${name} hook "${commandLine}" ${how}`, retryable: false }
      this.#deps.announce(unit, { type: 'announce', kind: 'hook.failed', severity: 'warning' })
      if (hook.onFailure === 'fail') return failure
    }
    return undefined
  }

  #command(run: Run, command: ResolvedCommand, timeoutMs: number, signal?: AbortSignal): ReturnType<typeof execute> {
    const { resolved, env } = run
    return execute({
      argv: command.argv,
      shell: command.shell,
      env: env ?? {},
      timeoutMs,
      ...(resolved ? { cwd: resolved.cwd } : {}),
      ...(resolved?.user !== undefined ? { user: resolved.user } : {}),
      ...(resolved?.group !== undefined ? { group: resolved.group } : {}),
      ...(signal ? { signal } : {}),
    })
  }

  // ---- The start --------------------------------------------------------------------------------

  #queueSpawn(unit: Unit): void {
    this.#spawnQueue.push(unit)
    if (this.#spawning) return
    this.#spawning = true
    this.#spawnSlice()
  }

  #spawnSlice(): void {
    const endMs = this.#deps.clock.monotonicMs() + sliceMs
    for (let unit = this.#spawnQueue.shift(); unit; unit = this.#spawnQueue.shift()) {
      this.#spawn(unit)
      if (this.#deps.clock.monotonicMs() < endMs || this.#spawnQueue.length === 0) continue
      this.#deps.yieldThen(() => this.#spawnSlice())
      return
    }
    this.#spawning = false
  }

  #spawn(unit: Unit): void {
    const { instance, generation } = unit
    const run = this.#runs.get(instance)
    const current = this.#deps.unit(instance)
    if (!run?.resolved || !run.env || current?.generation !== generation || current.phase !== 'starting') return
    const log = { cookie: run.record.cookie, instance, service: unit.service, spec: run.spec.logs }
    try {
      const fds = this.#deps.logs.openSpool(log)
      let spawned: Spawned
      try {
        this.#journal(run)
        spawned = this.#deps.platform.spawn({
          instance,
          argv: commandWords(run.resolved.command),
          cwd: run.resolved.cwd,
          env: run.env,
          stdoutFd: fds.stdoutFd,
          stderrFd: fds.stderrFd,
          ...spawnOptions(run),
        })
      } finally {
        fds.close()
      }
      run.identity = spawned.identity
      run.notes = spawned.notes
      run.record.pid = spawned.identity.pid
      run.record.startTime = spawned.identity.startTime
      run.record.startedAtMs = this.#deps.clock.nowMs()
      this.#byPid.set(spawned.identity.pid, instance)
      this.#journal(run)
      this.#deps.logs.attach(log)
      this.#deps.send(instance, { type: 'spawned', generation })
    } catch (error) {
      this.#background('start', () => this.#spawnFailed(unit, run, error))
    }
  }

  #journal(run: Run): void {
    // The cookie in the child's environment finds it even where this write is lost; the store says itself what ails it.
    this.#deps.store.putRun({ ...run.record }).catch(() => undefined)
  }

  async #spawnFailed(unit: Unit, run: Run, error: unknown): Promise<void> {
    this.#dropRun(run)
    if (!isSpawnError(error)) {
      const message = error instanceof Error ? error.message : String(error)
      this.#learn(unit.instance, {
        startError: { what: 'log', code: 'LOG', subject: unit.instance, message, retryable: true },
      })
      return this.#refuse(unit, {
        code: 'log-not-available',
        text: `Its log cannot be opened: ${message}`,
        retryable: true,
      })
    }
    const startError =
      run.resolved && run.env ? await this.#deps.describeStartError(error, run.spec, run.resolved, run.env) : undefined
    if (startError) this.#learn(unit.instance, { startError })
    const code = error.retryable ? 'resources' : 'cannot-start'
    this.#refuse(unit, { code, text: error.message, retryable: error.retryable })
  }

  async #postStart(unit: Unit): Promise<void> {
    const run = this.#runs.get(unit.instance)
    const hooks = run?.resolved?.hooks.postStart ?? []
    const failure = run ? await this.#hooks(unit, run, 'post_start', hooks) : undefined
    this.#deps.send(unit.instance, {
      type: 'post-started',
      generation: unit.generation,
      ...(failure ? { failure } : {}),
    })
  }

  // ---- The end ----------------------------------------------------------------------------------

  async #stopCommand(unit: Unit): Promise<void> {
    const run = this.#runs.get(unit.instance)
    this.#markStopping(run)
    const where = run && this.surroundings(unit.instance, run.spec)
    const command = where?.resolved.stopCommand
    if (run && command) {
      await this.#command({ ...run, ...where }, command, run.spec.stop.timeoutMs).catch((error: unknown) =>
        this.#deps.onProblem(`stop command of ${unit.instance}`, error),
      )
    }
    this.#deps.send(unit.instance, { type: 'stop-command-done', generation: unit.generation })
  }

  #markStopping(run: Run | undefined): void {
    if (!run || run.record.stopping) return
    run.record.stopping = true
    this.#journal(run)
  }

  async #signal(unit: Unit, signal: string, tree: boolean): Promise<void> {
    const run = this.#runs.get(unit.instance)
    if (!run) return
    const { platform } = this.#deps
    if (unit.askedToStopAtMs !== null) this.#markStopping(run)
    if (run.identity) {
      if (tree) platform.signalGroup(run.identity, signal)
      else platform.signal(run.identity, signal)
      // A stopped process takes its signal only when it goes on.
      platform.signalGroup(run.identity, 'SIGCONT')
    }
    const rows = await this.#members(unit.instance, run)
    this.#learn(unit.instance, { remaining: await this.#describe(rows) })
    this.#deps.factsChanged(unit.instance)
    if (!tree) return
    for (const row of rows) {
      if (row.groupId === run.identity?.pid) continue
      const member = { bootId: platform.bootId, pid: row.pid, startTime: row.startTime }
      platform.signal(member, signal)
      platform.signal(member, 'SIGCONT')
    }
  }

  async #kill(unit: Unit): Promise<void> {
    const run = this.#runs.get(unit.instance)
    if (!run) return
    this.#markStopping(run)
    run.killing = this.#describeAndKill(unit.instance, run)
    await run.killing
  }

  async #describeAndKill(instance: string, run: Run): Promise<void> {
    const before = await this.#members(instance, run)
    if (before.length > 0) this.#learn(instance, { remaining: await this.#describe(before) })
    this.#killAll(run, before)
    this.#deps.platform.killCgroup(instance)
  }

  #killAll(run: Run, rows: readonly ProcessRow[]): void {
    const { platform } = this.#deps
    if (run.identity) platform.signalGroup(run.identity, 'SIGKILL')
    for (const row of rows)
      platform.signal({ bootId: platform.bootId, pid: row.pid, startTime: row.startTime }, 'SIGKILL')
  }

  /** With their command lines, where those can be read: "worker.js" says more than "node". */
  async #describe(rows: readonly ProcessRow[]): Promise<NonNullable<RunFacts['remaining']>> {
    const details = await this.#deps.platform.describeProcesses(rows.map(({ pid }) => pid)).catch(() => [])
    const commands = new Map(details.map(({ pid, command }) => [pid, command]))
    return rows.map(({ pid, name, state }) => {
      const command = commands.get(pid)
      return { pid, name, state, ...(command ? { command } : {}) }
    })
  }

  async #members(instance: string, run: Run): Promise<ProcessRow[]> {
    const wanted = { instance, cookie: run.record.cookie, ...(run.identity ? { leader: run.identity } : {}) }
    return (await this.#deps.platform.membersOf([wanted])).get(instance) ?? []
  }

  async #sweep(unit: Unit): Promise<void> {
    const { instance, generation } = unit
    const run = this.#runs.get(instance)
    // Most runs leave nothing, and that can be seen at once; a pass over all processes takes milliseconds.
    const isOwn = run?.resolved !== undefined
    if (isOwn && unit.leaderGone && this.#deps.platform.leftNothing(instance)) {
      this.#deps.send(instance, { type: 'swept', generation, left: 0 })
      return
    }
    await run?.killing
    const rows = run ? await this.#members(instance, run) : []
    const phase = this.#deps.unit(instance)?.phase
    if (rows.length > 0 && (phase === 'stop-signal' || phase === 'unkillable')) {
      const remaining = await this.#describe(rows)
      this.#learn(instance, { remaining })
      this.#deps.factsChanged(instance)
    }
    // Whatever was forked between two looks is ended too.
    if (run && rows.length > 0 && (phase === 'stop-kill' || phase === 'unkillable')) this.#killAll(run, rows)
    this.#deps.send(instance, { type: 'swept', generation, left: rows.length })
  }

  async #finish(unit: Unit): Promise<void> {
    const { instance, generation } = unit
    const run = this.#runs.get(instance)
    if (run) {
      const failed = unit.end !== null && unit.askedToStopAtMs === null
      const lines = failed ? this.#learnLastLines(instance) : Promise.resolve()
      // Its last words belong to the event of giving up; a start that may follow at once does not wait for them.
      const { delayMs, maxRetries } = run.spec.restart
      if (delayMs > 0 || unit.attempt >= maxRetries) await lines
      this.#dropRun(run)
      const where =
        run.resolved && run.env ? { resolved: run.resolved, env: run.env } : this.surroundings(instance, run.spec)
      const hooks = where?.resolved.hooks.postStop ?? []
      if (hooks.length > 0)
        await this.#hooks(unit, { ...run, ...where, abort: new AbortController() }, 'post_stop', hooks)
    }
    this.#deps.send(instance, { type: 'finished', generation })
  }

  async #learnLastLines(instance: string): Promise<void> {
    const { generation } = this.#deps.unit(instance) ?? {}
    const lines = await this.#deps.logs.lastLines(instance, 50).catch(() => [])
    // Started again meanwhile: these are no words of the new run.
    if (this.#deps.unit(instance)?.generation !== generation) return
    this.#learn(instance, { lastLines: lines.map(({ text }) => text) })
  }

  #dropRun(run: Run): void {
    const { record } = run
    this.#deps.logs
      .finish(record.cookie)
      .catch((error: unknown) => this.#deps.onProblem(`log of ${record.instance}`, error))
    this.#deps.store.removeRun(record.cookie).catch(() => undefined)
    this.#deps.platform.removeCgroup(record.instance)
    if (this.#runs.get(record.instance) === run) this.#runs.delete(record.instance)
    if (run.identity) this.#byPid.delete(run.identity.pid)
  }

  /** A task's wrapper says in a file how it ended, so that it is known also when nobody was there to see it. */
  #outcome(
    instance: string,
    exit: { code: number | null; signal: string | null; statusKnown: boolean },
  ): { code: number | null; signal: string | null; statusKnown: boolean } {
    if (exit.statusKnown) return exit
    return this.taskOutcome(this.#runs.get(instance)?.record.statusFile ?? null) ?? exit
  }

  taskOutcome(statusFile: string | null): { code: number; signal: null; statusKnown: true } | undefined {
    if (statusFile === null) return undefined
    try {
      const code = Number.parseInt(readTextNow(statusFile), 10)
      return Number.isInteger(code) ? { code, signal: null, statusKnown: true } : undefined
    } catch {
      // Not written: it ended before it could say how.
      return undefined
    }
  }
}

function isSpawnError(error: unknown): error is SpawnError {
  return error instanceof Error && error.name === 'SpawnError'
}

function commandWords({ argv, shell }: ResolvedCommand): string[] {
  return shell ? ['/bin/sh', '-c', argv.join(' ')] : argv
}

function spawnOptions(run: Run): Partial<Parameters<Platform['spawn']>[0]> {
  const { resolved, spec, record } = run
  const { cpuCores, memoryBytes, nofile, pids } = spec.resources
  const limits = {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(nofile === undefined ? {} : { nofile }),
    ...(pids === undefined ? {} : { pids }),
  }
  return {
    ...(resolved?.user === undefined ? {} : { user: resolved.user }),
    ...(resolved?.group === undefined ? {} : { group: resolved.group }),
    ...(resolved?.umask === undefined ? {} : { umask: resolved.umask }),
    ...(resolved?.nice === undefined ? {} : { nice: resolved.nice }),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(spec.logs.capture === 'pipe' ? { relay: true } : {}),
    ...(record.statusFile === null ? {} : { statusFile: record.statusFile }),
  }
}

import type { Health, ProbeType } from '../../contract/index.ts'
import type { HealthCheckSpec } from '../config/index.ts'
import type { Clock } from '../os/index.ts'
import { Agenda } from './agenda.ts'
import { type CheckEvent, type CheckState, healthOf, newCheck, stepCheck } from './machine.ts'
import type { Answer } from './probes/probe.ts'
import { Pulse } from './pulse.ts'

/** What is kept of one answer. */
export interface KeptAnswer extends Answer {
  atMs: number
  ignored?: string
}

/** One check of one instance. */
export interface Check {
  readonly instance: string
  spec: HealthCheckSpec
  state: CheckState
  /** Newest last. */
  readonly answers: KeptAnswer[]
}

/** How an instance's health has turned, and what turned it. */
export interface Turn {
  from: Health
  to: Health
  check: HealthCheckSpec
  text: string
}

export interface MonitorDeps {
  clock: Clock
  /** In [0, 1). */
  random: () => number
  /** Tries once; never fails, since not to be able to try is an answer too. */
  ask: (instance: string, check: HealthCheckSpec, signal: AbortSignal) => Promise<Answer>
  turned: (instance: string, turn: Turn) => void
  /** A check that says so has failed often enough. */
  restart: (instance: string, check: HealthCheckSpec, text: string) => void
  /** A run is over: what was found in it is of no use any more. */
  forget: (instance: string) => void
}

/** Answers that are kept of a check. */
const mostAnswers = 50
/** Probes that are under way at once; a command costs far more than a connection. */
const mostAtOnce: Readonly<Record<ProbeType, number>> = { http: 64, tcp: 64, grpc: 32, exec: 16, log: 4, process: 64 }
/** What is due within the same stretch is begun by one timer. */
const slotMs = 100
/** As long as answers are awaited, the agent looks so often whether it comes in time itself. */
const beatMs = 200
/** The first waits of a service that starts, each twice as long as the one before. */
const firstWaitMs = 250
/** Waits vary by this share, so that what began together does not stay together. */
const jitter = 0.1

interface Live extends Check {
  readonly run: Run
  /** Set while a probe is under way. */
  asking: Promise<void> | undefined
  abort: AbortController | undefined
  /** How late the agent itself came, at most, while the answer was awaited. */
  lateMs: number
  /** The next wait while it starts. */
  waitMs: number
}

interface Run {
  readonly instance: string
  checks: Live[]
  health: Health
}

/** Probes whatever runs and has checks, all by one timer. */
export class Monitor {
  readonly #deps: MonitorDeps
  readonly #runs = new Map<string, Run>()
  readonly #agenda = new Agenda<Live>()
  readonly #pulse: Pulse
  readonly #asking = new Map<ProbeType, number>()
  readonly #queued = new Set<Live>()
  #underWay = 0
  #armedMs = Number.POSITIVE_INFINITY
  #cancel: () => void = () => {}

  constructor(deps: MonitorDeps) {
    this.#deps = deps
    this.#pulse = new Pulse(this.#now())
  }

  /** An instance runs from now on. */
  begin(instance: string, specs: readonly HealthCheckSpec[]): void {
    this.end(instance)
    if (specs.length === 0) return
    const run: Run = { instance, checks: [], health: 'starting' }
    run.checks = specs.map((spec) => this.#newCheck(run, spec))
    this.#runs.set(instance, run)
    this.#beginWhatMay(run)
    this.#arm()
  }

  /** It does not run any more. */
  end(instance: string): void {
    const run = this.#runs.get(instance)
    if (!run) return
    this.#runs.delete(instance)
    for (const check of run.checks) this.#drop(check)
    this.#deps.forget(instance)
  }

  /** The files say something else of what runs: a check that is as it was goes on. */
  change(instance: string, specs: readonly HealthCheckSpec[]): void {
    const run = this.#runs.get(instance)
    if (specs.length === 0) this.end(instance)
    else if (!run) this.begin(instance, specs)
    else this.#change(run, specs)
  }

  #change(run: Run, specs: readonly HealthCheckSpec[]): void {
    const before = new Map(run.checks.map((check) => [check.spec.name, check]))
    run.checks = specs.map((spec) => {
      const known = before.get(spec.name)
      if (known === undefined || markOf(known.spec) !== markOf(spec)) return this.#newCheck(run, spec)
      before.delete(spec.name)
      known.spec = spec
      return known
    })
    for (const gone of before.values()) this.#drop(gone)
    this.#beginWhatMay(run)
    this.#arm()
  }

  /** Undefined where nothing is checked. */
  healthOf(instance: string): Health | undefined {
    return this.#runs.get(instance)?.health
  }

  checksOf(instance: string): readonly (Check & { nextInMs: number | null })[] {
    const { monotonicMs } = this.#now()
    return (this.#runs.get(instance)?.checks ?? []).map((check) => {
      const dueMs = this.#agenda.dueOf(check)
      return { ...check, nextInMs: dueMs === undefined ? null : Math.max(0, dueMs - monotonicMs) }
    })
  }

  /** Tries every check of an instance once, now. A failure is told and does not count: a person may ask often. */
  async probe(instance: string): Promise<void> {
    const checks = this.#runs.get(instance)?.checks ?? []
    await Promise.all(checks.map((check) => check.asking ?? this.#ask(check, 'asked for by a person')))
  }

  /** Ends every probe. */
  close(): void {
    for (const instance of [...this.#runs.keys()]) this.end(instance)
    this.#cancel()
  }

  #drop(check: Live): void {
    this.#agenda.remove(check)
    this.#queued.delete(check)
    check.abort?.abort()
  }

  #now(): { nowMs: number; monotonicMs: number } {
    const { clock } = this.#deps
    return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
  }

  #newCheck(run: Run, spec: HealthCheckSpec): Live {
    const state = newCheck(this.#now())
    return {
      instance: run.instance,
      run,
      spec,
      state,
      answers: [],
      asking: undefined,
      abort: undefined,
      lateMs: 0,
      waitMs: Math.min(firstWaitMs, spec.intervalMs),
    }
  }

  /** Until every startup check has passed, the others wait. */
  #beginWhatMay(run: Run): void {
    const hasStarted = run.checks.every(({ spec, state }) => spec.purpose !== 'startup' || state.phase === 'passing')
    for (const check of run.checks) {
      if (check.state.phase !== 'paused' || (check.spec.purpose !== 'startup' && !hasStarted)) continue
      this.#step(check, { type: 'begin' })
      this.#agenda.put(check, this.#now().monotonicMs)
    }
    run.health = healthOf(run.checks.map(({ state }) => state.phase))
  }

  #step(check: Live, event: CheckEvent): string | undefined {
    const { state, ignored } = stepCheck(check.state, event, check.spec, this.#now())
    check.state = state
    return ignored
  }

  #arm(): void {
    const { monotonicMs } = this.#now()
    const dueMs = this.#agenda.nextMs ?? Number.POSITIVE_INFINITY
    const slottedMs = Math.ceil(dueMs / slotMs) * slotMs
    const atMs = Math.min(slottedMs, this.#underWay > 0 ? monotonicMs + beatMs : Number.POSITIVE_INFINITY)
    // One that comes sooner does as well: it looks again.
    if (this.#armedMs <= atMs) return
    this.#cancel()
    this.#armedMs = atMs
    this.#pulse.plan(this.#now(), atMs)
    if (atMs === Number.POSITIVE_INFINITY) return
    this.#cancel = this.#deps.clock.after(Math.max(0, atMs - monotonicMs), () => this.#tick())
  }

  #tick(): void {
    this.#armedMs = Number.POSITIVE_INFINITY
    const now = this.#now()
    const lateMs = this.#pulse.latenessMs(now)
    if (this.#underWay > 0 && lateMs > 0) this.#noteLateness(lateMs)
    for (const check of this.#agenda.take(now.monotonicMs)) this.#queued.add(check)
    this.#beginQueued()
    this.#arm()
  }

  #noteLateness(lateMs: number): void {
    for (const { checks } of this.#runs.values())
      for (const check of checks) if (check.asking) check.lateMs = Math.max(check.lateMs, lateMs)
  }

  #beginQueued(): void {
    for (const check of this.#queued) {
      const { type } = check.spec.probe
      if (!check.asking && (this.#asking.get(type) ?? 0) >= mostAtOnce[type]) continue
      this.#queued.delete(check)
      if (!check.asking) void this.#ask(check)
    }
  }

  /** `excuse`: why a failure does not count, whatever the agent's own pulse says. */
  #ask(check: Live, excuse?: string): Promise<void> {
    const { type } = check.spec.probe
    const { nowMs: atMs } = this.#now()
    this.#count(type, 1)
    check.lateMs = 0
    const abort = new AbortController()
    check.abort = abort
    check.asking = this.#deps.ask(check.instance, check.spec, abort.signal).then((answer) => {
      check.asking = undefined
      check.abort = undefined
      this.#count(type, -1)
      if (!abort.signal.aborted) this.#take(check, { ...answer, atMs }, excuse)
      if (this.#queued.size > 0) this.#beginQueued()
    })
    this.#arm()
    return check.asking
  }

  #count(type: ProbeType, by: 1 | -1): void {
    this.#asking.set(type, (this.#asking.get(type) ?? 0) + by)
    this.#underWay += by
  }

  #take(check: Live, answer: KeptAnswer, excuse: string | undefined): void {
    const { run, spec } = check
    const now = this.#now()
    const lateMs = Math.max(check.lateMs, this.#pulse.latenessMs(now))
    const held = excuse ?? this.#pulse.excuse(now, lateMs, spec.timeoutMs)
    const before = check.state.phase
    const ignored = this.#step(check, { type: 'answer', ok: answer.ok, held })
    check.answers.push(ignored === undefined ? answer : { ...answer, ignored })
    if (check.answers.length > mostAnswers) check.answers.shift()
    this.#planNext(check, now.monotonicMs)
    const { phase } = check.state
    if (phase === before) return
    const from = run.health
    this.#beginWhatMay(run)
    if (run.health !== from) this.#deps.turned(run.instance, { from, to: run.health, check: spec, text: answer.text })
    if (phase === 'failing' && spec.onFailure === 'restart') this.#deps.restart(run.instance, spec, answer.text)
    this.#arm()
  }

  #planNext(check: Live, monotonicMs: number): void {
    const { spec, state } = check
    const isOver = spec.purpose === 'startup' && state.phase === 'passing'
    if (isOver || state.phase === 'paused') return
    const isStarting = state.phase === 'starting'
    const waitMs = isStarting ? check.waitMs : spec.intervalMs
    if (isStarting) check.waitMs = Math.min(check.waitMs * 2, spec.intervalMs)
    const varied = waitMs * (1 + jitter * (2 * this.#deps.random() - 1))
    this.#agenda.put(check, monotonicMs + varied)
    this.#arm()
  }
}

/** What a check says, wherever it stands in its file. */
function markOf(spec: HealthCheckSpec): string {
  return JSON.stringify(spec, (key, value) =>
    key === 'range' ? undefined : value instanceof Map ? [...value.entries()] : value,
  )
}

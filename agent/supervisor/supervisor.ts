import type { Clock } from '../os/clock.ts'
import type { Trace } from '../trace.ts'
import { causeOf } from './cause.ts'
import { type DependencyView, dependencyStatus } from './dependencies.ts'
import { mayHaveProcess } from './phases.ts'
import { nextDue } from './schedule.ts'
import { step } from './transitions.ts'
import { newUnit, type Unit, type UnitEffect, type UnitEvent, type UnitPolicy } from './unit.ts'

/** A service as the supervisor knows it: what decides, not what it runs. */
export interface SupervisedService {
  name: string
  policy: UnitPolicy
  /** `web`, or `web#0`, `web#1` … */
  instances: readonly { instance: string; replica: number | null }[]
  enabled: boolean
}

export interface SupervisorDeps {
  clock: Clock
  /** In [0, 1). */
  random: () => number
  /** For what nobody asked for: a crash, a due time. */
  newTrace: () => Trace
  /** Carries out what is not a timer; answers come back through `send`, at once or later. */
  perform: (unit: Unit, effect: UnitEffect) => void
  /** A unit has changed; `before` is undefined when it is new. */
  changed: (unit: Unit, before: Unit | undefined) => void
  /** Whether probes say that a service answers; undefined where it has none. */
  healthy: (service: string) => boolean | undefined
  /** A scheduled time has come and its run was begun, queued or skipped. */
  cameDue: (unit: Unit, dueAtMs: number) => void
}

/** A wall clock may be set and a machine may sleep, so a schedule looks at the clock at least this often. */
const longestCronWaitMs = 60_000

/**
 * Holds the units, feeds them events one at a time and carries their timers. Every request, exit and
 * timer of a service goes through one queue, so two wishes at once are one after the other.
 */
export class Supervisor {
  readonly #deps: SupervisorDeps
  readonly #units = new Map<string, Unit>()
  readonly #services = new Map<string, SupervisedService>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #timers = new Map<string, Map<string, () => void>>()
  readonly #cron = new Map<string, { dueAtMs: number; cancel: () => void }>()
  readonly #queue: { instance: string; event: UnitEvent }[] = []
  #draining = false

  constructor(deps: SupervisorDeps) {
    this.#deps = deps
  }

  unit(instance: string): Unit | undefined {
    return this.#units.get(instance)
  }

  units(): IterableIterator<Unit> {
    return this.#units.values()
  }

  service(name: string): SupervisedService | undefined {
    return this.#services.get(name)
  }

  instancesOf(service: string): Unit[] {
    const known = this.#services.get(service)?.instances ?? []
    return known.flatMap(({ instance }) => this.#units.get(instance) ?? [])
  }

  /** Names of the services that say they need this one. */
  directDependents(service: string): string[] {
    return [...(this.#dependents.get(service) ?? [])]
  }

  /** Names of what a service still waits for. */
  unmetBy(service: string): readonly string[] {
    const dependsOn = this.#services.get(service)?.policy.dependsOn ?? []
    const status = dependencyStatus(dependsOn, (name) => this.#dependencyView(name))
    return status.kind === 'met' ? [] : status.on
  }

  /** Adds a service or changes how it is judged from now on; running instances are not touched. */
  define(service: SupervisedService): void {
    this.#unlink(service.name)
    this.#services.set(service.name, service)
    for (const { service: needed } of service.policy.dependsOn) {
      const set = this.#dependents.get(needed) ?? new Set()
      this.#dependents.set(needed, set.add(service.name))
    }
    for (const { instance, replica } of service.instances) {
      if (this.#units.has(instance)) continue
      const unit = newUnit(instance, service.name, replica, this.#deps.clock.nowMs())
      this.#units.set(instance, unit)
      this.#deps.changed(unit, undefined)
    }
    for (const unit of this.instancesOf(service.name)) this.#keepCron(unit)
    // What it waits for may be another now.
    this.#askWaiting(service.name)
    this.#tellDependents(service.name)
  }

  /** Forgets an instance; only one of which nothing runs. */
  forget(instance: string): void {
    const unit = this.#units.get(instance)
    if (!unit) return
    if (mayHaveProcess(unit.phase)) throw new Error(`${instance} still runs and cannot be forgotten`)
    this.#disarm(instance)
    this.#cron.get(instance)?.cancel()
    this.#cron.delete(instance)
    this.#units.delete(instance)
    if (this.instancesOf(unit.service).length > 0) return
    this.#unlink(unit.service)
    this.#services.delete(unit.service)
  }

  /** Puts a unit where an earlier agent left it; before any event. */
  restore(instance: string, patch: Partial<Unit>): void {
    const unit = this.#units.get(instance)
    if (!unit) return
    const restored = { ...unit, ...patch }
    this.#units.set(instance, restored)
    this.#deps.changed(restored, unit)
  }

  send(instance: string, event: UnitEvent): void {
    this.#queue.push({ instance, event })
    if (this.#draining) return
    this.#draining = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#handle(next.instance, next.event)
    } finally {
      this.#draining = false
    }
  }

  /** A service answers that did not, or the other way round. */
  healthTurned(service: string): void {
    this.#tellDependents(service)
  }

  /** Ends every timer; processes live on. */
  close(): void {
    for (const instance of this.#timers.keys()) this.#disarm(instance)
    for (const { cancel } of this.#cron.values()) cancel()
    this.#cron.clear()
  }

  #handle(instance: string, event: UnitEvent): void {
    const before = this.#units.get(instance)
    const service = before && this.#services.get(before.service)
    if (!before || !service) return
    const { clock, random } = this.#deps
    const nowMs = clock.nowMs()
    const { policy } = service
    const { unit: after, effects } = step(before, event, {
      policy,
      nowMs,
      monotonicMs: clock.monotonicMs(),
      random: random(),
      dependencies: dependencyStatus(policy.dependsOn, (name) => this.#dependencyView(name)),
      nextDueMs: this.#cron.get(instance)?.dueAtMs ?? (policy.cron ? nextDue(policy.cron, nowMs) : undefined),
    })
    const cause = causeOf(before, after, event, { policy })
    const unit = cause === 'same' ? after : { ...after, trace: cause === 'anew' ? this.#deps.newTrace() : cause }
    this.#units.set(instance, unit)
    if (unit !== before) this.#deps.changed(unit, before)
    for (const effect of effects) this.#carryOut(unit, effect)
    if (unit.desired !== before.desired || unit.phase !== before.phase) this.#keepCron(unit)
    if (unit.phase !== before.phase) this.#afterMove(unit, before)
  }

  #carryOut(unit: Unit, effect: UnitEffect): void {
    if (effect.type === 'disarm') this.#disarm(unit.instance)
    else if (effect.type === 'arm') this.#arm(unit, effect)
    else this.#deps.perform(unit, effect)
  }

  #arm(unit: Unit, effect: Extract<UnitEffect, { type: 'arm' }>): void {
    const { instance, generation } = unit
    const timers = this.#timers.get(instance) ?? new Map<string, () => void>()
    this.#timers.set(instance, timers)
    timers.get(effect.timer)?.()
    const cancel = this.#deps.clock.after(effect.delayMs, () => {
      timers.delete(effect.timer)
      this.send(instance, { type: 'timer', name: effect.timer, generation })
    })
    timers.set(effect.timer, cancel)
  }

  #disarm(instance: string): void {
    for (const cancel of this.#timers.get(instance)?.values() ?? []) cancel()
    this.#timers.delete(instance)
  }

  #afterMove(unit: Unit, before: Unit): void {
    this.#tellDependents(unit.service)
    const restarted = unit.phase === 'running' && before.phase !== 'running'
    if (restarted) this.#restartDependents(unit)
  }

  #tellDependents(service: string): void {
    for (const dependent of this.directDependents(service)) this.#askWaiting(dependent)
  }

  #askWaiting(service: string): void {
    for (const { instance, phase } of this.instancesOf(service))
      if (phase === 'waiting') this.#queueOrSend(instance, { type: 'dependencies' })
  }

  /** `depends_on { restart = true }`: what ran before its dependency came back is restarted with it. */
  #restartDependents(unit: Unit): void {
    for (const dependent of this.directDependents(unit.service)) {
      const wants = this.#services.get(dependent)?.policy.dependsOn.some((d) => d.service === unit.service && d.restart)
      if (!wants) continue
      for (const other of this.instancesOf(dependent)) {
        const older = (other.startedAtMs ?? 0) < (unit.startedAtMs ?? 0)
        if (other.phase !== 'running' || !older) continue
        const reason = { code: 'restarted-with-dependency', text: `Restarted with ${unit.instance}` }
        this.#queueOrSend(other.instance, { type: 'restart', reason, trace: unit.trace ?? undefined })
      }
    }
  }

  #queueOrSend(instance: string, event: UnitEvent): void {
    if (this.#draining) this.#queue.push({ instance, event })
    else this.send(instance, event)
  }

  #dependencyView(name: string): DependencyView | undefined {
    const service = this.#services.get(name)
    if (!service) return undefined
    const { enabled, policy } = service
    return { type: policy.type, enabled, instances: this.instancesOf(name), healthy: this.#deps.healthy(name) }
  }

  #unlink(service: string): void {
    for (const set of this.#dependents.values()) set.delete(service)
  }

  /** A cron job's clock runs as long as it is wanted, whatever its present run does. */
  #keepCron(unit: Unit): void {
    const cron = this.#services.get(unit.service)?.policy.cron
    const running = this.#cron.get(unit.instance)
    running?.cancel()
    this.#cron.delete(unit.instance)
    if (!cron || unit.desired === 'down') return
    const dueAtMs = nextDue(cron, this.#deps.clock.nowMs())
    if (dueAtMs !== undefined) this.#armCron(unit.instance, dueAtMs)
  }

  #armCron(instance: string, dueAtMs: number): void {
    const { clock } = this.#deps
    const waitMs = Math.min(Math.max(0, dueAtMs - clock.nowMs()), longestCronWaitMs)
    const cancel = clock.after(waitMs, () => {
      if (clock.nowMs() < dueAtMs) return this.#armCron(instance, dueAtMs)
      this.#fireCron(instance, dueAtMs)
    })
    this.#cron.set(instance, { dueAtMs, cancel })
  }

  #fireCron(instance: string, dueAtMs: number): void {
    const unit = this.#units.get(instance)
    const cron = unit && this.#services.get(unit.service)?.policy.cron
    this.#cron.delete(instance)
    if (!unit || !cron) return
    const next = nextDue(cron, Math.max(dueAtMs, this.#deps.clock.nowMs()))
    if (next !== undefined) this.#armCron(instance, next)
    this.#deps.cameDue(unit, dueAtMs)
    this.send(instance, { type: 'due' })
  }
}

import type { ResolvedService, ServiceSpec } from '../config/index.ts'
import type { ProcessIdentity } from '../os/index.ts'
import type { RunRecord } from '../store/index.ts'
import { beginRun, type Carrier, inBackground, type Run, type RunFacts, type RunnerDeps } from './carry/carrier.ts'
import { tellExit } from './carry/exit.ts'
import { finishRun } from './carry/finish.ts'
import { runPostStart } from './carry/hooks.ts'
import { prepareRun } from './carry/prepare.ts'
import { queueSpawn } from './carry/spawn.ts'
import { killRun, runStopCommand, signalRun, sweepRun, sweptInVain } from './carry/stop.ts'
import { surroundings } from './carry/surroundings.ts'
import type { Unit, UnitEffect } from './unit.ts'

export interface LivingRun {
  instance: string
  cookie: string
  leader: ProcessIdentity
}

/** Carries out what the supervisor decides, on the real machine; each effect in a file of its own. */
export class Runner {
  readonly #carrier: Carrier
  readonly #stopExits: () => void
  #listed: { begun: number; list: readonly LivingRun[] } = { begun: 0, list: [] }

  constructor(deps: RunnerDeps) {
    const carrier: Carrier = {
      deps,
      runs: new Map(),
      byPid: new Map(),
      begun: 0,
      facts: new Map(),
      spawnQueue: [],
      spawning: 0,
    }
    this.#carrier = carrier
    this.#stopExits = deps.platform.onExit((exit) => tellExit(carrier, exit))
  }

  facts(instance: string): RunFacts {
    return this.#carrier.facts.get(instance) ?? {}
  }

  notes(instance: string): readonly string[] {
    return this.#carrier.runs.get(instance)?.notes ?? []
  }

  identity(instance: string): ProcessIdentity | undefined {
    return this.#carrier.runs.get(instance)?.identity
  }

  cookie(instance: string): string | undefined {
    return this.#carrier.runs.get(instance)?.record.cookie
  }

  /** The instance that a cookie's processes belong to, while its run lasts. */
  ownerOf(cookie: string): string | undefined {
    for (const [instance, run] of this.#carrier.runs) if (run.record.cookie === cookie) return instance
    return undefined
  }

  /** Runs whose leader lives; the same list as long as none has begun or ended. */
  runs(): readonly LivingRun[] {
    const { runs, byPid, begun } = this.#carrier
    if (this.#listed.begun === begun && this.#listed.list.length === byPid.size) return this.#listed.list
    const list = [...runs].flatMap(([instance, { record, identity }]) =>
      identity && byPid.has(identity.pid) ? [{ instance, cookie: record.cookie, leader: identity }] : [],
    )
    this.#listed = { begun, list }
    return list
  }

  /** Grows with each run that begins; to ask whether there are new ones costs nothing. */
  get begun(): number {
    return this.#carrier.begun
  }

  surroundings(
    instance: string,
    spec: ServiceSpec,
  ): { resolved: ResolvedService; env: Record<string, string> } | undefined {
    return surroundings(this.#carrier, instance, spec)
  }

  forget(instance: string): void {
    this.#carrier.facts.delete(instance)
    this.#carrier.runs.delete(instance)
  }

  close(): void {
    this.#stopExits()
    for (const { abort } of this.#carrier.runs.values()) abort.abort()
  }

  /** Takes over a run of an earlier agent. The caller has checked the identity. */
  takeOver(record: RunRecord, spec: ServiceSpec, identity: ProcessIdentity | undefined): void {
    const { runs, deps } = this.#carrier
    const run: Run = { record, spec, abort: new AbortController(), notes: [] }
    runs.set(record.instance, run)
    if (identity) beginRun(this.#carrier, run, identity)
    deps.logs.attach({ cookie: record.cookie, instance: record.instance, service: record.service, spec: spec.logs })
  }

  perform(unit: Unit, effect: UnitEffect): void {
    const carrier = this.#carrier
    switch (effect.type) {
      case 'prepare':
        prepareRun(carrier, unit)
        return
      case 'spawn':
        queueSpawn(carrier, unit)
        return
      case 'post-start':
        inBackground(carrier, 'post_start', () => runPostStart(carrier, unit))
        return
      case 'stop-command':
        inBackground(carrier, 'stop command', () => runStopCommand(carrier, unit))
        return
      case 'signal':
        inBackground(carrier, 'signal', () => signalRun(carrier, unit, effect.signal, effect.tree))
        return
      case 'kill':
        inBackground(carrier, 'kill', () => killRun(carrier, unit))
        return
      case 'sweep':
        inBackground(
          carrier,
          'sweep',
          () => sweepRun(carrier, unit),
          () => sweptInVain(carrier, unit),
        )
        return
      case 'finish':
        inBackground(
          carrier,
          'finish',
          () => finishRun(carrier, unit),
          () => carrier.deps.send(unit.instance, { type: 'finished', generation: unit.generation }),
        )
        return
      case 'abort':
        carrier.runs.get(unit.instance)?.abort.abort()
        return
      case 'announce':
        carrier.deps.announce(unit, effect)
        return
      case 'remember':
        carrier.deps.remember(unit)
        return
      case 'arm':
      case 'disarm':
        return
    }
  }
}

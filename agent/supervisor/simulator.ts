import type { DependencySpec } from '../config/index.ts'
import type { Clock } from '../os/clock.ts'
import { traceOf } from '../trace.ts'
import { isResting } from './phases.ts'
import { type SupervisedService, Supervisor } from './supervisor.ts'
import type { Unit, UnitEffect, UnitEvent, UnitPolicy } from './unit.ts'

/** mulberry32: small, even enough, and the same everywhere. In [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Time that moves only when it is told to. */
class FakeClock implements Clock {
  #now = 1_000_000
  #id = 0
  readonly #timers = new Map<number, { atMs: number; run: () => void }>()
  nowMs = (): number => this.#now
  monotonicMs = (): number => this.#now
  after(delayMs: number, run: () => void): () => void {
    const id = ++this.#id
    this.#timers.set(id, { atMs: this.#now + Math.max(0, delayMs), run })
    return () => void this.#timers.delete(id)
  }
  /** Runs what is due next, if that is within `untilMs`; false when nothing is. */
  advance(untilMs: number): boolean {
    let next: [number, { atMs: number; run: () => void }] | undefined
    for (const entry of this.#timers) if (!next || entry[1].atMs < next[1].atMs) next = entry
    if (!next || next[1].atMs > untilMs) {
      this.#now = Math.max(this.#now, untilMs)
      return false
    }
    this.#timers.delete(next[0])
    this.#now = Math.max(this.#now, next[1].atMs)
    next[1].run()
    return true
  }
}

interface FakeProcess {
  instance: string
  generation: number
  leader: boolean
  ignoresTerm: boolean
  /** Waits in the kernel: SIGKILL takes effect only at this time. */
  stuckUntilMs: number
}

const restart = {
  policy: 'on-failure' as const,
  delayMs: 100,
  factor: 2,
  maxDelayMs: 2_000,
  jitter: 0.2,
  maxRetries: 4,
  windowMs: 5_000,
  successExitCodes: [0],
}

/** A run of a job, from its preparation until nothing of it is left, with room to spare. */
const longestRunMs = 3_000

function service(name: string, change: Partial<UnitPolicy> = {}, replicas = 1): SupervisedService {
  const policy: UnitPolicy = {
    type: 'service',
    restart,
    stop: { signal: 'SIGTERM', timeoutMs: 400, killTree: true, hasCommand: false },
    dependsOn: [],
    hasPostStart: false,
    ...change,
  }
  const instances =
    replicas === 1
      ? [{ instance: name, replica: null }]
      : Array.from({ length: replicas }, (_, replica) => ({ instance: `${name}#${replica}`, replica }))
  return { name, policy, instances, enabled: true }
}

const need = (name: string, condition: DependencySpec['condition'], withIt = false): DependencySpec => ({
  service: name,
  condition,
  restart: withIt,
  range: { file: 'sim.hcl', line: 1, column: 1, endLine: 1, endColumn: 1 },
})

/** One of each kind that behaves differently. */
const services: readonly SupervisedService[] = [
  service('database'),
  service('api', { dependsOn: [need('database', 'started')] }),
  service('web', { dependsOn: [need('api', 'started', true)], hasPostStart: true }, 2),
  service('migrate', { type: 'task', dependsOn: [need('database', 'healthy')] }),
  service('worker', { dependsOn: [need('migrate', 'completed')], restart: { ...restart, policy: 'always' } }),
  service('backup', { type: 'cron', cron: { schedule: '* * * * *', overlap: 'queue', catchUp: false } }),
  service('proxy', { stop: { signal: 'SIGTERM', timeoutMs: 400, killTree: true, hasCommand: true } }),
]

/**
 * Drives the real supervisor over a made-up machine: processes that crash, ignore signals, leave children and hang in
 * the kernel; starts that fail; an agent that is killed at any moment. One seed is one history.
 */
export class Simulator {
  readonly clock = new FakeClock()
  readonly #random: () => number
  readonly #processes = new Set<FakeProcess>()
  readonly #desired = new Map<string, 'up' | 'down'>()
  #supervisor: Supervisor
  /** What an earlier agent still had under way is nobody's any more. */
  #life = 0
  #faults = true
  #spawns = 0
  #databaseAnswers = true

  constructor(seed: number) {
    this.#random = seeded(seed)
    this.#supervisor = this.#boot()
  }

  /** One operation of a person or one fault, then some time. @throws when something that must hold does not */
  step(): void {
    const roll = this.#random()
    const unit = this.#pick([...this.#supervisor.units()])
    const reason = { code: 'started-by-user', text: 'by the simulator' }
    if (roll < 0.15) this.#wish(unit, 'up', { type: 'start', reason, byPerson: true })
    else if (roll < 0.28) this.#wish(unit, 'down', { type: 'stop', reason, keepDesired: false })
    else if (roll < 0.4) this.#wish(unit, 'up', { type: 'restart', reason })
    else if (roll < 0.43) this.#supervisor = this.#boot()
    else if (roll < 0.5) this.#endOne()
    else if (roll < 0.53) this.#supervisor.send(unit.instance, { type: 'unhealthy', reason })
    else if (roll < 0.57) this.#turnHealth(!this.#databaseAnswers)
    const untilMs = this.clock.nowMs() + this.#random() * 300
    while (this.clock.advance(untilMs)) this.#check()
    this.#check()
  }

  /** Faults off: everything has to come to what is wanted within two minutes. */
  settle(): void {
    this.#faults = false
    for (const process of this.#processes) process.stuckUntilMs = 0
    this.#turnHealth(true)
    const untilMs = this.clock.nowMs() + 120_000
    while (this.clock.advance(untilMs)) this.#check()
    // A job that came due at this very moment is in the middle of a run, which is short.
    const isBusy = (): boolean => this.#supervisor.instancesOf('backup').some((unit) => !isCalm(unit))
    while (isBusy() && this.clock.advance(untilMs + longestRunMs)) this.#check()
    for (const unit of this.#supervisor.units()) this.#settled(unit)
  }

  get spawns(): number {
    return this.#spawns
  }

  #boot(): Supervisor {
    const life = ++this.#life
    this.#supervisor?.close()
    const supervisor = new Supervisor({
      newTrace: () => traceOf('simulated'),
      clock: this.clock,
      random: this.#random,
      perform: (unit, effect) => this.#perform(unit, effect),
      changed: () => {},
      healthy: (name) => (name === 'database' ? this.#databaseAnswers : undefined),
      cameDue: () => {},
    })
    this.#supervisor = supervisor
    for (const each of services) supervisor.define(each)
    const reason = { code: 'started-by-agent', text: 'Started with the agent' }
    for (const unit of [...supervisor.units()]) {
      const desired = this.#desired.get(unit.instance) ?? 'up'
      this.#desired.set(unit.instance, desired)
      const alive = this.#of(unit.instance)
      supervisor.restore(unit.instance, { desired })
      if (alive.length > 0) {
        supervisor.send(unit.instance, {
          type: 'adopted',
          generation: alive[0]?.generation ?? 1,
          startedAtMs: this.clock.nowMs() - 1_000,
          restarts: 0,
          stopping: desired === 'down',
          leaderGone: !alive.some(({ leader }) => leader),
          end: null,
        })
      } else if (desired === 'up') supervisor.send(unit.instance, { type: 'start', reason, byPerson: false })
    }
    this.#life = life
    return supervisor
  }

  #turnHealth(answers: boolean): void {
    this.#databaseAnswers = answers
    this.#supervisor.healthTurned('database')
  }

  #wish(unit: Unit, desired: 'up' | 'down', event: UnitEvent): void {
    this.#desired.set(unit.instance, desired)
    this.#supervisor.send(unit.instance, event)
  }

  #of(instance: string): FakeProcess[] {
    return [...this.#processes].filter((process) => process.instance === instance)
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T
  }

  #chance(share: number): boolean {
    return this.#faults && this.#random() < share
  }

  /** Later, unless the agent that waits for it is gone by then. */
  #later(mostMs: number, run: () => void): void {
    const life = this.#life
    this.clock.after(this.#random() * mostMs, () => life === this.#life && run())
  }

  #answer(unit: Unit, mostMs: number, event: UnitEvent): void {
    this.#later(mostMs, () => this.#supervisor.send(unit.instance, event))
  }

  #perform(unit: Unit, effect: UnitEffect): void {
    const { instance, generation } = unit
    switch (effect.type) {
      case 'prepare': {
        const failure = { code: 'x', text: 'x', retryable: this.#random() < 0.8 }
        const event: UnitEvent = this.#chance(0.1)
          ? { type: 'start-failed', generation, failure }
          : { type: 'prepared', generation }
        this.#answer(unit, 30, event)
        return
      }
      case 'spawn':
        this.#later(20, () => this.#spawn(instance, generation))
        return
      case 'post-start':
        this.#answer(unit, 50, { type: 'post-started', generation })
        return
      case 'stop-command':
        this.#answer(unit, 100, { type: 'stop-command-done', generation })
        return
      case 'signal':
        for (const process of this.#of(instance)) {
          if (!process.ignoresTerm) this.clock.after(this.#random() * 200, () => this.#end(process, null))
        }
        return
      case 'kill':
        for (const process of this.#of(instance)) this.#kill(process)
        return
      case 'sweep':
        this.#later(15, () => {
          const left = this.#of(instance)
          const phase = this.#supervisor.unit(instance)?.phase
          if (phase === 'stop-kill' || phase === 'unkillable') for (const process of left) this.#kill(process)
          this.#supervisor.send(instance, { type: 'swept', generation, left: left.length })
        })
        return
      case 'finish':
        if (this.#of(instance).length > 0) throw new Error(`${instance} is said to be over and is not`)
        this.#answer(unit, 15, { type: 'finished', generation, noRoom: this.#chance(0.1) })
        return
      default:
        return
    }
  }

  #kill(process: FakeProcess): void {
    const delayMs = Math.max(1, process.stuckUntilMs - this.clock.nowMs())
    this.clock.after(delayMs, () => this.#end(process, null))
  }

  #spawn(instance: string, generation: number): void {
    const unit = this.#supervisor.unit(instance)
    // As the runner does: a start that was called off meanwhile is not carried out.
    if (unit?.generation !== generation || unit.phase !== 'starting') return
    if (this.#of(instance).length > 0) throw new Error(`a second copy of ${instance} was started`)
    this.#spawns++
    const make = (leader: boolean): FakeProcess => {
      const stuckUntilMs = this.#chance(0.02) ? this.clock.nowMs() + 6_000 : 0
      return { instance, generation, leader, ignoresTerm: this.#chance(0.15), stuckUntilMs }
    }
    const leader = make(true)
    this.#processes.add(leader)
    if (this.#chance(0.3)) this.#processes.add(make(false))
    this.#supervisor.send(instance, { type: 'spawned', generation })
    const policy = this.#supervisor.service(unit.service)?.policy
    if (policy?.type !== 'service')
      this.clock.after(this.#random() * 300, () => this.#end(leader, this.#chance(0.2) ? 1 : 0))
    else if (this.#chance(0.3)) this.clock.after(this.#random() * 2_000, () => this.#end(leader, 1))
  }

  #endOne(): void {
    if (this.#processes.size > 0) this.#end(this.#pick([...this.#processes]), 1)
  }

  #end(process: FakeProcess, code: number | null): void {
    if (!this.#processes.delete(process) || !process.leader) return
    const end = { code, signal: code === null ? 'SIGTERM' : null, statusKnown: true, outOfMemory: false }
    this.#supervisor.send(process.instance, { type: 'exited', generation: process.generation, end })
  }

  #check(): void {
    for (const { instance, phase } of this.#supervisor.units()) {
      const alive = this.#of(instance)
      if (alive.filter(({ leader }) => leader).length > 1) throw new Error(`${instance} runs twice`)
      if (isResting(phase) && alive.length > 0) throw new Error(`${instance} is ${phase}, and something of it lives`)
    }
  }

  #settled(unit: Unit): void {
    const { instance, phase, desired } = unit
    if (desired !== this.#desired.get(instance))
      throw new Error(`${instance} forgot that it is to be ${this.#desired.get(instance)}`)
    if (!isCalm(unit)) throw new Error(`${instance} is to be ${desired} and stays ${phase}`)
  }
}

function isCalm({ desired, phase }: Unit): boolean {
  const calm: readonly string[] =
    desired === 'down' ? ['stopped'] : ['running', 'completed', 'failed', 'scheduled', 'waiting']
  return calm.includes(phase)
}

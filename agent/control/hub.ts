import type {
  AgentInfo,
  AlertsSummary,
  ConfigStatus,
  Host,
  Service,
  StateMessage,
  WatchPace,
} from '../../contract/index.ts'
import { type Clock, pause } from '../os/clock.ts'
import { ChangeLog } from './changelog.ts'
import { Waiters } from './waiters.ts'

/** Where the hub reads the present state; it keeps only which numbers changed it. */
export interface StateSource {
  service(name: string): Service | undefined
  services(): readonly Service[]
  agent(): AgentInfo
  host(): Host | null
  config(): ConfigStatus
  alerts(): AlertsSummary
}

type Part = 'agent' | 'host' | 'config' | 'alerts'

/** A change after quiet goes at once, and what follows from it, as the second phase of a start, a frame later. */
const leastRestMs = 16
/** While one change follows another they fall together, and a client is sent ten messages a second at most. */
const mostRestMs = 100
/** Removals that are remembered, so that a client that was away learns of them. Further back it gets a snapshot. */
const mostRemovals = 10_000

/** How long a watcher rests after a message, by its last rest and how quiet it has been since that. */
export const nextRestMs = (lastRestMs: number, quietMs: number): number =>
  quietMs >= mostRestMs ? leastRestMs : Math.min(Math.max(2 * lastRestMs, leastRestMs), mostRestMs)

/**
 * Turns changes into deltas. A watcher pulls: while it is busy, changes fall together, so a slow
 * reader costs no memory and misses nothing but steps in between.
 */
export class StateHub {
  readonly #clock: Clock
  readonly #source: StateSource
  readonly #changed = new ChangeLog()
  readonly #used = new ChangeLog()
  readonly #removed = new ChangeLog()
  readonly #parts = new Map<Part, number>()
  readonly #waiters = new Waiters()
  /** Numbers of two agents on one data directory never meet, since each begins at its own start. */
  readonly #firstSeq: number
  #seq: number
  #forgottenSeq: number

  constructor(clock: Clock, source: StateSource) {
    this.#clock = clock
    this.#source = source
    this.#firstSeq = clock.nowMs() * 1000
    this.#seq = this.#firstSeq
    this.#forgottenSeq = this.#firstSeq
  }

  serviceChanged(name: string): void {
    this.#removed.forget(name)
    this.#changed.mark(name, this.#next())
  }

  usageChanged(names: Iterable<string>): void {
    const seq = this.#next()
    for (const name of names) this.#used.mark(name, seq)
  }

  serviceRemoved(name: string): void {
    this.#changed.forget(name)
    this.#used.forget(name)
    this.#removed.mark(name, this.#next())
    if (this.#removed.size > mostRemovals) this.#forgottenSeq = this.#removed.dropOldest() ?? this.#forgottenSeq
  }

  partChanged(part: Part): void {
    this.#parts.set(part, this.#next())
  }

  /** Whether anybody looks; what nobody looks at is measured less often. */
  get watched(): boolean {
    return this.#lookers > 0
  }

  /** How many do. */
  get lookers(): number {
    return this.#lookers
  }

  #lookers = 0

  async *watch(since: number | undefined, signal: AbortSignal, pace: WatchPace = 'live'): AsyncGenerator<StateMessage> {
    const looks = pace === 'live' ? 1 : 0
    this.#lookers += looks
    try {
      let sent = since ?? -1
      let restMs = 0
      if (!this.#canResume(sent)) {
        const message = this.#snapshot()
        sent = message.seq
        yield message
      }
      while (!signal.aborted) {
        const restedAtMs = this.#clock.monotonicMs()
        if (this.#seq === sent) await this.#waiters.next(signal)
        if (signal.aborted) return
        restMs = pace === 'live' ? nextRestMs(restMs, this.#clock.monotonicMs() - restedAtMs) : mostRestMs
        const message = this.#delta(sent)
        sent = message.seq
        yield message
        await pause(this.#clock, restMs, signal)
      }
    } finally {
      this.#lookers -= looks
    }
  }

  #next(): number {
    this.#seq++
    this.#waiters.wake()
    return this.#seq
  }

  #canResume(since: number): boolean {
    return since >= this.#forgottenSeq && since <= this.#seq && since >= this.#firstSeq
  }

  #snapshot(): StateMessage {
    const source = this.#source
    return {
      type: 'snapshot',
      seq: this.#seq,
      agent: source.agent(),
      services: [...source.services()],
      host: source.host(),
      config: source.config(),
      alerts: source.alerts(),
    }
  }

  #delta(since: number): StateMessage {
    const source = this.#source
    const changed = new Set(this.#changed.newerThan(since))
    const usage = this.#used.newerThan(since).flatMap((name): [string, number | null, number | null][] => {
      const service = changed.has(name) ? undefined : source.service(name)
      return service ? [[name, service.cpuPercent, service.memoryBytes]] : []
    })
    const isNew = (part: Part): boolean => (this.#parts.get(part) ?? 0) > since
    const host = source.host()
    return {
      type: 'delta',
      seq: this.#seq,
      services: [...changed].flatMap((name) => source.service(name) ?? []),
      usage,
      removed: this.#removed.newerThan(since),
      ...(isNew('agent') ? { agent: source.agent() } : {}),
      ...(isNew('host') && host ? { host } : {}),
      ...(isNew('config') ? { config: source.config() } : {}),
      ...(isNew('alerts') ? { alerts: source.alerts() } : {}),
    }
  }
}

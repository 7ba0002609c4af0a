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
import { ChangeBook } from './changebook.ts'
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
  readonly #book: ChangeBook<Part>
  readonly #waiters = new Waiters()
  readonly #onLooker: () => void

  /** @param onLooker called when somebody begins to look */
  constructor(clock: Clock, source: StateSource, onLooker: () => void = () => {}) {
    this.#clock = clock
    this.#source = source
    this.#onLooker = onLooker
    this.#book = new ChangeBook(clock.nowMs())
  }

  serviceChanged(name: string): void {
    this.#book.changed(name)
    this.#waiters.wake()
  }

  usageChanged(names: Iterable<string>): void {
    this.#book.used(names)
    this.#waiters.wake()
  }

  serviceRemoved(name: string): void {
    this.#book.removed(name)
    this.#waiters.wake()
  }

  partChanged(part: Part): void {
    this.#book.partChanged(part)
    this.#waiters.wake()
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
    this.#onLooker()
    try {
      let sent = since ?? -1
      let restMs = 0
      while (!signal.aborted) {
        if (!this.#book.canResume(sent)) {
          const message = this.#snapshot()
          sent = message.seq
          yield message
          continue
        }
        const restedAtMs = this.#clock.monotonicMs()
        if (this.#book.seq === sent) await this.#waiters.next(signal)
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

  #snapshot(): StateMessage {
    const source = this.#source
    return {
      type: 'snapshot',
      seq: this.#book.seq,
      agent: source.agent(),
      services: [...source.services()],
      host: source.host(),
      config: source.config(),
      alerts: source.alerts(),
    }
  }

  #delta(since: number): StateMessage {
    const source = this.#source
    const { seq, changed, used, removed, isNew } = this.#book.since(since)
    const host = source.host()
    return {
      type: 'delta',
      seq,
      services: [...changed].flatMap((name) => source.service(name) ?? []),
      usage: used.flatMap((name): [string, number | null, number | null][] => {
        const service = source.service(name)
        return service ? [[name, service.cpuPercent, service.memoryBytes]] : []
      }),
      removed: [...removed],
      ...(isNew('agent') ? { agent: source.agent() } : {}),
      ...(isNew('host') && host ? { host } : {}),
      ...(isNew('config') ? { config: source.config() } : {}),
      ...(isNew('alerts') ? { alerts: source.alerts() } : {}),
    }
  }
}

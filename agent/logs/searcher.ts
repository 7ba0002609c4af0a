import type { Worker } from 'node:worker_threads'
import type { LogSpec } from '../config/index.ts'
import { CoreError } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { Channel } from './channel.ts'
import type { Position } from './cursor.ts'
import type { HistogramRequest, HistogramResult } from './histogram.ts'
import type { SearchCalls } from './protocol.ts'
import type { HitsResult, SearchRequest, SearchResult } from './search.ts'
import type { WholeText } from './whole.ts'

/** A pattern that has not come on for this time is stopped; each look is one step. */
const stepMs = 50
const stepsWithoutProgress = 4
/** A worker without work is ended after this time, for the memory that it takes. */
const idleMs = 60_000
/** Searches that wait for their turn; more are refused. */
const longestQueue = 64

export interface SearcherOptions {
  open(progress: SharedArrayBuffer): Worker
  clock: Clock
}

/**
 * Runs searches in a worker. While a person's pattern is being matched it is watched: one that gets nowhere is stopped
 * together with its worker, and its search fails with the reason.
 */
export class Searcher {
  readonly #clock: Clock
  readonly #channel: Channel<SearchCalls>
  #progress = new Int32Array(new SharedArrayBuffer(4))
  #specs: ReadonlyMap<string, LogSpec> = new Map()
  #waiting = 0
  #cancelRest: (() => void) | undefined
  #closed = false
  #stopWatching: (() => void) | undefined
  #last = 0
  #idleSteps = 0
  #lookedAtMs = 0

  constructor(options: SearcherOptions) {
    this.#clock = options.clock
    this.#channel = new Channel<SearchCalls>({
      clock: options.clock,
      repeats: false,
      open: () => {
        const memory = new SharedArrayBuffer(4)
        this.#progress = new Int32Array(memory)
        return options.open(memory)
      },
      onOpen: () => this.#sendSpecs(),
    })
  }

  configure(specs: ReadonlyMap<string, LogSpec>): void {
    this.#specs = specs
    if (this.#channel.running) this.#sendSpecs()
  }

  /** @throws {CoreError} BAD_INPUT for a pattern that is wrong or gets nowhere, UNAVAILABLE when too many wait or the worker died */
  search(request: SearchRequest): Promise<SearchResult> {
    return this.#run(() => this.#channel.call('search', request))
  }

  /** Throws as `search` does. */
  hits(request: SearchRequest): Promise<HitsResult> {
    return this.#run(() => this.#channel.call('hits', request))
  }

  /** @throws {CoreError} UNAVAILABLE */
  histogram(request: HistogramRequest): Promise<HistogramResult> {
    return this.#run(() => this.#channel.call('histogram', request))
  }

  /** @throws {CoreError} UNAVAILABLE */
  whole(instance: string, place: Position): Promise<WholeText | undefined> {
    return this.#run(() => this.#channel.call('whole', instance, place))
  }

  async #run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#waiting >= longestQueue) throw unavailable('Too many searches are under way; try again in a moment.')
    this.#waiting++
    this.#cancelRest?.()
    this.#watch()
    try {
      return await call()
    } catch (error) {
      if (error instanceof CoreError) throw error
      const { name, message } = error as Error
      throw name === 'PatternError' ? badInput('grep', message) : unavailable(`The logs cannot be read: ${message}`)
    } finally {
      this.#waiting--
      if (this.#waiting === 0) this.#rest()
    }
  }

  async close(): Promise<void> {
    this.#unwatch()
    this.#cancelRest?.()
    this.#closed = true
    await this.#channel.close()
  }

  #rest(): void {
    this.#unwatch()
    if (!this.#closed) this.#cancelRest = this.#clock.after(idleMs, () => this.#channel.rest())
  }

  #sendSpecs(): void {
    // A worker that dies before it has them is followed by one that gets them.
    this.#channel.call('configure', this.#specs).catch(() => undefined)
  }

  #watch(): void {
    if (this.#stopWatching) return
    this.#idleSteps = 0
    this.#lookedAtMs = this.#clock.monotonicMs()
    const look = (): void => {
      this.#stopWatching = this.#clock.after(stepMs, look)
      this.#look()
    }
    this.#stopWatching = this.#clock.after(stepMs, look)
  }

  #unwatch(): void {
    this.#stopWatching?.()
    this.#stopWatching = undefined
  }

  #look(): void {
    const value = Atomics.load(this.#progress, 0)
    const nowMs = this.#clock.monotonicMs()
    // When this loop itself was kept from looking, nothing is known of the other.
    const late = nowMs - this.#lookedAtMs > stepMs * 3
    this.#lookedAtMs = nowMs
    const matching = value % 2 !== 0
    this.#idleSteps = matching && value === this.#last && !late ? this.#idleSteps + 1 : 0
    this.#last = value
    const current = this.#channel.current
    if (this.#idleSteps < stepsWithoutProgress || current === undefined) return
    this.#idleSteps = 0
    const text =
      'The pattern was stopped: it tried one line in too many ways. ' +
      'A repetition inside a repetition, like (a+)+, does that; write it with one of them.'
    this.#channel.abandon(current, badInput('grep', text))
  }
}

export function badInput(path: string, message: string): CoreError<'BAD_INPUT'> {
  return new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })
}

function unavailable(message: string): CoreError<'UNAVAILABLE'> {
  return new CoreError('UNAVAILABLE', message, { part: 'logs' })
}

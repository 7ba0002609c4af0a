import { messageOf } from '../../contract/failure.ts'
import { type Clock, pause } from '../os/index.ts'
import type { Encoder } from './encode.ts'
import { BoundedQueue } from './queue.ts'
import { type Answer, pauseFor } from './retry.ts'
import type { Items, Signal, SignalCounts } from './types.ts'

/** What a line costs besides its text. */
const lineWeight = 256
const weights: { readonly [S in Signal]: (item: Items[S]) => number } = {
  metrics: ({ points }) => points.length,
  traces: () => 1,
  logs: ({ text }) => lineWeight + text.length,
}
/** What waits of each signal while its receiver is away: points, spans, and bytes of lines. */
const mostWaiting: Readonly<Record<Signal, number>> = { metrics: 200_000, traces: 5_000, logs: 16 * 1024 * 1024 }
/** Of one request. Encoding is the loop's own work, so it comes in small pieces. */
const mostInRequest: Readonly<Record<Signal, number>> = { metrics: 2_000, traces: 500, logs: 512 * 1024 }
/** More than one comes soon after another, so a little is waited for. */
const gatherMs = 1_000
/** What could not be told for so long is given up. */
const triedForMs = 10 * 60_000

export interface ExporterDeps {
  clock: Clock
  random: () => number
  encoder: () => Promise<Encoder>
  send: (body: Uint8Array, signal: AbortSignal) => Promise<Answer>
  /** Sending began to fail, or goes well again; then nothing is told until that turns. */
  turned: (problem: string | undefined) => void
}

/** Brings items of one signal to the receiver, in order, batch by batch; nobody who adds to it ever waits. */
export class Exporter<S extends Signal> {
  readonly #signal: S
  readonly #deps: ExporterDeps
  readonly #queue: BoundedQueue<Items[S]>
  readonly #closing = new AbortController()
  readonly #abort = new AbortController()
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #isFailing = false
  #sent = 0
  #dropped = 0
  /** Woken when there is room again. */
  #onRoom: (() => void) | undefined

  constructor(signal: S, deps: ExporterDeps) {
    this.#signal = signal
    this.#deps = deps
    this.#queue = new BoundedQueue(mostWaiting[signal], weights[signal])
  }

  get counts(): SignalCounts {
    return { sent: this.#sent, dropped: this.#dropped + this.#queue.dropped, waiting: this.#queue.length }
  }

  add(items: readonly Items[S][]): void {
    if (items.length === 0 || this.#closing.signal.aborted) return
    this.#queue.add(items)
    this.#arm(this.#queue.weight >= mostInRequest[this.#signal] ? 0 : gatherMs)
  }

  /** Lost before they came here. */
  lose(count: number): void {
    this.#dropped += count
  }

  /** Resolves when half of the room is free; for who can leave things where they are meanwhile. */
  room(signal: AbortSignal): Promise<void> {
    if (this.#queue.hasRoom || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        this.#onRoom = undefined
        resolve()
      }
      this.#onRoom = done
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** Tells what is left, once, unless the receiver does not answer anyway; ends in any case when `limit` aborts. */
  async close(limit: AbortSignal): Promise<void> {
    this.#cancel?.()
    this.#closing.abort()
    limit.addEventListener('abort', () => this.#abort.abort(), { once: true })
    if (this.#running) await Promise.race([this.#running, aborted(limit)])
    if (!this.#isFailing && !limit.aborted) await Promise.race([this.#flush(), aborted(limit)])
    this.#dropped += this.#queue.length
  }

  #arm(delayMs: number): void {
    if (this.#running || this.#closing.signal.aborted) return
    if (delayMs > 0 && this.#cancel) return
    this.#cancel?.()
    this.#cancel = this.#deps.clock.after(delayMs, () => {
      this.#cancel = undefined
      this.#running = this.#run().finally(() => {
        this.#running = undefined
        if (this.#queue.length > 0) this.#arm(gatherMs)
      })
    })
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closing.signal.aborted) {
      await this.#sendBatch(this.#queue.take(mostInRequest[this.#signal]))
      if (this.#queue.hasRoom) this.#onRoom?.()
    }
  }

  /** Until it is taken, refused or too old. */
  async #sendBatch(items: Items[S][]): Promise<void> {
    const { clock, random } = this.#deps
    const untilMs = clock.monotonicMs() + triedForMs
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#try(items)
      if (answer.came === 'taken') return this.#taken(items.length, answer.rejected, answer.text)
      if (this.#closing.signal.aborted) return this.lose(items.length)
      this.#failed(answer.text)
      if (answer.came === 'refused' || clock.monotonicMs() >= untilMs) return this.lose(items.length)
      await pause(clock, pauseFor(attempt, random(), answer.retryAfterMs), this.#closing.signal)
      if (this.#closing.signal.aborted) return this.lose(items.length)
    }
  }

  async #try(items: readonly Items[S][]): Promise<Answer> {
    try {
      const encoder = await this.#deps.encoder()
      return await this.#deps.send(encoder.encode(this.#signal, items), this.#abort.signal)
    } catch (error) {
      return { came: 'refused', text: messageOf(error) }
    }
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0 && !this.#abort.signal.aborted) {
      const items = this.#queue.take(mostInRequest[this.#signal])
      const answer = await this.#try(items)
      if (answer.came === 'taken') this.#taken(items.length, answer.rejected, answer.text)
      else return this.lose(items.length)
    }
  }

  #taken(count: number, rejected: number, text: string): void {
    this.#sent += count - rejected
    this.#dropped += rejected
    if (rejected > 0) {
      this.#failed(`it did not take ${rejected} of ${count}${text === '' ? '' : `: ${text}`}`)
    } else if (this.#isFailing) {
      this.#isFailing = false
      this.#deps.turned(undefined)
    }
  }

  #failed(text: string): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#deps.turned(text)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

import { randomBytes } from 'node:crypto'
import {
  AsyncIteratorClass,
  type ClientContext,
  type ClientOptions,
  createORPCErrorFromJson,
  ORPCError,
  withEventMeta,
} from '@orpc/client'
import type { Caller } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { type Breaker, Breakers } from './breaker.ts'
import { type Call, type Control, type Envelope, encode, type Frame, firstCredit, readFrame } from './message.ts'
import { isPart, Parts } from './parts.ts'
import type { Subjects } from './subjects.ts'
import type { Operation } from './types.ts'
import { NoHostError, SilentHostError, type Wire } from './wire.ts'

/** What a call may take, by what it does. A change may wait for a service; a look may not. */
const viewTimeoutMs = 10_000
const changeTimeoutMs = 60_000
/** Each try of a call waits so long for the first word; then it is sent again under the same name. */
const tryMs = 5_000
const mostTries = 4
const firstPauseMs = 100
const aliveEveryMs = 10_000
const mostOpenCalls = 2_000
/** Items of a stream that are held for a reader who is slow. */
const mostHeld = firstCredit * 2

export interface FleetClientOptions {
  wire: Wire
  subjects: Subjects
  clock: Clock
  random: () => number
  envelope: (call: Call) => Envelope
  caller: { author: string; host: string }
  /** A host's clock less ours, as far as it is known. */
  skewMs: (host: string) => number
  /** Whether the procedure only looks: then it may be asked again under another name. */
  isView: (path: readonly string[]) => boolean
}

interface Pending {
  host: string
  hear(data: Uint8Array): void
  lose(error: Error): void
}

/** Calls other hosts as if they were here. One of it serves all hosts and all callers of an agent. */
export class FleetClient {
  readonly #options: FleetClientOptions
  readonly #session = randomBytes(12).toString('hex')
  readonly #pending = new Map<number, Pending>()
  readonly #breakers: Breakers
  readonly #clean: (() => void)[] = []
  #calls = 0
  readonly counts = { open: 0, done: 0, retried: 0, failed: 0, refused: 0 }

  constructor(options: FleetClientOptions) {
    this.#options = options
    this.#breakers = new Breakers(options.clock)
    const { wire, subjects } = options
    const subject = subjects.session(this.#session)
    this.#clean.push(
      wire.subscribe(subject, ({ subject: from, data }) => {
        const words = from.split('.')
        const pending = this.#pending.get(Number(words.at(-1)))
        // The server has checked in whose name it was published; the message itself may say anything.
        if (pending && words.at(-4) === pending.host) pending.hear(data)
      }),
    )
    this.#keepAlive()
  }

  breakerOf(host: string): Breaker['state'] {
    return this.#breakers.stateOf(host)
  }

  /** What waits for that host is told that it has gone: it has been started again, or left. */
  hostGone(host: string, why: string): void {
    for (const pending of this.#pending.values()) if (pending.host === host) pending.lose(unreachable(why))
  }

  /** The connection has gone: no answer that is waited for will come. */
  allGone(why: string): void {
    for (const pending of this.#pending.values()) pending.lose(unreachable(why))
  }

  close(): void {
    for (const clean of this.#clean.splice(0)) clean()
    this.allGone('This agent has left the fleet')
  }

  /** @throws ORPCError of the contract, or UNAVAILABLE where the host does not answer */
  async call(
    host: string,
    path: readonly string[],
    input: unknown,
    options: Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>,
    caller: Pick<Caller, 'author' | 'trace'> = this.#options.caller,
    operation?: Operation,
  ): Promise<unknown> {
    if (this.#pending.size >= mostOpenCalls) throw unreachable('Too many calls to other hosts are under way')
    const breaker = this.#breakers.of(host)
    if (!breaker.allows()) {
      this.counts.refused++
      throw unreachable(`${host} has not answered lately; it is asked again in a moment`)
    }
    this.counts.open++
    const number = ++this.#calls
    const answer = new Answer(host, {
      more: (count) => this.#control(host, { call: number, more: count }),
      end: () => {
        this.#control(host, { call: number, end: true })
        this.#pending.delete(number)
      },
      settled: () => this.#pending.delete(number),
    })
    this.#pending.set(number, answer)
    try {
      const value = await this.#ask(host, path, input, options, caller, number, answer, operation)
      breaker.succeeded()
      this.counts.done++
      return value
    } catch (error) {
      this.#pending.delete(number)
      if (error instanceof NoHostError || error instanceof SilentHostError) {
        breaker.failed()
        this.counts.failed++
        throw unreachable(error.message)
      }
      breaker.succeeded()
      throw error
    } finally {
      this.counts.open--
    }
  }

  async #ask(
    host: string,
    path: readonly string[],
    input: unknown,
    { signal, lastEventId }: Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>,
    caller: Pick<Caller, 'author' | 'trace'>,
    number: number,
    answer: Answer,
    operation: Operation | undefined,
  ): Promise<unknown> {
    const { clock, wire, subjects, envelope, skewMs, random } = this.#options
    const lifeMs = this.#options.isView(path) ? viewTimeoutMs : changeTimeoutMs
    const issuedAtMs = clock.nowMs() + skewMs(host)
    const call: Call = {
      v: 1,
      host,
      op: operation?.name ?? randomBytes(12).toString('hex'),
      ...(operation === undefined ? {} : { once: true as const }),
      path: [...path],
      input,
      ...(lastEventId === undefined ? {} : { lastEventId }),
      caller: { author: caller.author, host: this.#options.caller.host },
      ...(caller.trace ? { trace: caller.trace } : {}),
      issuedAtMs,
      // An operation is never done after its end, whatever a call may take.
      expiresAtMs: Math.min(issuedAtMs + lifeMs, (operation?.untilMs ?? Number.POSITIVE_INFINITY) + skewMs(host)),
      session: this.#session,
      call: number,
    }
    const data = encode(envelope(call))
    const deadlineMs = clock.monotonicMs() + lifeMs
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const leftMs = deadlineMs - clock.monotonicMs()
      try {
        // A change may take its time to answer, so its first try waits for all of it.
        const waitMs = Math.min(leftMs, this.#options.isView(path) ? tryMs : leftMs)
        const frame = readFrame(await withSignal(wire.request(subjects.call(host), data, waitMs), signal))
        if (!frame) throw unreachable(`${host} has answered something that cannot be read`)
        return await answer.begin(frame, signal, deadlineMs - clock.monotonicMs(), clock)
      } catch (error) {
        const isAway = error instanceof NoHostError || error instanceof SilentHostError
        const pauseMs = firstPauseMs * 2 ** (attempt - 1) * (0.5 + random())
        if (!isAway || attempt === mostTries || clock.monotonicMs() + pauseMs >= deadlineMs) throw error
        this.counts.retried++
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
      }
    }
  }

  #control(host: string, control: Control): void {
    this.#options.wire.publish(this.#options.subjects.control(host, this.#session), encode(control))
  }

  #keepAlive(): void {
    const cancel = this.#options.clock.after(aliveEveryMs, () => {
      const hosts = new Set([...this.#pending.values()].map(({ host }) => host))
      for (const host of hosts) this.#control(host, { alive: true })
      this.#keepAlive()
    })
    this.#clean.length = Math.min(this.#clean.length, 1)
    this.#clean.push(cancel)
  }
}

interface AnswerEvents {
  more(count: number): void
  end(): void
  settled(): void
}

/** What comes back of one call: a value at once, in parts, or a stream of items. */
class Answer implements Pending {
  readonly host: string
  readonly #events: AnswerEvents
  readonly #held: Frame[] = []
  readonly #parts = new Parts()
  #wake: () => void = () => {}
  #failed: Error | undefined
  #taken = 0

  constructor(host: string, events: AnswerEvents) {
    this.host = host
    this.#events = events
  }

  hear(data: Uint8Array): void {
    const frame = isPart(data) ? this.#parts.add(data) : readFrame(data)
    if (frame) this.#hold(frame)
  }

  lose(error: Error): void {
    this.#failed = error
    this.#wake()
  }

  async begin(frame: Frame, signal: AbortSignal | undefined, leftMs: number, clock: Clock): Promise<unknown> {
    switch (frame.kind) {
      case 'value':
        this.#events.settled()
        return frame.value
      case 'error':
        this.#events.settled()
        throw errorOf(frame)
      case 'stream':
        return this.#stream(signal)
      case 'parts': {
        const cancel = clock.after(leftMs, () =>
          this.lose(new SilentHostError(`${this.host} has stopped in the middle of its answer`)),
        )
        try {
          return await this.begin(await this.#next(), signal, leftMs, clock)
        } finally {
          cancel()
        }
      }
      default:
        throw unreachable(`${this.host} has answered out of order`)
    }
  }

  #stream(signal: AbortSignal | undefined): AsyncIteratorClass<unknown, undefined> {
    const end = (): void => this.#events.end()
    signal?.addEventListener('abort', () => this.lose(new Error('aborted')), { once: true })
    return new AsyncIteratorClass<unknown, undefined>(
      async () => {
        const frame = await this.#next().catch((error: unknown) => {
          if (signal?.aborted) return undefined
          throw error
        })
        if (!frame || frame.kind === 'end') return { done: true, value: undefined }
        if (frame.kind === 'error') throw errorOf(frame)
        if (frame.kind !== 'item') throw unreachable(`${this.host} has answered out of order`)
        this.#taken++
        if (this.#taken % (firstCredit / 2) === 0) this.#events.more(firstCredit / 2)
        const { value, id } = frame
        const item =
          id !== undefined && typeof value === 'object' && value !== null ? withEventMeta(value, { id }) : value
        return { done: false, value: item }
      },
      async () => {
        end()
        this.lose(new Error('The stream has ended'))
      },
    )
  }

  async #next(): Promise<Frame> {
    for (;;) {
      const frame = this.#held.shift()
      if (frame) return frame
      if (this.#failed) throw this.#failed
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #hold(frame: Frame): void {
    // More than was asked for: this host does not keep to what it is told.
    if (this.#held.length >= mostHeld) this.lose(unreachable(`${this.host} sends more than it was asked for`))
    else this.#held.push(frame)
    this.#wake()
  }
}

const unreachable = (message: string): ORPCError<string, unknown> =>
  new ORPCError('UNAVAILABLE', { defined: true, status: 503, message, data: { part: 'fleet' } })

const errorOf = ({ error }: Extract<Frame, { kind: 'error' }>): ORPCError<string, unknown> =>
  createORPCErrorFromJson(error as Parameters<typeof createORPCErrorFromJson>[0])

/** Ends the wait, not the call: what was sent is sent. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

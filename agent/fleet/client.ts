import { randomBytes } from 'node:crypto'
import { type ClientContext, type ClientOptions, ORPCError } from '@orpc/client'
import type { Caller } from '../caller.ts'
import { type Clock, pause } from '../os/index.ts'
import { Answer, unreachable } from './answer.ts'
import { Breakers } from './breaker.ts'
import { type Call, type Control, type Envelope, encode, mostOpenCalls, readFrame } from './message.ts'
import { afterSilence, changeTimeoutMs, tryMs, viewTimeoutMs } from './retry.ts'
import type { Subjects } from './subjects.ts'
import type { Operation } from './types.ts'
import { NoHostError, SilentHostError, type Wire } from './wire.ts'

const readsEveryMs = 10_000

export interface FleetClientOptions {
  wire: Wire
  subjects: Subjects
  clock: Clock
  random: () => number
  envelope: (call: Call) => Envelope
  caller: { author: string; host: string }
  /** What is known of a host: its name, its clock less ours, and which run of its agent there is. */
  known: (host: string) => { name: string; skewMs: number; boot: string | undefined }
  /** Whether the procedure only looks: then it may be asked again under another name. */
  isView: (path: readonly string[]) => boolean
  /** Calls to it are held back now, or no more. */
  hostChanged: (host: string) => void
}

type Lasting = Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>

/** A call as its caller meant it, whichever try of it is under way. */
interface Order {
  host: string
  name: string
  boot: string | undefined
  skewMs: number
  path: readonly string[]
  input: unknown
  options: Lasting
  caller: Pick<Caller, 'author' | 'trace'>
  operation: Operation
  isOnce: boolean
  isView: boolean
  deadlineMs: number
}

/** Calls other hosts as if they were here. One of it serves all hosts and all callers of an agent. */
export class FleetClient {
  readonly #options: FleetClientOptions
  readonly #session = randomBytes(12).toString('hex')
  readonly #answers = new Map<number, Answer>()
  readonly #breakers: Breakers
  readonly #unsubscribe: () => void
  #stopReads = (): void => {}
  #calls = 0
  readonly counts = { open: 0, done: 0, retried: 0, failed: 0, refused: 0 }

  constructor(options: FleetClientOptions) {
    this.#options = options
    this.#breakers = new Breakers(options.clock)
    const { wire, subjects } = options
    this.#unsubscribe = wire.subscribe(subjects.session(this.#session), ({ subject: from, data }) => {
      const words = from.split('.')
      const answer = this.#answers.get(Number(words.at(-1)))
      // The server has checked in whose name it was published; the message itself may say anything.
      if (answer && words.at(-4) === answer.host) answer.hear(data)
    })
    this.#tellReads()
  }

  breakerOf(host: string): ReturnType<Breakers['stateOf']> {
    return this.#breakers.stateOf(host)
  }

  /** What waits for that host is told that it has gone: it has been started again, or left. */
  hostGone(host: string, why: string): void {
    for (const answer of this.#answers.values()) if (answer.host === host) answer.lose(unreachable(why))
  }

  /** It is heard of: what it did not answer before says nothing any more. */
  hostBack(host: string): void {
    this.#breakers.forget(host)
  }

  /** The connection has gone: no answer that is waited for will come. Changes are sent again when it is back. */
  allGone(why: string): void {
    this.#breakers.forgetAll()
    for (const answer of this.#answers.values())
      answer.lose(answer.read === undefined ? new SilentHostError(why) : unreachable(why))
  }

  close(): void {
    this.#unsubscribe()
    this.#stopReads()
    for (const answer of this.#answers.values()) answer.lose(unreachable('This agent has left the fleet'))
  }

  /** @throws ORPCError of the contract, or UNAVAILABLE where the host does not answer */
  async call(
    host: string,
    path: readonly string[],
    input: unknown,
    options: Lasting,
    caller: Pick<Caller, 'author' | 'trace'> = this.#options.caller,
    operation?: Operation,
  ): Promise<unknown> {
    const { clock, known } = this.#options
    const { name, skewMs, boot } = known(host)
    const isView = this.#options.isView(path)
    if (this.#answers.size >= mostOpenCalls) throw unreachable('Too many calls to other hosts are under way')
    const breaker = this.#breakers.of(host)
    const { state } = breaker
    if (!breaker.allows()) {
      this.counts.refused++
      throw unreachable(`${name} has not answered lately; it is asked again in a moment`)
    }
    this.counts.open++
    try {
      const value = await this.#ask({
        ...{ host, name, skewMs, path, input, options },
        caller,
        operation: operation ?? { name: newName() },
        isOnce: operation !== undefined,
        isView,
        // What is kept on the host's disk is known to whichever run of it.
        boot: operation === undefined && !isView ? boot : undefined,
        deadlineMs: clock.monotonicMs() + (isView ? viewTimeoutMs : changeTimeoutMs),
      })
      breaker.succeeded()
      this.counts.done++
      return value
    } catch (error) {
      if (error instanceof NoHostError || error instanceof SilentHostError) {
        breaker.failed()
        this.counts.failed++
        throw unreachable(error.message)
      }
      if (error instanceof ORPCError && error.code !== 'UNAVAILABLE') breaker.succeeded()
      else breaker.left()
      throw error
    } finally {
      this.counts.open--
      if (breaker.state !== state) this.#options.hostChanged(host)
    }
  }

  async #ask(order: Order): Promise<unknown> {
    const { clock, random } = this.#options
    const { isView, deadlineMs } = order
    const { signal } = order.options
    let number = ++this.#calls
    let data = this.#encoded(order, number)
    let doubt: SilentHostError | undefined
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted()
      try {
        return await this.#try(order, number, data)
      } catch (error) {
        const leftMs = deadlineMs - clock.monotonicMs()
        if (error instanceof SilentHostError) doubt = error
        const isDoubtful = doubt !== undefined
        const againMs = afterSilence({ error, isView, isDoubtful, tries, leftMs, chance: random() })
        // That nobody is there now says nothing of what was asked before.
        if (againMs === undefined) throw error instanceof NoHostError ? (doubt ?? error) : error
        this.counts.retried++
        await pause(clock, againMs, signal ?? new AbortController().signal)
        if (!isView) continue
        // Under its old name it would be taken for a replay, and what comes late would be taken for what comes now.
        number = ++this.#calls
        data = this.#encoded({ ...order, operation: { ...order.operation, name: newName() } }, number)
      }
    }
  }

  /** Sends a call once, and waits for the first word of an answer, which settles the rest. */
  async #try(order: Order, number: number, data: Uint8Array): Promise<unknown> {
    const { clock, wire, subjects } = this.#options
    const { host, name, options, deadlineMs } = order
    const leftMs = deadlineMs - clock.monotonicMs()
    let isStream = false
    const forget = (): void => void this.#answers.delete(number)
    const answer = new Answer(host, name, {
      until: (item) => this.#control(host, { call: number, until: item }),
      end: () => {
        this.#control(host, { call: number, end: true })
        forget()
      },
      settled: forget,
    })
    this.#answers.set(number, answer)
    try {
      const sent = wire.request(subjects.call(host), data, Math.min(leftMs, tryMs))
      const signal = options.signal ? AbortSignal.any([options.signal, answer.lost]) : answer.lost
      const frame = readFrame(await withSignal(sent, signal))
      if (!frame) throw unreachable(`${name} has answered something that cannot be read`)
      isStream = frame.kind === 'stream'
      return await answer.begin(frame, options.signal, deadlineMs - clock.monotonicMs(), clock)
    } catch (error) {
      // What it may begin yet is to be for nobody.
      if (order.isView) this.#control(host, { call: number, end: true })
      throw error
    } finally {
      if (!isStream) forget()
    }
  }

  #encoded(order: Order, number: number): Uint8Array {
    const { clock, envelope, wire } = this.#options
    const { host, path, input, options, caller, operation, isOnce, boot, skewMs, deadlineMs } = order
    const issuedAtMs = clock.nowMs() + skewMs
    const lifeMs = deadlineMs - clock.monotonicMs()
    const data = encode(
      envelope({
        v: 1,
        host,
        op: operation.name,
        ...(isOnce ? { once: true as const } : {}),
        ...(boot === undefined ? {} : { boot }),
        path: [...path],
        input,
        ...(options.lastEventId === undefined ? {} : { lastEventId: options.lastEventId }),
        caller: { author: caller.author, host: this.#options.caller.host },
        ...(caller.trace ? { trace: caller.trace } : {}),
        issuedAtMs,
        // An operation is never done after its end, whatever a call may take.
        expiresAtMs: Math.min(issuedAtMs + lifeMs, (operation.untilMs ?? Number.POSITIVE_INFINITY) + skewMs),
        session: this.#session,
        call: number,
      }),
    )
    if (data.byteLength > wire.mostBytes()) {
      const message = `This is too long for the fleet: ${data.byteLength} bytes, and its server takes ${wire.mostBytes()} (max_payload)`
      throw new ORPCError('BAD_INPUT', { defined: true, status: 400, message, data: {} })
    }
    return data
  }

  #control(host: string, control: Control): void {
    this.#options.wire.publish(this.#options.subjects.control(host, this.#session), encode(control))
  }

  /** Which streams are still read, and how far: a host ends others, and one that it does not have it says. */
  #tellReads(): void {
    this.#stopReads = this.#options.clock.after(readsEveryMs, () => {
      const byHost = new Map<string, [number, number][]>()
      for (const [number, { host, read }] of this.#answers)
        if (read !== undefined) byHost.set(host, [...(byHost.get(host) ?? []), [number, read]])
      for (const [host, reads] of byHost) this.#control(host, { reads })
      this.#tellReads()
    })
  }
}

const newName = (): string => randomBytes(12).toString('hex')

/** Ends the wait, not the call: what was sent is sent. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

import { AsyncIteratorClass, createORPCErrorFromJson, ORPCError, withEventMeta } from '@orpc/client'
import type { Clock } from '../os/index.ts'
import { type Frame, firstCredit, readFrame } from './message.ts'
import { isPart, Parts } from './parts.ts'
import { SilentHostError } from './wire.ts'

/** Items of a stream that are held for a reader who is slow. */
const mostHeld = firstCredit * 2

export interface AnswerEvents {
  /** The stream may go on to that item. */
  until(item: number): void
  end(): void
  settled(): void
}

/** What comes back of one call: a value at once, in parts, or a stream of items. */
export class Answer {
  readonly host: string
  readonly #name: string
  readonly #events: AnswerEvents
  readonly #held: Frame[] = []
  readonly #parts = new Parts()
  readonly #lost = new AbortController()
  #wake: () => void = () => {}
  #isStream = false
  #heard = 0
  #until = firstCredit

  /** `name` is what the host is called, `host` its id. */
  constructor(host: string, name: string, events: AnswerEvents) {
    this.host = host
    this.#name = name
    this.#events = events
  }

  /** A stream that is read, and up to which item it may go. */
  get read(): number | undefined {
    return this.#isStream ? this.#until : undefined
  }

  /** Aborts when nothing will come any more; the reason is what to throw. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  hear(data: Uint8Array): void {
    const frame = isPart(data) ? this.#parts.add(data) : readFrame(data)
    if (!frame) return
    if ('n' in frame && !this.#isInTurn(frame)) return
    if (frame.kind !== 'at') this.#hold(frame)
  }

  lose(error: Error): void {
    this.#lost.abort(error)
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
          this.lose(new SilentHostError(`${this.#name} has stopped in the middle of its answer`)),
        )
        try {
          return await this.begin(await this.#next(), signal, leftMs, clock)
        } finally {
          cancel()
        }
      }
      default:
        throw unreachable(`${this.#name} has answered out of order`)
    }
  }

  #stream(signal: AbortSignal | undefined): AsyncIteratorClass<unknown, undefined> {
    this.#isStream = true
    const stop = (): void => this.lose(new Error('aborted'))
    signal?.addEventListener('abort', stop, { once: true })
    let taken = 0
    return new AsyncIteratorClass<unknown, undefined>(
      async () => {
        const frame = await this.#next().catch((error: unknown) => {
          if (signal?.aborted) return undefined
          throw error
        })
        if (!frame || frame.kind === 'end') return { done: true, value: undefined }
        if (frame.kind === 'error') throw errorOf(frame)
        if (frame.kind !== 'item') throw unreachable(`${this.#name} has answered out of order`)
        taken++
        if (taken % (firstCredit / 2) === 0) {
          this.#until = taken + firstCredit
          this.#events.until(this.#until)
        }
        const { value, id } = frame
        const item =
          id !== undefined && typeof value === 'object' && value !== null ? withEventMeta(value, { id }) : value
        return { done: false, value: item }
      },
      async () => {
        signal?.removeEventListener('abort', stop)
        this.#isStream = false
        this.#events.end()
        this.lose(new Error('The stream has ended'))
      },
    )
  }

  /** Whether it comes as it should: not a second time, and not behind one that never came. */
  #isInTurn({ kind, n }: Extract<Frame, { n: number }>): boolean {
    const expected = kind === 'item' ? this.#heard + 1 : this.#heard
    if (n > expected)
      this.lose(
        unreachable(`${n - expected} messages of ${this.#name} were lost on the way; read on from the last one`),
      )
    else if (kind === 'item' && n === expected) this.#heard = n
    return n === expected
  }

  async #next(): Promise<Frame> {
    for (;;) {
      const frame = this.#held.shift()
      if (frame) return frame
      if (this.lost.aborted) throw this.lost.reason
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #hold(frame: Frame): void {
    // More than was asked for: this host does not keep to what it is told.
    if (this.#held.length >= mostHeld) this.lose(unreachable(`${this.#name} sends more than it was asked for`))
    else this.#held.push(frame)
    this.#wake()
  }
}

export const unreachable = (message: string): ORPCError<string, unknown> =>
  new ORPCError('UNAVAILABLE', { defined: true, status: 503, message, data: { part: 'fleet' } })

const errorOf = ({ error }: Extract<Frame, { kind: 'error' }>): ORPCError<string, unknown> =>
  createORPCErrorFromJson(error as Parameters<typeof createORPCErrorFromJson>[0])

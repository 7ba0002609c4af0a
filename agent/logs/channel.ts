import type { Worker } from 'node:worker_threads'
import type { LogLine } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import type { News, Reply, Request, WorkerMessage } from './protocol.ts'

type Functions = Record<string, (...args: never[]) => unknown>
type Answer<Calls extends Functions, Name extends keyof Calls> = Awaited<ReturnType<Calls[Name]>>

/** A worker that died so soon after its start is not started again at once. */
const earlyDeathMs = 5000
const restartDelayMs = 1000

export interface ChannelOptions {
  open(): Worker
  clock: Clock
  onNews?(news: News): void
  /** A worker was opened, the first or one in place of another, and has no calls yet. */
  onOpen?(): void
  onDeath?(error: Error): void
  /** Whether calls that a worker died over are asked of the next one, or fail. */
  repeats: boolean
}

interface Pending {
  id: number
  call: string
  args: unknown[]
  parts: LogLine[]
  resolve(result: unknown): void
  reject(error: Error): void
}

/** The agent's end of a worker: calls with their answers, and a new worker when one dies. */
export class Channel<Calls extends Functions> {
  readonly #options: ChannelOptions
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #startedAtMs = 0
  #nextId = 1
  #closed = false
  #cancelRestart: (() => void) | undefined

  constructor(options: ChannelOptions) {
    this.#options = options
  }

  get running(): boolean {
    return this.#worker !== undefined
  }

  /** The oldest call without an answer: the one that the worker is at. */
  get current(): number | undefined {
    return this.#pending.keys().next().value
  }

  call<Name extends keyof Calls & string>(call: Name, ...args: Parameters<Calls[Name]>): Promise<Answer<Calls, Name>> {
    if (this.#closed) return Promise.reject(new Error('the logs are closed'))
    this.#start()
    return new Promise((resolve, reject) => {
      const pending = {
        id: this.#nextId++,
        call,
        args,
        parts: [],
        resolve: resolve as (result: unknown) => void,
        reject,
      }
      this.#pending.set(pending.id, pending)
      this.#send(pending)
    })
  }

  /** Fails a call, and gives the others to a new worker; for one that keeps its worker from everything else. */
  abandon(id: number, error: Error): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    this.#replace()
    pending?.reject(error)
  }

  /** Ends the worker until the next call; only when no call is under way. */
  rest(): void {
    if (this.#pending.size === 0) this.#replace()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRestart?.()
    const worker = this.#worker
    this.#worker = undefined
    this.#failAll(new Error('the logs are closed'))
    await worker?.terminate()
  }

  #start(): void {
    if (this.#worker || this.#cancelRestart || this.#closed) return
    const worker = this.#options.open()
    this.#worker = worker
    this.#startedAtMs = this.#options.clock.monotonicMs()
    worker.on('message', (message: WorkerMessage) => this.#receive(message))
    worker.on('error', (error) => this.#onDeath(worker, error))
    worker.on('exit', (code) => this.#onDeath(worker, new Error(`a worker of the logs ended with code ${code}`)))
    this.#options.onOpen?.()
  }

  #send({ id, call, args }: Pending): void {
    this.#worker?.postMessage({ id, call, args } as unknown as Request<Calls>)
  }

  #receive(message: WorkerMessage): void {
    if ('news' in message) this.#options.onNews?.(message)
    else this.#settle(message)
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id)
    if (!pending) return
    if ('part' in reply) {
      pending.parts.push(...reply.part)
      return
    }
    this.#pending.delete(reply.id)
    if ('error' in reply) pending.reject(Object.assign(new Error(reply.error.message), { name: reply.error.name }))
    else pending.resolve(withParts(reply.result, pending.parts))
  }

  #onDeath(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#options.onDeath?.(error)
    if (!this.#options.repeats) {
      // The next call opens another.
      this.#failAll(error)
      return
    }
    const { clock } = this.#options
    const early = clock.monotonicMs() - this.#startedAtMs < earlyDeathMs
    this.#cancelRestart = clock.after(early ? restartDelayMs : 0, () => {
      this.#cancelRestart = undefined
      this.#replace()
    })
  }

  #replace(): void {
    const old = this.#worker
    this.#worker = undefined
    // Its end is not waited for: a thread inside a regular expression takes some milliseconds.
    old?.terminate().catch((error) => this.#options.onDeath?.(error))
    const waiting = [...this.#pending.values()]
    if (waiting.length === 0 && !this.#options.repeats) return
    this.#start()
    for (const pending of waiting) {
      pending.parts = []
      this.#send(pending)
    }
  }

  #failAll(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}

function withParts(result: unknown, parts: readonly LogLine[]): unknown {
  if (parts.length === 0 || typeof result !== 'object' || result === null || !('items' in result)) return result
  return { ...result, items: [...parts, ...(result.items as LogLine[])] }
}

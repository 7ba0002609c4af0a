import { type JetStreamClient, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { type NatsConnection, PermissionViolationError, TimeoutError } from 'nats'
import type { Clock } from '../os/index.ts'

const answerLimitMs = 5_000
/** A server that has no JetStream may be given one while it runs; one that has it may lose it with its disk. */
const lookAgainMs = 20_000
const lookAgainWhereAbsentMs = 5_000
/** What one's key does not allow, another connection may: before that there is little use in asking. */
const lookAgainWhereRefusedMs = 600_000

export interface JetStreamTools {
  client: JetStreamClient
  manager: JetStreamManager
}

/** Streams and buckets of the fleet's server, on the connection that there is. Also says where it has none, and why. */
export class JetStreamAccess {
  readonly #connection: NatsConnection
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  #tools: JetStreamTools | undefined
  #problem: string | undefined = 'It is not known yet whether the server has JetStream.'
  #look = 0
  #cancel = (): void => undefined

  constructor(connection: NatsConnection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** Where the server has it, and answers. */
  get tools(): JetStreamTools | undefined {
    return this.#tools
  }

  /** Why there is none, as a sentence; undefined where there is. */
  get problem(): string | undefined {
    return this.#problem
  }

  /**
   * Called when it is there, is not any more, and when the server is reached again: whoever keeps something there looks
   * whether that is what it was. Returns the clean-up.
   */
  onTurn(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins to look; returns the clean-up. */
  begin(): () => void {
    void this.#ask(true)
    return () => {
      this.#look++
      this.#cancel()
      this.#listeners.clear()
      this.#tools = undefined
    }
  }

  /** The server has gone. */
  lost(): void {
    this.#look++
    this.#cancel()
    this.#turn(undefined, 'The server of the fleet has gone.', false)
  }

  /** The server is there again, with whatever it has kept. */
  regained(): void {
    void this.#ask(true)
  }

  async #ask(isNew: boolean): Promise<void> {
    const look = ++this.#look
    this.#cancel()
    let tools: JetStreamTools | undefined
    let problem: string | undefined
    let againMs = lookAgainMs
    try {
      const manager = await jetstreamManager(this.#connection, { timeout: answerLimitMs })
      tools = this.#tools ?? { manager, client: manager.jetstream() }
    } catch (error) {
      problem = sayJetStream(error)
      againMs = isRefusal(error) ? lookAgainWhereRefusedMs : lookAgainWhereAbsentMs
    }
    if (look !== this.#look) return
    this.#turn(tools, problem, isNew)
    this.#cancel = this.#clock.after(againMs, () => void this.#ask(false))
  }

  #turn(tools: JetStreamTools | undefined, problem: string | undefined, isNew: boolean): void {
    const isTurned = isNew || this.#problem !== problem
    this.#tools = tools
    this.#problem = problem
    if (isTurned) for (const listener of this.#listeners) listener()
  }
}

/** What JetStream has answered, as a sentence for people. */
export function sayJetStream(error: unknown): string {
  const { name, message, cause } = error as Error
  if (isRefusal(error))
    return 'The server refuses JetStream to this agent: its key was made before there was need of it, or for less. `hxe hosts keys` makes new ones.'
  if (name === 'JetStreamNotEnabled')
    return cause instanceof Error && cause.name === 'JetStreamApiError'
      ? 'JetStream is not enabled for the account that this agent signs in to.'
      : 'The server has no JetStream: its configuration needs a jetstream block.'
  if (error instanceof TimeoutError || cause instanceof TimeoutError)
    return `JetStream has not answered within ${answerLimitMs / 1000} s.`
  return `JetStream cannot be used: ${message}.`
}

const isRefusal = (error: unknown): boolean =>
  error instanceof PermissionViolationError || (error as Error).cause instanceof PermissionViolationError

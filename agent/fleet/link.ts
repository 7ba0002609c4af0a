import { type NatsConnection, PermissionViolationError, type Status } from 'nats'
import type { FleetStatus } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { type FleetAccess, openNats } from './connect.ts'
import { wireOf } from './natswire.ts'
import { sayRefusal } from './refusals.ts'
import type { Wire } from './wire.ts'

/** What the server has refused is told for that long behind the last time, since most of it is tried again and again. */
const refusalToldMs = 60_000
/** So long is waited, when this agent leaves, for what was said last to arrive. */
const farewellMs = 500

export interface LinkOptions {
  access: FleetAccess
  id: string
  clock: Clock
  random: () => number
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
}

export interface LinkEvents {
  /** The server hears us, for the first time or again. */
  opened(): void
  lost(): void
  changed(): void
}

/** The connection of this agent to the servers of its fleet: made, made again whenever it breaks, and what is wrong with it. */
export class Link {
  readonly connection: NatsConnection
  readonly wire: Wire
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  readonly #dial: () => Promise<void>
  #state: FleetStatus['state'] = 'connecting'
  #sinceMs: number
  #problem: string | null = null
  /** Why we were shown the door: that the server has gone is no news then. */
  #shownOut: string | undefined
  #isOpen = false
  #isSilent = false
  #isEnded = false
  #attempts = 0
  #passed = (): void => {}

  /** @throws where the access cannot be used */
  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
    this.#sinceMs = options.clock.nowMs()
    const { connection, begin } = openNats(options.access, options.id, {
      failed: (why) => this.#failed(why),
      waitMs: () => waitMs(this.#attempts, options.random),
    })
    this.connection = connection
    this.#dial = begin
    this.wire = wireOf(this.connection, () => this.#isOpen)
  }

  get state(): FleetStatus['state'] {
    return this.#state
  }
  get sinceMs(): number {
    return this.#sinceMs
  }
  get problem(): string | null {
    return this.#problem
  }

  /** Begins to connect, and goes on to try. Returns at once. */
  begin(): void {
    void this.#follow()
    this.#dial().then(
      () => this.#opened(),
      // It ends by itself alone where it is closed.
      () => undefined,
    )
  }

  /** Says `farewell`, where there is anybody to hear it, and leaves. */
  async close(farewell: () => void): Promise<void> {
    this.#isEnded = true
    this.#passed()
    if (this.#state === 'connected') {
      farewell()
      await this.#flushed()
    }
    this.#isOpen = false
    await this.connection.close().catch(() => undefined)
  }

  /** Nothing comes back of what we say ourselves: the server stands still, which it takes the library longer to see. */
  setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent || !this.#isOpen) return
    this.#isSilent = isSilent
    if (isSilent) this.#turn('lost', 'The server of the fleet does not answer; it is waited for.')
    else this.#turn('connected', null)
  }

  async #flushed(): Promise<void> {
    let cancel = (): void => {}
    const limit = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(farewellMs, resolve)
    })
    await Promise.race([this.connection.flush().catch(() => undefined), limit])
    cancel()
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) if (!this.#isEnded) this.#heard(status)
  }

  #heard(status: Status): void {
    if (status.type === 'reconnecting') this.#attempts++
    else if (status.type === 'disconnect' && this.#isOpen) this.#lost()
    else if (status.type === 'reconnect') this.#opened()
    else if (status.type === 'error') this.#refused(status.error)
  }

  #opened(): void {
    if (this.#isOpen || this.#isEnded) return
    this.#isOpen = true
    this.#isSilent = false
    this.#attempts = 0
    this.#shownOut = undefined
    this.#turn('connected', null)
    this.#events.opened()
  }

  #lost(): void {
    this.#isOpen = false
    this.#turn('lost', this.#shownOut ?? goneText)
    this.#events.lost()
  }

  /** An attempt to connect has come to nothing. */
  #failed(why: string): void {
    if (this.#isEnded) return
    if (this.#state === 'connecting') this.#turn('connecting', `The fleet's server cannot be joined: ${why}.`)
    else this.#turn('lost', `${goneText} The last time: ${why}.`)
  }

  #refused(error: unknown): void {
    const { access, clock, log } = this.#options
    const problem = sayRefusal(error, access, clock.nowMs())
    if (this.#problem !== problem) log.warn({ error: String(error) }, 'the server of the fleet has refused something')
    this.#passed()
    this.#turn(this.#state, problem)
    if (!(error instanceof PermissionViolationError)) this.#shownOut = problem
    // What may not be heard is not asked for again before the next connection.
    else if (error.operation === 'publish')
      this.#passed = clock.after(refusalToldMs, () => {
        if (this.#problem === problem) this.#turn(this.#state, null)
      })
  }

  #turn(state: FleetStatus['state'], problem: string | null): void {
    if (state === this.#state && problem === this.#problem) return
    if (state !== this.#state) {
      this.#sinceMs = this.#options.clock.nowMs()
      this.#options.log.info({ fleet: state, ...(problem === null ? {} : { problem }) }, 'the fleet')
    }
    this.#state = state
    this.#problem = problem
    this.#events.changed()
  }
}

const goneText = 'The server of the fleet has gone; it is looked for again and again.'

const firstWaitMs = 500
const longestWaitMs = 4_000

/** Longer with each attempt, and not at the same moment as all the others who have lost the server with us. */
const waitMs = (attempts: number, random: () => number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempts, 10)) * (0.5 + random() / 2)

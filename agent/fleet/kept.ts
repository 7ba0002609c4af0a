import type { FleetStatus } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { streamNameOf } from './eventstream.ts'
import type { JetStreamAccess } from './jetstream.ts'
import { EventMirror, type MirrorStore } from './mirror.ts'
import { type EventHistory, EventOutbox } from './outbox.ts'
import { subjectsOf } from './subjects.ts'
import type { Wire } from './wire.ts'

/** So long an agent that ends tries to tell of its end. */
const finishMs = 3_000

interface KeptOptions {
  clock: Clock
  jetStream: JetStreamAccess
  wire: Wire
  prefix: string
  id: string
  name: () => string
  /** Whether the server is one of several. */
  isCluster: () => boolean
  /** Whether those of the others are kept here. */
  controls: boolean
  history: EventHistory
  hostEvents: MirrorStore
  log: { info(fields: object, message: string): void }
  changed: () => void
}

/** What happens in the fleet, kept by its server: this agent's own events go there, those of the others come from there. */
export class KeptEvents {
  readonly #clock: Clock
  readonly #jetStream: JetStreamAccess
  readonly #outbox: EventOutbox
  readonly #mirror: EventMirror | undefined

  constructor({ prefix, name, controls, history, hostEvents, wire, ...options }: KeptOptions) {
    const subjects = subjectsOf(prefix)
    const common = { ...options, stream: streamNameOf(prefix) }
    this.#clock = options.clock
    this.#jetStream = options.jetStream
    this.#outbox = new EventOutbox({ ...common, subject: subjects.events(options.id), name, history })
    if (controls)
      this.#mirror = new EventMirror({ ...common, wire, prefix, subject: subjects.allEvents, store: hostEvents })
  }

  /** Begins, and returns the clean-up. */
  begin(): () => void {
    const cleanUps = [this.#outbox.begin(), this.#mirror?.begin()]
    return () => {
      for (const clean of cleanUps) clean?.()
    }
  }

  /** Tells what has happened last, before this agent goes; where the server does not answer, the next one does. */
  async finish(): Promise<void> {
    let cancel = (): void => undefined
    const limit = new Promise<void>((resolve) => {
      cancel = this.#clock.after(finishMs, resolve)
    })
    await Promise.race([this.#outbox.finish().catch(() => undefined), limit])
    cancel()
  }

  /** Whether what happens on hosts that are away is to be had from the server, or else why not. */
  get status(): FleetStatus['events'] {
    const problem = this.#jetStream.problem ?? this.#mirror?.problem ?? this.#outbox.problem
    if (problem === undefined) {
      const isWhole = this.#outbox.hasTold && (this.#mirror?.hasRead ?? true)
      return { from: isWhole ? 'stream' : 'hosts', problem: null }
    }
    const loss = 'Events are asked of each host, and those that happen while a host or this one is away may be missing.'
    return { from: 'hosts', problem: `${loss} ${problem}` }
  }
}

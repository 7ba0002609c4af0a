import { messageOf } from '../../contract/failure.ts'
import type { FleetHost, SilentHost } from '../../contract/index.ts'
import { pause } from '../os/index.ts'
import type { Hosts } from './hosts.ts'

/** Hosts of which a stream is begun at the same moment. */
const openedAtOnce = 32
const firstPauseMs = 1_000
/** A host that refuses is asked again so seldom, and at once when it has changed. */
const mostPauseMs = 30_000

export interface StreamEvents<Item> {
  /** Which of the hosts are wanted. */
  wanted(hosts: readonly FleetHost[]): readonly FleetHost[]
  open(host: FleetHost, signal: AbortSignal): Promise<AsyncIterable<Item>>
  item(host: FleetHost, item: Item): void
  /** Nothing comes from it any more, or nothing at all. Told anew when the reason is another one. */
  silent(host: FleetHost, why: SilentHost): void
  /** It is wanted no more, or is not in the fleet any more. */
  gone(host: FleetHost): void
}

interface Followed {
  host: FleetHost
  ended: AbortController
  /** Ends the stream that is open, so that another is opened. */
  turn: AbortController
  /** Ends a pause. */
  wake: () => void
  text: string | undefined
}

/** Keeps one stream open to each wanted host, for as long as it is reached, and begins again where one breaks off. */
export class HostStreams<Item> {
  readonly #hosts: Hosts
  readonly #events: StreamEvents<Item>
  readonly #followed = new Map<string, Followed>()
  readonly #ended = new AbortController()
  #opening = 0
  #turns: (() => void)[] = []

  constructor(hosts: Hosts, events: StreamEvents<Item>) {
    this.#hosts = hosts
    this.#events = events
  }

  begin(): void {
    this.#update(this.#hosts.list())
    void this.#watch()
  }

  end(): void {
    this.#ended.abort()
    for (const followed of this.#followed.values()) this.#close(followed)
    this.#followed.clear()
    for (const turn of this.#turns.splice(0)) turn()
  }

  /** Opens every stream anew: what is asked for has changed. */
  reopen(): void {
    this.#update(this.#hosts.list())
    for (const { turn } of this.#followed.values()) turn.abort()
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended
    for await (const message of this.#hosts.watch(signal)) {
      if (signal.aborted) return
      const hasTurned = message.type === 'snapshot' || message.hosts.length + message.removed.length > 0
      // Figures are no reason to look through all of them.
      if (hasTurned) this.#update(this.#hosts.list())
    }
  }

  #update(hosts: readonly FleetHost[]): void {
    const wanted = new Map(this.#events.wanted(hosts).map((host) => [host.id, host]))
    for (const [id, followed] of this.#followed) {
      if (wanted.get(id)?.name === followed.host.name) continue
      this.#close(followed)
      this.#followed.delete(id)
      this.#events.gone(followed.host)
    }
    for (const [id, host] of wanted) {
      const known = this.#followed.get(id)
      if (known) {
        const before = known.host
        known.host = host
        // What an open stream does not say by itself: a host that hangs ends none.
        if (host.state === 'unreachable' && before.state !== host.state) known.turn.abort()
        if (before.state !== host.state || before.allowRemote.join() !== host.allowRemote.join()) known.wake()
        continue
      }
      const followed: Followed = {
        host,
        ended: new AbortController(),
        turn: new AbortController(),
        wake: () => undefined,
        text: undefined,
      }
      this.#followed.set(id, followed)
      void this.#follow(followed)
    }
  }

  #close({ ended, turn, wake }: Followed): void {
    ended.abort()
    turn.abort()
    wake()
  }

  async #follow(followed: Followed): Promise<void> {
    const { signal } = followed.ended
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      const { name, state, since } = followed.host
      if (state === 'unreachable') {
        this.#fallSilent(followed, since, 'It cannot be reached')
        await this.#rest(followed, mostPauseMs)
        continue
      }
      followed.turn = new AbortController()
      const turn = followed.turn.signal
      try {
        const stream = await this.#open(followed, turn)
        for await (const item of stream) {
          if (turn.aborted) break
          pauseMs = firstPauseMs
          followed.text = undefined
          this.#events.item(followed.host, item)
        }
        if (!turn.aborted) throw new Error(`${name} has ended what it told`)
      } catch (error) {
        if (signal.aborted) return
        if (turn.aborted) continue
        this.#fallSilent(followed, this.#now(), wordsOf(error, name))
        await this.#rest(followed, pauseMs * (0.75 + this.#hosts.random() / 2))
        pauseMs = Math.min(mostPauseMs, pauseMs * 2)
      }
    }
  }

  #now(): string {
    return new Date(this.#hosts.clock.nowMs()).toISOString()
  }

  #fallSilent(followed: Followed, since: string, text: string): void {
    if (followed.text === text) return
    followed.text = text
    this.#events.silent(followed.host, { host: followed.host.name, since, text })
  }

  async #open(followed: Followed, signal: AbortSignal): Promise<AsyncIterable<Item>> {
    while (this.#opening >= openedAtOnce) await new Promise<void>((resolve) => this.#turns.push(resolve))
    this.#opening++
    try {
      signal.throwIfAborted()
      return await this.#events.open(followed.host, signal)
    } finally {
      this.#opening--
      this.#turns.shift()?.()
    }
  }

  async #rest(followed: Followed, restMs: number): Promise<void> {
    const rest = new AbortController()
    followed.wake = () => rest.abort()
    await pause(this.#hosts.clock, restMs, rest.signal)
    followed.wake = () => undefined
  }
}

/** Beside the name of the host, which is not said twice. */
function wordsOf(error: unknown, host: string): string {
  const text = messageOf(error)
  return text.startsWith(`${host}: `) ? text.slice(host.length + 2) : text
}

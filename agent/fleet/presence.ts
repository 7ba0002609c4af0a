import { type Heartbeat, readHeartbeat } from './message.ts'

/** Heartbeats that may go astray before a host counts as away: three of 4 s are well within the 15 s of a fleet. */
export const heartbeatEveryMs = 4_000
const missedBeats = 3
/** One's own word comes back at once; where it does not, it is this side that hears nobody. */
const selfSilentMs = heartbeatEveryMs * 1.5
/** A fleet that grows without end is one in which somebody makes names up. */
const mostHosts = 20_000
/** A host that has not been heard of for that long is forgotten by itself. */
const forgetAfterMs = 30 * 24 * 3_600_000

/** What is known of one host. */
export interface Known {
  beat: Heartbeat
  /** By our monotonic clock, for judging; by the wall, for telling. */
  seenAtMs: number
  seenWallMs: number
  state: 'connected' | 'unreachable'
  sinceWallMs: number
  skewMs: number | null
  latencyMs: number | null
}

export interface PresenceEvents {
  /** Its state has changed: it came, went, or came back as another run of the agent. */
  turned(id: string, known: Known, restarted: boolean): void
  /** This side hears nobody any more, not even itself, or does again. */
  silent(isSilent: boolean): void
  /** What is known of it, or what it is called here, may be something else. */
  changed(id: string): void
}

/** Who is there, by what each tells of itself; pure but for the times it is given. */
export class Presence {
  readonly #self: string
  readonly #events: PresenceEvents
  readonly #hosts = new Map<string, Known>()
  readonly #byName = new Map<string, Set<string>>()
  /** While this side hears nobody, silence says nothing about anybody. */
  #isDeaf = true
  #selfHeardMs: number | undefined
  /** Nobody has been silent for longer than this side has ears. */
  #hearingSinceMs = 0

  /** `self` is the host whose own words are to come back. */
  constructor(self: string, events: PresenceEvents) {
    this.#self = self
    this.#events = events
  }

  known(id: string): Known | undefined {
    return this.#hosts.get(id)
  }
  entries(): IterableIterator<[string, Known]> {
    return this.#hosts.entries()
  }

  /** Those that call themselves so. */
  named(name: string): ReadonlySet<string> {
    return this.#byName.get(name) ?? nobody
  }

  /** Whether anything is known of a host at this moment: it has been heard, or missed, since this side has ears. */
  isKnown({ state, seenAtMs }: Known): boolean {
    return !this.#isDeaf && (state === 'unreachable' || seenAtMs >= this.#hearingSinceMs - heartbeatEveryMs)
  }

  /** `id` is the host of the subject, which the server has checked; a message that claims another one is not taken. */
  heard(id: string, data: Uint8Array, monotonicMs: number, wallMs: number): void {
    const beat = readHeartbeat(data)
    if (!beat || beat.id !== id) return
    if (id === this.#self) this.#heardSelf(monotonicMs)
    const before = this.#hosts.get(id)
    if (!before && this.#hosts.size >= mostHosts) return
    const state = beat.leaving ? 'unreachable' : 'connected'
    const turned = before?.state !== state
    const known: Known = {
      beat,
      seenAtMs: monotonicMs,
      seenWallMs: wallMs,
      state,
      sinceWallMs: turned || !before ? wallMs : before.sinceWallMs,
      // The way here takes some milliseconds; what is told of a clock is minutes.
      skewMs: beat.nowMs - wallMs,
      latencyMs: before?.latencyMs ?? null,
    }
    this.#hosts.set(id, known)
    if (before?.beat.name !== beat.name) {
      if (before) this.#unname(id, before.beat.name)
      this.#name(id, beat.name)
    }
    const restarted = before !== undefined && before.beat.boot !== beat.boot
    if (turned || restarted) this.#events.turned(id, known, restarted)
    this.#events.changed(id)
  }

  measured(id: string, latencyMs: number): void {
    const known = this.#hosts.get(id)
    if (!known) return
    known.latencyMs = latencyMs
    this.#events.changed(id)
  }

  /** The connection has gone. Ears are back when one hears oneself. */
  deafen(): void {
    this.#isDeaf = true
    this.#selfHeardMs = undefined
  }

  /** Finds who has fallen silent, if it is not this side. */
  look(monotonicMs: number, wallMs: number): void {
    if (!this.#isDeaf && this.#selfHeardMs !== undefined && monotonicMs - this.#selfHeardMs > selfSilentMs) {
      this.deafen()
      this.#events.silent(true)
    }
    if (this.#isDeaf) return
    for (const [id, known] of this.#hosts) {
      const silentMs = monotonicMs - Math.max(known.seenAtMs, this.#hearingSinceMs)
      if (known.state === 'connected' && silentMs > known.beat.everyMs * missedBeats) {
        const gone: Known = { ...known, state: 'unreachable', sinceWallMs: wallMs }
        this.#hosts.set(id, gone)
        this.#events.turned(id, gone, false)
        this.#events.changed(id)
      } else if (wallMs - known.seenWallMs > forgetAfterMs) this.#forget(id)
    }
  }

  /** Takes a host off the list; true where there was one. One that lives comes back with its next word. */
  remove(id: string): boolean {
    return this.#forget(id)
  }

  #heardSelf(monotonicMs: number): void {
    this.#selfHeardMs = monotonicMs
    if (!this.#isDeaf) return
    this.#isDeaf = false
    this.#hearingSinceMs = monotonicMs
    this.#events.silent(false)
  }

  #forget(id: string): boolean {
    const known = this.#hosts.get(id)
    if (!known) return false
    this.#hosts.delete(id)
    this.#unname(id, known.beat.name)
    this.#events.changed(id)
    return true
  }

  #name(id: string, name: string): void {
    const others = this.named(name)
    this.#byName.set(name, new Set(others).add(id))
    this.#tellTwin(others)
  }

  #unname(id: string, name: string): void {
    const others = new Set(this.named(name))
    others.delete(id)
    if (others.size > 0) this.#byName.set(name, others)
    else this.#byName.delete(name)
    this.#tellTwin(others)
  }

  /** Where there are two of a name, what the one is called changes with the other. */
  #tellTwin(others: ReadonlySet<string>): void {
    if (others.size === 1) for (const other of others) this.#events.changed(other)
  }
}

const nobody: ReadonlySet<string> = new Set()

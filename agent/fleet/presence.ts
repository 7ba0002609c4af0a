import type { FleetHost, RemoteRight } from '../../contract/index.ts'
import { remoteRights } from '../../contract/index.ts'
import { type Heartbeat, readHeartbeat } from './message.ts'

/** Heartbeats that may go astray before a host counts as away: three of 4 s are well within the 15 s of a fleet. */
export const heartbeatEveryMs = 4_000
const missedBeats = 3
/** A fleet that grows without end is one in which somebody makes names up. */
const mostHosts = 20_000
/** A host that has not been heard of for that long is forgotten by itself. */
const forgetAfterMs = 30 * 24 * 3_600_000
const tellSkewMs = 60_000

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
  changed(): void
}

/** Who is there, by what each tells of itself; pure but for the times it is given. */
export class Presence {
  readonly #hosts = new Map<string, Known>()
  readonly #events: PresenceEvents
  /** While this side has no connection nobody can be heard: then silence says nothing about anybody. */
  #deaf = false

  constructor(events: PresenceEvents) {
    this.#events = events
  }

  get size(): number {
    return this.#hosts.size
  }
  known(id: string): Known | undefined {
    return this.#hosts.get(id)
  }
  entries(): IterableIterator<[string, Known]> {
    return this.#hosts.entries()
  }

  /** `id` is the host of the subject, which the server has checked; a message that claims another one is not taken. */
  heard(id: string, data: Uint8Array, monotonicMs: number, wallMs: number): void {
    const beat = readHeartbeat(data)
    if (!beat || beat.id !== id) return
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
    const restarted = before !== undefined && before.beat.boot !== beat.boot
    if (turned || restarted) this.#events.turned(id, known, restarted)
    this.#events.changed()
  }

  measured(id: string, latencyMs: number): void {
    const known = this.#hosts.get(id)
    if (known) this.#hosts.set(id, { ...known, latencyMs })
  }

  /** The connection to the server went or came back. After a return everybody has the usual time to be heard again. */
  setDeaf(deaf: boolean, monotonicMs: number): void {
    if (this.#deaf && !deaf) for (const known of this.#hosts.values()) known.seenAtMs = monotonicMs
    this.#deaf = deaf
  }

  /** Finds who has fallen silent. */
  look(monotonicMs: number, wallMs: number): void {
    if (this.#deaf) return
    for (const [id, known] of this.#hosts) {
      const silentMs = monotonicMs - known.seenAtMs
      if (known.state === 'connected' && silentMs > known.beat.everyMs * missedBeats) {
        const gone: Known = { ...known, state: 'unreachable', sinceWallMs: wallMs }
        this.#hosts.set(id, gone)
        this.#events.turned(id, gone, false)
        this.#events.changed()
      } else if (wallMs - known.seenWallMs > forgetAfterMs) this.#hosts.delete(id)
    }
  }

  /** Takes a host off the list; true where there was one. One that lives comes back with its next word. */
  remove(id: string): boolean {
    const removed = this.#hosts.delete(id)
    if (removed) this.#events.changed()
    return removed
  }
}

/** How each host is called: by its name, and where two have one name, with a part of the id behind it. */
export function namesOf(hosts: Iterable<{ id: string; name: string }>): Map<string, string> {
  const byName = new Map<string, string[]>()
  for (const { id, name } of hosts) byName.set(name, [...(byName.get(name) ?? []), id])
  const names = new Map<string, string>()
  for (const [name, ids] of byName) {
    const [only] = ids
    if (ids.length === 1 && only !== undefined) names.set(only, name)
    else for (const id of ids) names.set(id, `${name}~${id.slice(0, 6)}`)
  }
  return names
}

const isRight = (text: string): text is RemoteRight => (remoteRights as readonly string[]).includes(text)

/** A host as clients see it. */
export function hostView(
  id: string,
  known: Known,
  more: { name: string; self: boolean; version: string; breaker: FleetHost['breaker']; hasTwin: boolean },
): FleetHost {
  const { beat, skewMs } = known
  const notes: string[] = []
  if (more.hasTwin) notes.push(`Another host is called ${beat.name}, too; give one of them another agent.name.`)
  if (beat.version !== more.version) notes.push(`It runs version ${beat.version}, this one ${more.version}.`)
  if (skewMs !== null && Math.abs(skewMs) > tellSkewMs)
    notes.push(`Its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one.`)
  return {
    name: more.name,
    id,
    self: more.self,
    state: known.state,
    since: new Date(known.sinceWallMs).toISOString(),
    lastSeenAt: new Date(known.seenWallMs).toISOString(),
    latencyMs: known.latencyMs,
    version: beat.version,
    os: beat.os,
    labels: beat.labels,
    services: {
      running: Math.round(beat.services.running),
      failing: Math.round(beat.services.failing),
      total: Math.round(beat.services.total),
    },
    cpuPercent: beat.cpuPercent,
    memoryPercent: beat.memoryPercent,
    alerts: Math.round(beat.alerts),
    clockSkewMs: skewMs === null ? null : Math.round(skewMs),
    allowRemote: beat.allowRemote.filter(isRight),
    revision: Math.round(beat.revision),
    notes,
    breaker: more.breaker,
  }
}

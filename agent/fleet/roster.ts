import { compareHosts, type FleetHost, type RemoteRight, remoteRights } from '../../contract/index.ts'
import { noSuchHost } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { type Heartbeat, protocolVersion } from './message.ts'
import type { Known, Presence } from './presence.ts'

const tellSkewMs = 60_000
const idShown = 6

export interface RosterOptions {
  presence: Presence
  clock: Clock
  /** This host's id, its name and version, and all that it tells of itself. */
  id: string
  self: () => { name: string; version: string }
  report: () => Heartbeat
  breakerOf: (id: string) => Pick<FleetHost, 'breaker' | 'retryAt'>
}

/** The hosts of a fleet as clients see them, this one included. */
export class Roster {
  readonly #options: RosterOptions
  constructor(options: RosterOptions) {
    this.#options = options
  }

  /** This host first, then by name. */
  all(): FleetHost[] {
    const { id, presence } = this.#options
    const hosts = [this.#selfView()]
    for (const [other, known] of presence.entries()) if (other !== id) hosts.push(this.#view(other, known))
    return hosts.sort(compareHosts)
  }

  /** By what it is called here, or by its id. @throws NOT_FOUND */
  find(name: string): FleetHost {
    const id = this.#idOf(name)
    const found = id === undefined ? undefined : this.known(id)
    if (found) return found
    throw noSuchHost(name)
  }

  known(id: string): FleetHost | undefined {
    if (id === this.#options.id) return this.#selfView()
    const known = this.#options.presence.known(id)
    return known && this.#view(id, known)
  }

  /** One that was just heard of. */
  viewOf(id: string, known: Known): FleetHost {
    return this.#view(id, known)
  }

  /** What a host is called: its name, and where two have one name, with a part of the id behind it. */
  nameOf(id: string, name: string): string {
    return this.#namesakes(name).size > 1 ? `${name}~${id.slice(0, idShown)}` : name
  }

  #namesakes(name: string): ReadonlySet<string> {
    const { id, presence, self } = this.#options
    const named = presence.named(name)
    return self().name === name && !named.has(id) ? new Set(named).add(id) : named
  }

  #idOf(name: string): string | undefined {
    const { id, presence } = this.#options
    if (name === id || presence.known(name)) return name
    const named = this.#namesakes(name)
    if (named.size === 1) return [...named][0]
    const tilde = name.lastIndexOf('~')
    if (tilde < 0) return undefined
    return [...this.#namesakes(name.slice(0, tilde))].find((other) => this.nameOf(other, name.slice(0, tilde)) === name)
  }

  #view(id: string, known: Known): FleetHost {
    const { presence, self, breakerOf } = this.#options
    const { beat, skewMs, sinceWallMs, seenWallMs, latencyMs } = known
    const name = this.nameOf(id, beat.name)
    const isKnown = presence.isKnown(known)
    return {
      ...viewOf(beat),
      name,
      id,
      self: false,
      state: isKnown ? known.state : 'unreachable',
      ...(isKnown ? {} : { connectionLost: true as const }),
      ...(beat.leaving && known.state === 'unreachable' ? { left: true as const } : {}),
      since: new Date(sinceWallMs).toISOString(),
      lastSeenAt: new Date(seenWallMs).toISOString(),
      latencyMs,
      clockSkewMs: skewMs === null ? null : Math.round(skewMs),
      notes: notesOf(known, { isKnown, hasTwin: name !== beat.name, version: self().version }),
      ...breakerOf(id),
    }
  }

  #selfView(): FleetHost {
    const { id, clock, report } = this.#options
    const beat = report()
    const name = this.nameOf(id, beat.name)
    return {
      ...viewOf(beat),
      name,
      id,
      self: true,
      state: 'connected',
      since: new Date(Date.parse(beat.startedAt)).toISOString(),
      lastSeenAt: new Date(clock.nowMs()).toISOString(),
      latencyMs: 0,
      clockSkewMs: 0,
      notes: name === beat.name ? [] : [sayTwin(beat.name)],
      breaker: 'closed',
    }
  }
}

function viewOf(beat: Heartbeat) {
  const { running, failing, total } = beat.services
  return {
    version: beat.version,
    os: beat.os,
    labels: beat.labels,
    services: { running: Math.round(running), failing: Math.round(failing), total: Math.round(total) },
    cpuPercent: beat.cpuPercent,
    memoryPercent: beat.memoryPercent,
    alerts: Math.round(beat.alerts),
    allowRemote: beat.allowRemote.filter(isRight),
    revision: Math.round(beat.revision),
    ...(beat.bundles === undefined ? {} : { bundles: beat.bundles }),
  }
}

const isRight = (text: string): text is RemoteRight => (remoteRights as readonly string[]).includes(text)

const sayTwin = (name: string): string => `Another host is called ${name}, too; give one of them another agent.name.`

function notesOf(
  { beat, skewMs }: Known,
  { isKnown, hasTwin, version }: { isKnown: boolean; hasTwin: boolean; version: string },
): string[] {
  const notes: string[] = []
  if (!isKnown) notes.push('Unknown: the connection to the server of the fleet is lost. This was its state before.')
  if (hasTwin) notes.push(sayTwin(beat.name))
  if (beat.v !== protocolVersion) notes.push(sayLanguage(beat))
  else if (beat.version !== version) notes.push(`It runs version ${beat.version}, this one ${version}.`)
  if (skewMs !== null && Math.abs(skewMs) > tellSkewMs)
    notes.push(`Its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one.`)
  return notes
}

/** Why a host is seen and cannot be asked. */
export const sayLanguage = ({ v, version }: Heartbeat): string =>
  `It speaks version ${v} of the fleet's language, this one version ${protocolVersion}: bring both to one version of HXE (it runs ${version}).`

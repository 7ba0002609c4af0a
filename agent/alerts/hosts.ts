import type { FleetHost } from '../../contract/index.ts'
import type { Sign } from './episode.ts'
import type { Subject } from './evaluate.ts'

/** What is known here of a host of the fleet. */
export type HostFacts = Pick<FleetHost, 'id' | 'name' | 'state' | 'connectionLost' | 'left' | 'self'>

/** An agent that fell silent before this one was started is waited for that long; then it is forgotten. */
const unheardMs = 86_400_000

/** The other hosts of a fleet, as rules `on = "fleet"` see them. */
export class HostSubjects {
  #known = new Map<string, Subject>()
  readonly #removed = new Set<string>()
  #sinceMs: number | undefined

  get all(): readonly Subject[] {
    return [...this.#known.values()]
  }

  set(hosts: readonly HostFacts[], nowMs: number): void {
    this.#sinceMs ??= nowMs
    const before = this.#known
    this.#known = new Map(hosts.map((host) => [keyOf(host), subjectOf(host)]))
    this.#removed.clear()
    for (const key of before.keys()) if (!this.#known.has(key)) this.#removed.add(key)
  }

  /** What there is to say where the condition has no answer, or the host is not on the list. */
  signOf(key: string, isFiring: boolean, nowMs: number): Sign | 'hold' {
    // Who cannot hear anybody knows neither that a host is back nor that it is gone.
    if (this.#known.has(key)) return isFiring ? 'hold' : 'unknown'
    const isForgotten = this.#sinceMs !== undefined && nowMs - this.#sinceMs > unheardMs
    return this.#removed.has(key) || isForgotten ? 'gone' : 'hold'
  }
}

const keyOf = ({ id }: HostFacts): string => `fleet:${id}`

function subjectOf(host: HostFacts): Subject {
  const { name, state, left, connectionLost } = host
  const fields = connectionLost ? {} : { state: state === 'connected' || left ? 'connected' : 'lost' }
  return { key: keyOf(host), on: 'fleet', name, labels: {}, values: {}, own: {}, fields, find: () => undefined }
}

import type { AgentEvent, FleetEvent } from '../../contract/index.ts'

/** The events of one host, newest first. */
export interface HostEvents {
  host: string
  /** Its clock less ours. */
  skewMs: number
  events: readonly AgentEvent[]
}

/**
 * Events of many hosts as one list, newest first. Those of one host keep their own order, whatever its clock did; between
 * hosts the clocks decide, less what is known of their error.
 */
export function mergeEvents(hosts: readonly HostEvents[], limit: number): FleetEvent[] {
  const heads = hosts.map((host) => ({ ...host, at: 0 }))
  const merged: FleetEvent[] = []
  while (merged.length < limit) {
    let newest: (typeof heads)[number] | undefined
    let newestMs = Number.NEGATIVE_INFINITY
    for (const head of heads) {
      const event = head.events[head.at]
      const atMs = event ? Date.parse(event.time) - head.skewMs : Number.NEGATIVE_INFINITY
      if (atMs > newestMs) [newest, newestMs] = [head, atMs]
    }
    const event = newest?.events[newest.at++]
    if (!newest || !event) break
    merged.push({ ...event, host: newest.host })
  }
  return merged
}

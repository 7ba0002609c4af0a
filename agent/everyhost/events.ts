import {
  type AgentEvent,
  addressOf,
  type EventKind,
  type FleetEvents,
  type FleetEventsQuery,
  type FleetHost,
  splitAddress,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { present } from '../present.ts'
import type { Hosts } from './hosts.ts'
import { Inbox } from './inbox.ts'
import { HostStreams } from './streams.ts'

/** Of more hosts events are listed, but not told as they come. */
const mostFollowed = 200
const mostListed = 1_000

export interface EventsQuery {
  service?: string
  kind?: EventKind
  correlationId?: string
  since?: string
  until?: string
  cursor?: string
  limit?: number
}

const eventAt = (event: AgentEvent, host: string): AgentEvent => ({
  ...event,
  host,
  ...(event.service === undefined ? {} : { service: addressOf(event.service, host) }),
})

/** What a service's address says of whose events are wanted; `@atlas` is all of a host. */
function subjectOf(address: string | undefined): { service?: string; host?: string } {
  if (address === undefined) return {}
  const { name, host } = splitAddress(address)
  return present({ service: name === '' ? undefined : name, host })
}

/** Newest first by time. The cursor is the time of the oldest: a page may begin with events that the last one ended with. */
export async function listEvents(
  ask: (query: FleetEventsQuery) => Promise<FleetEvents>,
  { service, cursor, until, limit = mostListed, kind, correlationId, since }: EventsQuery,
): Promise<{ items: AgentEvent[]; nextCursor?: string }> {
  const wanted = Math.min(limit, mostListed)
  const query = { ...subjectOf(service), kind, correlationId, since, until: cursor ?? until }
  const { items } = await ask({ ...present(query), limit: wanted })
  const oldest = items.at(-1)?.time
  const placed = items.map((event) => eventAt(event, event.host))
  return oldest === undefined || items.length < wanted || oldest === cursor
    ? { items: placed }
    : { items: placed, nextCursor: oldest }
}

const mostHeld = 2_000

/** Events of all hosts as they come; of a host that was away, those since it was heard last. */
export async function* followEvents(
  hosts: Hosts,
  { service, kind, correlationId }: Pick<EventsQuery, 'service' | 'kind' | 'correlationId'>,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const { service: name, host: only } = subjectOf(service)
  if (only !== undefined) hosts.find(only)
  const inbox = new Inbox<AgentEvent>(mostHeld)
  const last = new Map<string, number>()
  const wanted = (all: readonly FleetHost[]): FleetHost[] =>
    all.filter((host) => only === undefined || host.name === only || host.id === only).slice(0, mostFollowed)
  const streams = new HostStreams<AgentEvent>(hosts, {
    wanted,
    open: async (host, ended) => {
      const after = last.get(host.id)
      const options = { signal: ended, ...(after === undefined ? {} : { lastEventId: String(after) }) }
      const input = present({ service: name, kind, correlationId })
      return (await hosts.call(host, ['events', 'follow'], input, options, caller)) as AsyncIterable<AgentEvent>
    },
    item: (host, event) => {
      last.set(host.id, event.seq)
      inbox.put(eventAt(event, host.name))
    },
    // The state says which hosts are silent.
    silent: () => undefined,
    gone: ({ id }) => void last.delete(id),
  })
  streams.begin()
  try {
    while (!signal.aborted) {
      await inbox.news(signal)
      yield* inbox.takeAll()
    }
  } finally {
    streams.end()
  }
}

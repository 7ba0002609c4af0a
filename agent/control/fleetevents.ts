import type { AgentEvent, FleetEvents, FleetEventsQuery, FleetHost } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { type FleetSide, type HostEvents, mergeEvents } from '../fleet/index.ts'
import type { Engine } from './engine.ts'

const askedAtOnce = 20

/** What happened on all hosts that can be asked, each by what it says itself; of the others it is said that it is missing. */
export async function eventsOfFleet(
  engine: Engine,
  fleet: Pick<FleetSide, 'hosts' | 'call'>,
  query: FleetEventsQuery,
  author: string,
): Promise<FleetEvents> {
  const hosts = fleet
    .hosts()
    .filter(({ name, id }) => query.host === undefined || query.host === name || query.host === id)
  if (hosts.length === 0)
    throw new CoreError(
      'NOT_FOUND',
      `There is no host ${query.host} in the fleet. \`hxe hosts list\` shows those that are.`,
    )
  const found: HostEvents[] = []
  const missing: FleetEvents['missing'] = []
  const left = [...hosts]
  const work = async (): Promise<void> => {
    for (let host = left.pop(); host; host = left.pop()) {
      const { name, state, since, clockSkewMs } = host
      try {
        if (state === 'unreachable') throw new Error(`It has not been reached since ${since}`)
        found.push({ host: name, skewMs: clockSkewMs ?? 0, events: await eventsOf(engine, fleet, host, query, author) })
      } catch (error) {
        missing.push({ host: name, text: error instanceof Error ? error.message : String(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: askedAtOnce }, work))
  found.sort((a, b) => a.host.localeCompare(b.host))
  missing.sort((a, b) => a.host.localeCompare(b.host))
  return { items: mergeEvents(found, query.limit), missing }
}

async function eventsOf(
  engine: Engine,
  fleet: Pick<FleetSide, 'call'>,
  { self, id }: FleetHost,
  { host: _host, ...query }: FleetEventsQuery,
  author: string,
): Promise<readonly AgentEvent[]> {
  if (!self) {
    const answer = await fleet.call(id, ['events', 'list'], query, {}, { author })
    return (answer as { items: AgentEvent[] }).items
  }
  const { limit, service, kind, since, until } = query
  return engine.eventLog.list({
    limit,
    ...(service === undefined ? {} : { service }),
    ...(kind === undefined ? {} : { kind }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  })
}

import { messageOf } from '../../contract/failure.ts'
import type { AgentEvent, FleetEvents, FleetEventsQuery, FleetHost } from '../../contract/index.ts'
import { noSuchHost } from '../core.ts'
import { type FleetSide, type HostEvents, mergeEvents } from '../fleet/index.ts'
import { eachAtOnce } from '../together.ts'
import type { Engine } from './engine.ts'

const askedAtOnce = 20

interface Asked {
  name: string
  skewMs: number
  ask(): Promise<readonly AgentEvent[]>
}

/**
 * What happened on all hosts. Each that can be asked tells of it itself; of the others there is what the fleet's server
 * has kept of them, or it is said that they are missing.
 */
export async function eventsOfFleet(
  engine: Engine,
  fleet: Pick<FleetSide, 'hosts' | 'call'>,
  query: FleetEventsQuery,
  author: string,
): Promise<FleetEvents> {
  const asked = await askable(engine, fleet, query, author)
  if (asked.length === 0) throw noSuchHost(query.host ?? '')
  const found: HostEvents[] = []
  const missing: FleetEvents['missing'] = []
  await eachAtOnce(asked, askedAtOnce, async ({ name, skewMs, ask }) => {
    try {
      found.push({ host: name, skewMs, events: await ask() })
    } catch (error) {
      missing.push({ host: name, text: messageOf(error) })
    }
  })
  found.sort((a, b) => a.host.localeCompare(b.host))
  missing.sort((a, b) => a.host.localeCompare(b.host))
  return { items: mergeEvents(found, query.limit), missing }
}

/** The hosts that are meant: those of the fleet, and those that only their events are left of. */
async function askable(
  engine: Engine,
  fleet: Pick<FleetSide, 'hosts' | 'call'>,
  query: FleetEventsQuery,
  author: string,
): Promise<Asked[]> {
  const { hostEvents } = engine.deps.store
  const hosts = fleet.hosts()
  const present = new Map(hosts.map(({ id, name }) => [id, name]))
  // Where the store cannot be asked, those that are there still can.
  const { hosts: known } = await hostEvents.positions().catch(() => ({ hosts: [] }))
  const gone = new Map(known.flatMap(({ host, name }) => (present.has(host) ? [] : [[host, name] as const])))
  const names = [...present.values(), ...gone.values()]
  const isOnly = (name: string): boolean => names.indexOf(name) === names.lastIndexOf(name)
  const isMeant = (id: string, name: string): boolean =>
    query.host === undefined || query.host === name || query.host === id
  return [
    ...hosts
      .filter(({ id, name }) => isMeant(id, name))
      .map((host) => ({
        name: host.name,
        skewMs: host.clockSkewMs ?? 0,
        ask: () => eventsOf(engine, fleet, host, query, author),
      })),
    ...[...gone]
      .map(([id, name]) => ({ id, name: isOnly(name) ? name : `${name}~${id.slice(0, 6)}` }))
      .filter(({ id, name }) => isMeant(id, name))
      .map(({ id, name }) => ({ name, skewMs: 0, ask: () => hostEvents.list(id, storedQuery(query)) })),
  ]
}

async function eventsOf(
  engine: Engine,
  fleet: Pick<FleetSide, 'call'>,
  { self, id, state, since }: FleetHost,
  query: FleetEventsQuery,
  author: string,
): Promise<readonly AgentEvent[]> {
  if (self) return engine.eventLog.list(storedQuery(query))
  const { host: _host, ...asked } = query
  try {
    if (state === 'unreachable') throw new Error(`It has not been reached since ${since}`)
    const answer = await fleet.call(id, ['events', 'list'], asked, {}, { author })
    return (answer as { items: AgentEvent[] }).items
  } catch (error) {
    const kept = await engine.deps.store.hostEvents.list(id, storedQuery(query))
    if (kept.length === 0) throw error
    return kept
  }
}

function storedQuery({ limit, service, kind, correlationId, since, until }: FleetEventsQuery) {
  return {
    limit,
    ...(service === undefined ? {} : { service }),
    ...(kind === undefined ? {} : { kind }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  }
}

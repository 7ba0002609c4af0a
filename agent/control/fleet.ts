import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type FleetHost, isView } from '../../contract/index.ts'
import type { NatsSettings } from '../config/index.ts'
import { CoreError } from '../core.ts'
import {
  alone,
  type BundleBucket,
  type Fleet,
  type FleetDesk,
  type FleetSide,
  loadFleet,
  type SelfIdentity,
  type SelfReport,
} from '../fleet/index.ts'
import { createSecretFile, readSecretFile } from '../os/index.ts'
import { openBundleDesk } from './bundledesk.ts'
import { openBundleDoor } from './bundledoor.ts'
import { HostBundles } from './bundles.ts'
import { bundleWork } from './bundlework.ts'
import { openConnection } from './connection.ts'
import { openDevServer } from './devserver.ts'
import { openDoor } from './door.ts'
import type { Engine } from './engine.ts'
import { eventsOfFleet } from './fleetevents.ts'
import { FleetHub } from './fleethub.ts'
import { info } from './lifetime.ts'
import { type NatsAccess, resolveNats } from './natsaccess.ts'
import { Operations } from './operations.ts'
import { historyOf } from './outgoing.ts'
import { QueuedCommands } from './queued.ts'
import { Rollouts } from './rollouts.ts'

/** The seat of this agent in a fleet: taken, left and changed as the configuration says. */
export interface FleetSeat {
  desk: FleetDesk
  /** Joins what the configuration names, and answers others by the router. */
  serve(router: object): void
  close(): Promise<void>
}

export function openFleetSeat(engine: Engine): FleetSeat {
  const id = hostId(engine.deps.dataDir)
  const startedAt = engine.deps.info().startedAt
  const noFleet = (problem: string | null): FleetSide => alone(() => selfAlone(engine, id), problem, startedAt)
  let current: FleetSide = noFleet(null)
  let joined: Fleet | undefined
  let applied: unknown
  let router: object | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const closing = new AbortController()
  const operations = new Operations(engine.deps.store, engine.deps.clock)
  const side: FleetSide = {
    status: () => current.status(),
    hosts: () => current.hosts(),
    host: (name) => current.host(name),
    known: (id) => current.known(id),
    remove: (name) => current.remove(name),
    isSelf: (name) => current.isSelf(name),
    call: (...call) => current.call(...call),
  }
  const hub = new FleetHub(engine.deps.clock, side)
  const door = openDoor(engine, side, operations)
  const prefix = (): string => engine.configuration?.agent.nats?.subjectPrefix ?? ''
  const ownBundles = new HostBundles(engine, {
    bucket: () => joined?.bundles,
    self: () => ({ id: joined?.id ?? id, ...identityOf(engine) }),
    changed: () => hub.changed(),
  })
  const bucket = (): BundleBucket => {
    if (joined?.bundles) return joined.bundles
    const why = side.status().problem ?? 'This agent belongs to no fleet: its configuration has no nats block.'
    throw new CoreError('UNAVAILABLE', `The fleet's configuration cannot be reached. ${why}`, { part: 'fleet' })
  }
  const bundleDoor = openBundleDoor(ownBundles, side)
  const work = bundleWork({ clock: engine.deps.clock, bucket, fleet: side, door, bundles: bundleDoor })
  const rollouts = new Rollouts(engine, side, door, work)
  const bundles = openBundleDesk({ engine, bucket, prefix, fleet: side, own: ownBundles, door: bundleDoor, rollouts })
  let endBundles = (): void => {}
  const commands = new QueuedCommands(engine, side, door)

  async function follow(): Promise<void> {
    const settings = engine.configuration?.agent.nats
    const wanted = settings && resolveNats(engine, settings)
    if (!router || isDeepStrictEqual(applied, wanted)) return
    applied = wanted
    await joined?.close()
    joined = undefined
    ownBundles.soon()
    if (!settings || !wanted) current = noFleet(null)
    else if ('missing' in wanted) current = noFleet(wanted.missing)
    else current = await takeSeat(settings, wanted, router)
    hub.hostChanged()
  }

  async function takeSeat(settings: NatsSettings, wanted: NatsAccess, served: object): Promise<FleetSide> {
    const parts = await loadFleet()
    const fleetId = parts.idOfCredential(wanted.access) ?? id
    try {
      joined = new parts.Fleet({
        clock: engine.deps.clock,
        random: engine.deps.random,
        id: fleetId,
        access: wanted.access,
        ...(settings.clusterName === undefined ? {} : { clusterName: settings.clusterName }),
        prefix: settings.subjectPrefix,
        trustedKeys: settings.trustedKeys,
        signer: wanted.signingSeed === undefined ? undefined : parts.signerOf(wanted.signingSeed),
        author: engine.deps.author,
        router: served,
        self: () => identityOf(engine),
        report: () => ({ ...reportOf(engine), bundles: ownBundles.reports() }),
        isView,
        isNewOperation: (op) => operations.isNew(op),
        history: historyOf(engine, fleetId),
        hostEvents: engine.deps.store.hostEvents,
        log: engine.deps.log,
        changed: () => hub.changed(),
        hostChanged: (host) => hub.hostChanged(host),
        bundlesChanged: () => ownBundles.soon(),
        turned: (host, restarted) => {
          tellTurn(engine, host, restarted)
          if (host.state === 'connected') commands.hostIsBack(host.id)
        },
      })
      joined.begin()
      return joined
    } catch (error) {
      return noFleet((error as Error).message)
    }
  }

  const again = (): void => {
    turn = turn.then(follow).catch((error: unknown) => {
      engine.deps.log.error({ error: String(error) }, 'the fleet could not be joined')
    })
  }
  engine.configured.add(again)
  return {
    desk: {
      ...side,
      watch: (since, signal) => hub.watch(since, signal),
      rollouts,
      commands,
      connection: openConnection(engine, again),
      dev: openDevServer(engine, closing.signal),
      bundles,
      events: (query, { author }) => eventsOfFleet(engine, side, query, author),
      remove(name) {
        const host = commands.forget(side.remove(name))
        engine.deps.store.hostEvents.forget(host.id).catch((error: unknown) => {
          engine.deps.log.warn({ error: String(error), host: host.name }, 'events of a removed host are still kept')
        })
        return host
      },
    },
    serve(served) {
      router = served
      rollouts.begin()
      commands.begin()
      endBundles = ownBundles.begin()
      again()
    },
    async close() {
      closing.abort()
      engine.configured.delete(again)
      endBundles()
      rollouts.close()
      commands.close()
      await turn
      await joined?.close()
    },
  }
}

/** Of the data directory, for good: what a host is known by, whatever it is called. */
function hostId(dataDir: string): string {
  const path = join(dataDir, 'host-id')
  const found = readSecretFile(path)?.toString('utf8').trim()
  if (found && /^[A-Za-z0-9_-]{8,64}$/.test(found)) return found
  const made = randomBytes(12).toString('hex')
  createSecretFile(path, `${made}\n`)
  return made
}

function identityOf(engine: Engine): SelfIdentity {
  const { name, version, startedAt } = info(engine)
  const settings = engine.configuration?.agent
  return {
    name,
    version,
    startedAt,
    labels: { ...settings?.labels },
    allowRemote: [...(settings?.nats?.allowRemote ?? [])],
  }
}

function reportOf(engine: Engine): SelfReport {
  const { host } = engine
  return {
    ...identityOf(engine),
    os: host?.os ?? process.platform,
    services: engine.tally.now(),
    cpuPercent: host?.cpu.percent ?? null,
    memoryPercent: host ? Math.round((1000 * host.memory.usedBytes) / host.memory.totalBytes) / 10 : null,
    alerts: engine.alerting.summary().firing,
    revision: engine.status.revision,
  }
}

function selfAlone(engine: Engine, id: string): FleetHost {
  const report = reportOf(engine)
  return {
    ...report,
    id,
    self: true,
    state: 'connected',
    since: report.startedAt,
    lastSeenAt: new Date(engine.deps.clock.nowMs()).toISOString(),
    latencyMs: 0,
    clockSkewMs: 0,
    allowRemote: [],
    notes: [],
    breaker: 'closed',
  }
}

function tellTurn(engine: Engine, host: FleetHost, restarted: boolean): void {
  const away = host.state === 'unreachable'
  const text = away
    ? `${host.name} cannot be reached any more`
    : restarted
      ? `The agent of ${host.name} has been started again`
      : `${host.name} can be reached`
  const severity = away ? 'warning' : 'info'
  engine.eventLog.append({ kind: away ? 'host.lost' : 'host.joined', severity, text, author: 'agent' })
}

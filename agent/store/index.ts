import { type AgentEvent, eventSchema } from '../../contract/index.ts'
import { type Clock, openWorker, systemClock } from '../os/index.ts'
import { openVault, type Vault } from '../secrets/index.ts'
import { createHealth } from './health.ts'
import { createHistory } from './history.ts'
import { createLink, type Link, StoreError } from './link.ts'
import type { EventWrite, Opened, RecordWrite } from './protocol.ts'
import { startPruning } from './prune.ts'
import { createRecent, type Recent } from './recent.ts'
import type { EventQuery, FailureRecord, RunRecord, Store, StoredState, UnitRecord } from './types.ts'
import { createWriter, type Writer, type WriterLimits, writerLimits } from './writer.ts'

export { StoreError } from './link.ts'
export type * from './series/index.ts'
export { inSlices } from './slices.ts'
export type * from './types.ts'

export interface StoreOptions {
  dataDir: string
  clock?: Clock
  /** Seals what may hold secrets; else that of the data directory. */
  vault?: Vault
  /** How long the first opening may take while another process holds the database. */
  openLimitMs?: number
  events?: { maxRows: number; maxAgeMs: number }
  limits?: Partial<WriterLimits>
}

const day = 86_400_000
/** How long a page of events may wait for a database that is busy writing. */
const stuckMs = 300
const openRetryMs = 250
const closeLimitMs = 5000
/** Of other hosts: of each, so that a noisy one leaves the others theirs, and of all. */
const hostEventsKept = { keepOfHost: 10_000, keepOfAll: 100_000 }
/** On a disk that is nearly full. */
const tightEvents = { maxRows: 10_000, maxAgeMs: 7 * day }
const deliveriesKept = 1000
const deliveriesKeptMs = 30 * day
/** Events that were told but not yet on disk when an agent was killed have numbers that are not given again. */
const seqGap = 1000

/** Opens the worker's database; a lock of another process is waited for within the limit. */
async function openThrough(link: Link, dataDir: string, clock: Clock, limitMs: number): Promise<Opened> {
  const deadlineMs = clock.monotonicMs() + limitMs
  let cancel = (): void => undefined
  const late = new Promise<never>((_resolve, reject) => {
    const message = `the database in ${dataDir} did not open within ${limitMs} ms`
    cancel = clock.after(limitMs, () => reject(new Error(message)))
  })
  try {
    for (;;) {
      try {
        return await Promise.race([link.ask<'open'>({ op: 'open', dataDir }), late])
      } catch (error) {
        const busy = error instanceof StoreError && error.fault.kind === 'busy'
        if (!busy || clock.monotonicMs() >= deadlineMs) throw error
        await new Promise<void>((resolve) => clock.after(openRetryMs, resolve))
      }
    }
  } finally {
    cancel()
  }
}

function parseEvent(text: string): AgentEvent | undefined {
  try {
    return eventSchema.parse(JSON.parse(text))
  } catch {
    // A damaged row of the history costs that row.
    return undefined
  }
}

const isEvent = (event: AgentEvent | undefined): event is AgentEvent => event !== undefined

function eventWrite(event: AgentEvent): EventWrite {
  return [
    event.seq,
    Date.parse(event.time),
    event.kind,
    event.service ?? null,
    event.correlationId ?? null,
    JSON.stringify(event),
  ]
}

function stateOf(records: readonly RecordWrite[], lastRevision: number): StoredState {
  const state: StoredState = { units: [], runs: [], failures: [], lastRevision }
  for (const [kind, , value] of records) {
    const record: unknown = JSON.parse(value ?? 'null')
    if (kind === 'unit') state.units.push(record as UnitRecord)
    else if (kind === 'run') state.runs.push(record as RunRecord)
    else if (kind === 'failure') state.failures.push(record as FailureRecord)
  }
  return state
}

/** One page of events: from memory, and from the database what lies before that. */
async function pageOfEvents(query: EventQuery, recent: Recent, link: Link, stuck: () => Promise<void>) {
  const found = recent.query(query)
  const oldest = recent.oldestSeq()
  const rest = query.limit - found.length
  const reachesBack = oldest !== undefined && (query.after === undefined || query.after < oldest - 1)
  if (rest <= 0 || !reachesBack || !link.isAlive()) return found
  const filter = { ...query, limit: rest, before: Math.min(query.before ?? oldest, oldest) }
  const older = await Promise.race([link.ask<'events'>({ op: 'events', filter }), stuck()])
  return [...found, ...(older ?? []).map(parseEvent).filter(isEvent)]
}

/**
 * Opens the database of a data directory, in a worker of its own.
 * @throws {StoreError} when a newer version wrote it, or it stays locked, or cannot be read at all
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, clock = systemClock, openLimitMs = 30_000 } = options
  const link = createLink(() => openWorker('store'), clock)
  const opened = await openThrough(link, dataDir, clock, openLimitMs).catch(async (error: unknown) => {
    await link.end(closeLimitMs)
    throw error
  })
  const health = createHealth(opened)
  const history = createHistory(link, options.vault ?? openVault(dataDir), clock)
  // Where the disk refuses it, the entries stay as they are, and the next start tries again.
  const sealed = history.sealOld().catch(() => undefined)
  const recent = createRecent(opened.recent.map(parseEvent).filter(isEvent))
  const writer: Writer = createWriter({
    link,
    clock,
    limits: { ...writerLimits, ...options.limits },
    reopen: () => link.ask<'open'>({ op: 'open', dataDir }),
    recentEvents: () => recent.all().map(eventWrite),
    onState: health.set,
  })
  writer.know(opened.records)
  const usualEvents = options.events ?? { maxRows: 100_000, maxAgeMs: 90 * day }
  let isTight = false
  const stopPruning = startPruning(link, clock, () => (isTight ? tightEvents : usualEvents))
  // After damage the numbers go on above any that were ever given, by the clock.
  const following = opened.lastSeq === 0 ? 1 : opened.lastSeq + seqGap
  const firstSeq = opened.setAside === undefined ? following : clock.nowMs()
  let lastSeq = opened.lastSeq

  /** Resolves with nothing when a write holds the database up, so that reading does not wait for a stuck disk. */
  const stuck = (): Promise<undefined> =>
    new Promise((resolve) => {
      clock.after(stuckMs, () => writer.isWriting() && resolve(undefined))
    })

  let isClosed = false
  /** Not once it is closed: whoever still asks, as a window may, would open it again and hold it against the next agent. */
  const replace = (setAside: string | undefined): void => {
    if (!isClosed) writer.replace(setAside)
  }

  /** Asks an open database. Where it is none any more, all that is known is written to a new one, and the next asks that. */
  async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (isClosed) throw new StoreError({ kind: 'other', message: 'the database is closed, since the agent ends' })
    if (!link.isAlive()) {
      replace(undefined)
      throw new StoreError({ kind: 'other', message: 'the database is being opened anew' })
    }
    try {
      return await ask()
    } catch (error) {
      if (error instanceof StoreError && error.fault.kind === 'replaced') replace(error.fault.setAside)
      throw error
    }
  }

  return {
    load: async () => stateOf(writer.records(), opened.lastRevision),
    putUnit: (record) => writer.put('unit', record.service, JSON.stringify(record)),
    removeUnit: (service) => writer.put('unit', service, null),
    putRun: (record) => writer.put('run', record.cookie, JSON.stringify(record)),
    removeRun: (cookie) => writer.put('run', cookie, null),
    putFailure: (failure) => writer.put('failure', failure.instance, JSON.stringify(failure)),
    removeFailure: (instance) => writer.put('failure', instance, null),
    kept: (kind) => writer.records().flatMap(([of, , value]) => (of === kind && value !== null ? [value] : [])),
    keep: (kind, key, value) => writer.put(kind, key, value),
    appendEvent(event) {
      lastSeq = Math.max(lastSeq, event.seq)
      recent.add(event)
      return writer.append(eventWrite(event))
    },
    keepFewerEvents(isAsked) {
      isTight = isAsked
    },
    nextEventSeq: () => Math.max(lastSeq + 1, firstSeq),
    events: (query) =>
      pageOfEvents(query, recent, link, stuck).catch((error: unknown) => {
        if (!(error instanceof StoreError) || error.fault.kind !== 'replaced') throw error
        replace(error.fault.setAside)
        return recent.query(query)
      }),
    savedEvents: async (after, limit) => {
      const filter = { after, limit, oldestFirst: true }
      const texts = await asked(() => link.ask<'events'>({ op: 'events', filter }))
      return texts.map(parseEvent).filter(isEvent)
    },
    savedEventsBack: (upTo, sinceMs, limit) =>
      asked(() => link.ask<'events-back'>({ op: 'events-back', upTo, sinceMs, limit })),
    hostEvents: {
      positions: () => asked(() => link.ask<'host-positions'>({ op: 'host-positions' })),
      async add({ stream, hosts, events }) {
        const rows = events.map(({ host, epoch, event }) => ({ host, epoch, event: eventWrite(event) }))
        const batch = { stream, hosts, events: rows, ...hostEventsKept }
        await asked(() => link.ask<'add-host-events'>({ op: 'add-host-events', batch }))
      },
      async list(host, filter) {
        const texts = await asked(() => link.ask<'host-events'>({ op: 'host-events', host, filter }))
        return texts.map(parseEvent).filter(isEvent)
      },
      forget: async (host) =>
        void (await asked(() => link.ask<'forget-host-events'>({ op: 'forget-host-events', host }))),
    },
    addRevision: history.addRevision,
    revisions: history.revisions,
    revision: history.revision,
    series: {
      add: (batch) => asked(() => link.ask<'add-series'>({ op: 'add-series', batch }, [batch.sweeps.buffer])),
      query: (query) => asked(() => link.ask<'series'>({ op: 'series', query })),
      tend: (bounds) => asked(() => link.ask<'tend-series'>({ op: 'tend-series', bounds })),
    },
    waiting: () => writer.waiting(),
    deliveries: {
      add: writer.deliver,
      async set(row) {
        const olderThanMs = clock.nowMs() - deliveriesKeptMs
        const request = { op: 'set-delivery' as const, row, keepRows: deliveriesKept, olderThanMs }
        await asked(() => link.ask<'set-delivery'>(request))
      },
      get: (id) => asked(() => link.ask<'delivery'>({ op: 'delivery', id })),
      waiting: () => asked(() => link.ask<'waiting-deliveries'>({ op: 'waiting-deliveries' })),
      list: (filter) => asked(() => link.ask<'deliveries'>({ op: 'deliveries', filter })),
      counts: () => asked(() => link.ask<'delivery-counts'>({ op: 'delivery-counts' })),
    },
    health: health.get,
    onHealth: health.listen,
    async close() {
      isClosed = true
      stopPruning()
      await sealed
      await writer.close()
      await link.end(closeLimitMs)
    },
  }
}

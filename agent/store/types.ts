import type { AgentEvent, EventKind, Revision, RevisionDetail, Why } from '../../contract/index.ts'
import type { DeliveryCount, DeliveryFilter, DeliveryRow, KeptDelivery } from './deliveries.ts'
import type { HostPosition, StreamPosition } from './hostevents.ts'
import type { KeptKind } from './protocol.ts'

export type { DeliveryCount, DeliveryFilter, DeliveryRow } from './deliveries.ts'
export type { HostPosition, StreamPosition } from './hostevents.ts'

import type { SeriesAnswer, SeriesBatch, SeriesBounds, SeriesNews, SeriesQuery } from './series/index.ts'

/** What is remembered of an instance whether it runs or not: what a person or the files want of it. */
export interface UnitRecord {
  /** The instance: `web` or `web#0`. */
  service: string
  desired: 'up' | 'down'
  /** `hxe disable` and `enable`; null when only the file speaks. */
  enabledByPerson: boolean | null
  /** What the reason says after a restart of the agent: a code of `Service.reason` and its text. */
  reason: { code: string; text: string }
  /** The service's fingerprint when a person stopped it: a change in the files lifts the stop. */
  fingerprint: string
  /** For tasks: the boot in which it last completed, so that an agent's restart does not run it again. */
  completedInBoot: string | null
  /** For cron: the wall-clock minute of the last run that was due, so that none runs twice. */
  lastDueAtMs: number | null
}

/** One run of an instance, from before its process exists until its tree is empty. */
export interface RunRecord {
  /** Random, and in the environment of every process of the run as HXE_INSTANCE. */
  cookie: string
  instance: string
  service: string
  replica: number | null
  generation: number
  /** Null between the intent and the spawn. */
  pid: number | null
  startTime: string | null
  bootId: string
  startedAtMs: number
  /** What it runs: the spec's `runFingerprint`, so that a change made while the agent was away is seen. */
  runFingerprint: string
  /** Set when a stop has begun: an agent that comes back finishes it. */
  stopping: boolean
  statusFile: string | null
  restarts: number
}

export interface StoredState {
  units: UnitRecord[]
  runs: RunRecord[]
  failures: FailureRecord[]
  /** The newest number in the configuration's history; 0 before the first. */
  lastRevision: number
}

/** An instance that has given up: it stays failed over an agent's restart, and still says why. */
export interface FailureRecord {
  instance: string
  reason: { code: string; text: string }
  atMs: number
  why: Why | null
}

export interface EventQuery {
  limit: number
  /** Only events with a smaller, and only with a larger `seq`. Answers are newest first, so `before` turns the page. */
  before?: number
  after?: number
  /** An instance, or a service with all its instances. */
  service?: string
  kind?: EventKind
  correlationId?: string
  sinceMs?: number
  untilMs?: number
}

export interface StoreHealth {
  ok: boolean
  /** "the disk is full: /var/lib/hxe has 0 bytes left" and the like. */
  problem?: string
  /** A damaged database was set aside under this name when the store opened. */
  setAside?: string
  /** What was found and overcome: records that were damaged and left out, a file system without a write-ahead log. */
  notes?: readonly string[]
}

/** Measurements over time. */
export interface SeriesStore {
  /** The sweeps are handed over, and not to be used afterwards. Rejects when they are lost: then all is to be named anew. */
  add(batch: SeriesBatch): Promise<SeriesNews>
  query(query: SeriesQuery): Promise<SeriesAnswer>
  /** A slice of what keeps them within bounds; whether there is more to do. */
  tend(bounds: SeriesBounds): Promise<boolean>
}

/** The queue of messages about alerts. Each promise rejects when the database cannot be asked. */
export interface DeliveryStore {
  /**
   * Resolves when it is on disk; with false where one of its id was made before. What is kept in the same go is on disk
   * with it, or neither is.
   */
  add(row: DeliveryRow): Promise<boolean>
  /** Of those that have ended the newest 1,000 of the last 30 days are kept. */
  set(row: DeliveryRow): Promise<void>
  /** `damaged` where it is not what was written. */
  get(id: string): Promise<KeptDelivery | 'damaged' | null>
  waiting(): Promise<Pick<DeliveryRow, 'id' | 'notification' | 'atMs'>[]>
  list(filter: DeliveryFilter): Promise<string[]>
  counts(): Promise<DeliveryCount[]>
}

/** Events of other hosts, as the fleet's stream had them. Each promise rejects when the database cannot be asked. */
export interface HostEventStore {
  positions(): Promise<{ stream: StreamPosition | null; hosts: HostPosition[] }>
  /** Resolves when all of it is on disk. What is there already stays as it is; the newest 10,000 of a host are kept. */
  add(batch: {
    stream: StreamPosition
    hosts: HostPosition[]
    events: readonly { host: string; epoch: string; event: AgentEvent }[]
  }): Promise<void>
  /** Newest first, in the order of their host. */
  list(host: string, query: Omit<EventQuery, 'before' | 'after'>): Promise<AgentEvent[]>
  forget(host: string): Promise<void>
}

/**
 * The database, in a worker. Writes are batched; the promise of each resolves when it is on disk,
 * so that an answered change survives a power cut, and rejects with the cause when it is not.
 */
export interface Store {
  load(): Promise<StoredState>
  putUnit(record: UnitRecord): Promise<void>
  removeUnit(service: string): Promise<void>
  putRun(record: RunRecord): Promise<void>
  removeRun(cookie: string): Promise<void>
  putFailure(failure: FailureRecord): Promise<void>
  removeFailure(instance: string): Promise<void>
  /** What is remembered of alerts and of the fleet, as JSON. */
  kept(kind: KeptKind): readonly string[]
  keep(kind: KeptKind, key: string, value: string | null): Promise<void>
  /** `seq` is given by the caller, growing; `nextEventSeq()` after opening says where to go on. */
  appendEvent(event: AgentEvent): Promise<void>
  nextEventSeq(): number
  /** While the disk is nearly full the history of events is kept shorter. */
  keepFewerEvents(isAsked: boolean): void
  events(query: EventQuery): Promise<AgentEvent[]>
  /** Of what is on disk, and that alone, what comes next after one, oldest first. */
  savedEvents(after: number, limit: number): Promise<AgentEvent[]>
  /** How many of the newest `limit` saved events up to one are as new as that, and the number before the first of them. */
  savedEventsBack(upTo: number, sinceMs: number, limit: number): Promise<{ count: number; after: number }>
  readonly hostEvents: HostEventStore
  /** Adds to the configuration's history, of which the newest 500 entries of the last 90 days are kept. */
  addRevision(revision: RevisionDetail): Promise<void>
  /** Newest first; `before` turns the page. */
  revisions(query: { limit: number; before?: number }): Promise<Revision[]>
  /** Undefined where there is none of that number, or it is damaged. */
  revision(revision: number): Promise<RevisionDetail | undefined>
  readonly series: SeriesStore
  /** Changes that wait to be written. */
  waiting(): number
  readonly deliveries: DeliveryStore
  health(): StoreHealth
  onHealth(listener: (health: StoreHealth) => void): () => void
  close(): Promise<void>
}

import type { DeliveryCount, DeliveryFilter, DeliveryRow, KeptDelivery } from './deliveries.ts'
import type { HostEventBatch, HostEventTable } from './hostevents.ts'

/** What the agent's thread and the store's worker say to each other. */
import type { SeriesAnswer, SeriesBatch, SeriesBounds, SeriesNews, SeriesQuery } from './series/index.ts'

/** Of alerts, their silences and groups, and of what goes on in the fleet, only their owner knows more. */
export type KeptKind =
  | 'alert'
  | 'alert-pending'
  | 'silence'
  | 'alert-group'
  | 'operation'
  | 'rollout'
  | 'command'
  | 'outbox'
  | 'credential'
  | 'bundle'
export type RecordKind = 'unit' | 'run' | 'failure' | KeptKind

/** A record's newest value as JSON; null removes it. */
export type RecordWrite = [kind: RecordKind, key: string, value: string | null]
export type EventWrite = [
  seq: number,
  atMs: number,
  kind: string,
  service: string | null,
  correlation: string | null,
  value: string,
]

export interface EventFilter {
  limit: number
  before?: number
  after?: number
  service?: string
  kind?: string
  correlationId?: string
  sinceMs?: number
  untilMs?: number
  oldestFirst?: boolean
}

/** An entry of the configuration's history: what is listed of it, and the files' texts, both as JSON. */
export type RevisionWrite = [revision: number, atMs: number, value: string, texts: string]

/** What is on disk together or not at all. */
export interface WriteBatch {
  records: RecordWrite[]
  events: EventWrite[]
  /** Messages that are new. */
  deliveries: DeliveryRow[]
}

export type Request =
  | { op: 'open'; dataDir: string }
  | ({ op: 'write' } & WriteBatch)
  | { op: 'events'; filter: EventFilter }
  | { op: 'events-back'; upTo: number; sinceMs: number; limit: number }
  | { op: 'prune'; maxRows: number; olderThanMs: number; keepRows: number; sliceRows: number }
  | { op: 'add-revision'; entry: RevisionWrite; keepRows: number; olderThanMs: number }
  | { op: 'revisions'; limit: number; before?: number }
  | { op: 'revision'; revision: number }
  | { op: 'add-series'; batch: SeriesBatch }
  | { op: 'series'; query: SeriesQuery }
  | { op: 'tend-series'; bounds: SeriesBounds }
  /** Leaves nothing of what was replaced, in the file or in its log. */
  | { op: 'wipe' }
  | { op: 'set-delivery'; row: DeliveryRow; keepRows: number; olderThanMs: number }
  | { op: 'delivery'; id: string }
  | { op: 'waiting-deliveries' }
  | { op: 'deliveries'; filter: DeliveryFilter }
  | { op: 'delivery-counts' }
  | { op: 'add-host-events'; batch: HostEventBatch }
  | { op: 'host-positions' }
  | { op: 'host-events'; host: string; filter: Omit<EventFilter, 'before' | 'after'> }
  | { op: 'forget-host-events'; host: string }
  | { op: 'close' }

/** Why the database refuses, as far as it matters for what happens next. */
export type FaultKind =
  /** Another process holds the lock: worth another try. */
  | 'busy'
  /** Full disk, read-only or failing file system: worth another try later. */
  | 'disk'
  /** The file was damaged and has been set aside, or was removed. This worker is done; all records are to be written again. */
  | 'replaced'
  /** Written by a newer version: nothing was touched. */
  | 'version'
  | 'other'

export interface Fault {
  kind: FaultKind
  /** For a person. */
  message: string
  /** What the database or the system calls it, for whoever looks further. */
  technical?: string
  setAside?: string
}

export interface Opened {
  records: [kind: RecordKind, key: string, value: string][]
  /** The newest events as JSON, oldest first. */
  recent: string[]
  lastSeq: number
  lastRevision: number
  setAside?: string
  notes: string[]
}

export interface Answers {
  open: Opened
  /** Of each message whether there was none of its id. */
  write: boolean[]
  /** JSON texts, newest first. */
  events: string[]
  'events-back': { count: number; after: number }
  /** Whether there is more to remove. */
  prune: boolean
  'add-revision': null
  /** JSON values, newest first. */
  revisions: string[]
  revision: { value: string; texts: string } | null
  'add-series': SeriesNews
  series: SeriesAnswer
  /** Whether there is more to do. */
  'tend-series': boolean
  wipe: null
  'set-delivery': null
  delivery: KeptDelivery | 'damaged' | null
  'waiting-deliveries': Pick<DeliveryRow, 'id' | 'notification' | 'atMs'>[]
  deliveries: string[]
  'delivery-counts': DeliveryCount[]
  'add-host-events': null
  'host-positions': ReturnType<HostEventTable['positions']>
  /** JSON texts, newest first. */
  'host-events': string[]
  'forget-host-events': null
  close: null
}

/** `nowMs` dates the name of a file that is set aside. */
export type Message = { id: number; nowMs: number; request: Request }
export type Reply = { id: number } & ({ value: unknown } | { fault: Fault })

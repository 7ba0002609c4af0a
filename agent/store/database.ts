import { closeSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import { type DeliveryTable, openDeliveries } from './deliveries.ts'
import { type FaultError, faultOf, VersionFault } from './faults.ts'
import {
  createPrivate,
  databasePath,
  exists,
  isSameFile,
  removeWithCompanions,
  setAside,
  syncDirectory,
  unfitness,
  versionOnDisk,
} from './files.ts'
import { type HostEventTable, openHostEvents } from './hostevents.ts'
import { migrations } from './migrations.ts'
import type { EventFilter, Opened, RecordKind, WriteBatch } from './protocol.ts'
import { sumOf } from './record.ts'
import { openRevisions, type RevisionTable } from './revisions.ts'
import { openSeries, type SeriesTable } from './series/index.ts'

/** How long SQLite itself waits for a lock; the agent's thread tries again beyond that. */
const busyTimeoutMs = 500
const recentEvents = 1000

type Statements = Record<'put' | 'remove' | 'event', StatementSyncInstance>

export interface Database {
  read(): Omit<Opened, 'setAside'>
  /** In one transaction. Answers of each message whether there was none of its id. */
  write(batch: WriteBatch): boolean[]
  events(filter: EventFilter): string[]
  /** How many of the newest `limit` events up to one are as new as that, and the number before the first of them. */
  eventsBack(upTo: number, sinceMs: number, limit: number): { count: number; after: number }
  /** Removes at most `sliceRows` events that are too many or too old, never one of the newest `keepRows`. */
  revisions: RevisionTable
  deliveries: DeliveryTable
  hostEvents: HostEventTable
  series: SeriesTable
  /** Writes the file anew, so that nothing is left of rows that were replaced. */
  wipe(): void
  prune(limits: { maxRows: number; olderThanMs: number; keepRows: number; sliceRows: number }): boolean
  /** Whether the file at the path still is this one. */
  isThere(): boolean
  close(): void
}

const scriptOf = (version: number): string =>
  `BEGIN IMMEDIATE; ${migrations[version]} PRAGMA user_version = ${version + 1}; COMMIT`

function migrate(db: DatabaseSyncInstance): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  for (let next = version; next < migrations.length; next++) db.exec(scriptOf(next))
}

/**
 * Built under another name and then renamed, so that an empty `hxe.db` always means damage. No prepared statement is
 * used here: one that is not collected yet keeps a closed connection, and its files, open.
 */
function createFresh(path: string): void {
  const building = `${path}.new`
  removeWithCompanions(building)
  createPrivate(building)
  const db = new DatabaseSync(building)
  try {
    db.exec('PRAGMA synchronous = FULL')
    for (let version = 0; version < migrations.length; version++) db.exec(scriptOf(version))
  } finally {
    db.close()
  }
  renameSync(building, path)
  syncDirectory(dirname(path))
}

interface Connection {
  db: DatabaseSyncInstance
  /** What the file system could not give. */
  notes: string[]
}

/**
 * Connects, alone: others are kept out while the agent runs. Shared, the write-ahead log would have its index in a
 * mapped file, and a disk that hangs stops at such a mapping not only this thread but every one of the process that
 * asks for memory (seen with a frozen ext4); it also could not be opened on a full disk.
 */
function connect(path: string): Connection {
  const db = new DatabaseSync(path)
  try {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA locking_mode = EXCLUSIVE`)
    db.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608')
    // Read back: a file system may allow less than was asked for.
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode: string }
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    const note = `the file system supports no write-ahead log; the database works in mode "${mode}"`
    return { db, notes: mode === 'wal' ? [] : [note] }
  } catch (error) {
    closeQuietly(db)
    throw error
  }
}

function assertSound(db: DatabaseSyncInstance): void {
  const rows = db.prepare('PRAGMA quick_check(3)').all() as { quick_check: string }[]
  if (rows[0]?.quick_check === 'ok') return
  const error: FaultError = new Error(rows.map((row) => row.quick_check).join('; '))
  error.damaged = true
  throw error
}

function openExisting(path: string): Database {
  const version = versionOnDisk(path)
  if (version > migrations.length) throw new VersionFault(path, version, migrations.length)
  const { db, notes } = connect(path)
  // Held open for as long as the connection: closing any descriptor of a file gives up the locks that SQLite has on it.
  const fd = openSync(path, 'r')
  try {
    assertSound(db)
    migrate(db)
    return operationsOf(db, fd, path, notes)
  } catch (error) {
    closeQuietly(db)
    closeSync(fd)
    throw error
  }
}

function closeQuietly(db: DatabaseSyncInstance): void {
  try {
    db.close()
  } catch {
    // The error that led here is the one to tell.
  }
}

function isDamage(error: unknown): boolean {
  return faultOf(error, '').kind === 'replaced'
}

/**
 * Opens `hxe.db`, making it where it is missing and setting it aside where it is damaged.
 * @throws {VersionFault} when a newer version wrote it, before anything is changed
 */
export function openDatabase(dataDir: string, nowMs: number): { database: Database; aside: string | undefined } {
  const path = databasePath(dataDir)
  let aside = unfitness(path) === undefined ? undefined : setAside(path, nowMs)
  if (!exists(path)) createFresh(path)
  try {
    return { database: openExisting(path), aside }
  } catch (error) {
    if (!isDamage(error)) throw error
    aside = setAside(path, nowMs)
    createFresh(path)
    return { database: openExisting(path), aside }
  }
}

function operationsOf(db: DatabaseSyncInstance, fd: number, path: string, notes: readonly string[]): Database {
  const statements: Statements = {
    put: db.prepare('INSERT OR REPLACE INTO record (kind, key, value, sum) VALUES (?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM record WHERE kind = ? AND key = ?'),
    event: db.prepare(
      'INSERT OR REPLACE INTO event (seq, at_ms, kind, service, correlation, value) VALUES (?, ?, ?, ?, ?, ?)',
    ),
  }

  const revisions = openRevisions(db)
  const deliveries = openDeliveries(db)
  const series = openSeries(db)
  const hostEvents = openHostEvents(db)

  function readRecords(found: string[]): Opened['records'] {
    const rows = db.prepare('SELECT kind, key, value, sum FROM record').all() as Record<string, string>[]
    const sound: Opened['records'] = []
    for (const { kind = '', key = '', value = '', sum } of rows) {
      if (sumOf(kind as RecordKind, key, value) === sum) sound.push([kind as RecordKind, key, value])
      else found.push(`the stored ${kind} ${JSON.stringify(key)} is damaged and was left out`)
    }
    return sound
  }

  return {
    read() {
      const found = [...notes]
      const records = readRecords(found)
      const recent = db.prepare('SELECT value FROM event ORDER BY seq DESC LIMIT ?').all(recentEvents)
      const { last } = db.prepare('SELECT max(seq) AS last FROM event').get() as { last: number | null }
      const texts = (recent as { value: string }[]).map((row) => row.value).reverse()
      return { records, recent: texts, lastSeq: last ?? 0, lastRevision: revisions.last(), notes: found }
    },
    write({ records, events, deliveries: messages }) {
      db.exec('BEGIN IMMEDIATE')
      try {
        for (const [kind, key, value] of records) {
          if (value === null) statements.remove.run(kind, key)
          else statements.put.run(kind, key, value, sumOf(kind, key, value))
        }
        for (const event of events) statements.event.run(...event)
        const added = messages.map(deliveries.add)
        db.exec('COMMIT')
        return added
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    events: (filter) => queryEvents(db, filter),
    eventsBack(upTo, sinceMs, limit) {
      const found = db.prepare(
        'SELECT count(*) AS count, min(seq) AS first FROM (SELECT seq FROM event WHERE seq <= ? AND at_ms >= ? ORDER BY seq DESC LIMIT ?)',
      )
      const { count, first } = found.get(upTo, sinceMs, limit) as { count: number; first: number | null }
      return { count, after: first === null ? upTo : first - 1 }
    },
    revisions,
    deliveries,
    hostEvents,
    series,
    wipe: () => db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)'),
    prune({ maxRows, olderThanMs, keepRows, sliceRows }) {
      // The newest are kept whatever the clock says: a clock that jumped ahead must not empty the history.
      const bound = db.prepare('SELECT seq FROM event ORDER BY seq DESC LIMIT 1 OFFSET ?')
      const tooMany = (bound.get(maxRows) as { seq: number } | undefined)?.seq ?? -1
      const kept = (bound.get(keepRows) as { seq: number } | undefined)?.seq ?? -1
      const slice = db.prepare(
        'DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE seq <= ? AND (seq <= ? OR at_ms < ?) LIMIT ?)',
      )
      return Number(slice.run(Math.max(tooMany, kept), tooMany, olderThanMs, sliceRows).changes) === sliceRows
    },
    isThere: () => isSameFile(fd, path),
    close() {
      // Statements that live on keep SQLite from doing this at the close.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
      closeSync(fd)
    },
  }
}

function queryEvents(db: DatabaseSyncInstance, filter: EventFilter): string[] {
  const where: string[] = []
  const values: (string | number)[] = []
  const add = (condition: string, ...given: (string | number)[]): void => {
    where.push(condition)
    values.push(...given)
  }
  if (filter.before !== undefined) add('seq < ?', filter.before)
  if (filter.after !== undefined) add('seq > ?', filter.after)
  if (filter.kind !== undefined) add('kind = ?', filter.kind)
  if (filter.correlationId !== undefined) add('correlation = ?', filter.correlationId)
  if (filter.sinceMs !== undefined) add('at_ms >= ?', filter.sinceMs)
  if (filter.untilMs !== undefined) add('at_ms < ?', filter.untilMs)
  // Instances of a service are NAME#0, NAME#1 …; $ is the character after #.
  if (filter.service !== undefined) {
    add('(service = ? OR (service >= ? AND service < ?))', filter.service, `${filter.service}#`, `${filter.service}$`)
  }
  const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''
  const query = db.prepare(
    `SELECT value FROM event ${condition} ORDER BY seq ${filter.oldestFirst ? 'ASC' : 'DESC'} LIMIT ?`,
  )
  return (query.all(...values, filter.limit) as { value: string }[]).map((row) => row.value)
}

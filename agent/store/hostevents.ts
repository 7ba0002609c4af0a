import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { EventFilter, EventWrite } from './protocol.ts'

/** How far the events of one host have been taken in. */
export interface HostPosition {
  host: string
  /** As it calls itself. */
  name: string
  /** Which of its histories: it begins another one where it has lost its own. */
  epoch: string
  /** Of the last event of that history. */
  seq: number
  /** How many it has told of in that history, up to there. */
  count: number
}

/** The last message of the fleet's stream that was taken in: of which stream, where in it, and its time there. */
export interface StreamPosition {
  created: string
  seq: number
  time: string
}

export interface HostEventBatch {
  stream: StreamPosition
  /** All that is known of each of these hosts, which takes the place of what was. */
  hosts: HostPosition[]
  events: { host: string; epoch: string; event: EventWrite }[]
  /** Beyond these the oldest go: of each host, and of all. */
  keepOfHost: number
  keepOfAll: number
}

/** Events of other hosts, as they were read from the fleet's stream, in the store's worker. */
export interface HostEventTable {
  /** All or nothing, so that what was taken in and how far are never apart. What is there already stays as it is. */
  add(batch: HostEventBatch): void
  positions(): { stream: StreamPosition | null; hosts: HostPosition[] }
  /** JSON texts in the order of their host, newest first. */
  list(host: string, filter: Omit<EventFilter, 'before' | 'after'>): string[]
  /** How far they were taken in stays known: else they would come again. */
  forget(host: string): void
}

export const hostEventMigration = `CREATE TABLE host_event (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     host TEXT NOT NULL,
     epoch TEXT NOT NULL,
     seq INTEGER NOT NULL,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     service TEXT,
     value TEXT NOT NULL,
     UNIQUE (host, epoch, seq)
   );
   CREATE INDEX host_event_host ON host_event (host, id);
   CREATE TABLE host_position (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     host TEXT NOT NULL,
     name TEXT NOT NULL,
     epoch TEXT NOT NULL,
     seq INTEGER NOT NULL,
     count INTEGER NOT NULL,
     UNIQUE (host, epoch)
   );
   CREATE TABLE stream_position (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     created TEXT NOT NULL,
     seq INTEGER NOT NULL,
     time TEXT NOT NULL
   );`

export function openHostEvents(db: DatabaseSyncInstance): HostEventTable {
  const put = ({ stream, hosts, events, keepOfHost, keepOfAll }: HostEventBatch): void => {
    const event = db.prepare(
      'INSERT OR IGNORE INTO host_event (host, epoch, seq, at_ms, kind, service, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    for (const { host, epoch, event: row } of events) {
      const [seq, atMs, kind, service, , value] = row
      event.run(host, epoch, seq, atMs, kind, service, value)
    }
    const forgetPositions = db.prepare('DELETE FROM host_position WHERE host = ?')
    const prune = db.prepare(
      'DELETE FROM host_event WHERE host = ?1 AND id <= (SELECT id FROM host_event WHERE host = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)',
    )
    for (const host of new Set(hosts.map((position) => position.host))) {
      forgetPositions.run(host)
      prune.run(host, keepOfHost)
    }
    const position = db.prepare('INSERT INTO host_position (host, name, epoch, seq, count) VALUES (?, ?, ?, ?, ?)')
    for (const { host, name, epoch, seq, count } of hosts) position.run(host, name, epoch, seq, count)
    db.prepare('INSERT OR REPLACE INTO stream_position (id, created, seq, time) VALUES (1, ?, ?, ?)').run(
      stream.created,
      stream.seq,
      stream.time,
    )
    db.prepare('DELETE FROM host_event WHERE id <= (SELECT id FROM host_event ORDER BY id DESC LIMIT 1 OFFSET ?)').run(
      keepOfAll,
    )
  }
  return {
    add(batch) {
      db.exec('BEGIN IMMEDIATE')
      try {
        put(batch)
        db.exec('COMMIT')
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    positions: () => ({
      stream:
        (db.prepare('SELECT created, seq, time FROM stream_position').get() as StreamPosition | undefined) ?? null,
      hosts: db
        .prepare('SELECT host, name, epoch, seq, count FROM host_position ORDER BY id')
        .all() as unknown as HostPosition[],
    }),
    list(host, { limit, service, kind, correlationId, sinceMs, untilMs }) {
      const where = ['host = ?']
      const values: (string | number)[] = [host]
      const add = (condition: string, ...given: (string | number | undefined)[]): void => {
        if (given.some((value) => value === undefined)) return
        where.push(condition)
        values.push(...(given as (string | number)[]))
      }
      add('kind = ?', kind)
      add("json_extract(value, '$.correlationId') = ?", correlationId)
      add('at_ms >= ?', sinceMs)
      add('at_ms < ?', untilMs)
      // Instances of a service are NAME#0, NAME#1 …; $ is the character after #.
      if (service !== undefined)
        add('(service = ? OR (service >= ? AND service < ?))', service, `${service}#`, `${service}$`)
      const found = db.prepare(`SELECT value FROM host_event WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`)
      return (found.all(...values, limit) as { value: string }[]).map(({ value }) => value)
    },
    forget: (host) => void db.prepare('DELETE FROM host_event WHERE host = ?').run(host),
  }
}

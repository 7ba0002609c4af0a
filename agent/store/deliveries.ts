import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** One message to one notification, as the queue keeps it. */
export interface DeliveryRow {
  id: string
  notification: string
  state: string
  /** When it was made. */
  createdAtMs: number
  /** When it is tried again, or when it ended. */
  atMs: number
  /** What is listed of it, as JSON. */
  value: string
  /** What is sent, as JSON; empty when it has ended. */
  notice: string
}

export interface DeliveryFilter {
  limit: number
  /** The id of a delivery: only what is older. */
  before?: string
  notification?: string
  state?: string
  /** An alert that it tells of. */
  alert?: string
}

export interface DeliveryCount {
  notification: string
  state: string
  count: number
  /** The newest of them. */
  value: string
}

/** The queue of messages, in the store's worker. */
export interface DeliveryTable {
  /** False where one of this id is there already, whatever has become of it. */
  add(row: DeliveryRow): boolean
  /** Takes in what came of a try, and removes what ended and is too much or too old. */
  set(row: DeliveryRow, keepRows: number, olderThanMs: number): void
  get(id: string): { value: string; notice: string } | null
  /** In the order in which they were made. */
  waiting(): Pick<DeliveryRow, 'id' | 'notification' | 'atMs'>[]
  /** Newest first. */
  list(filter: DeliveryFilter): string[]
  counts(): DeliveryCount[]
}

export const deliveryMigration = `CREATE TABLE delivery (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     notification TEXT NOT NULL,
     state TEXT NOT NULL,
     created_ms INTEGER NOT NULL,
     at_ms INTEGER NOT NULL,
     value TEXT NOT NULL,
     notice TEXT NOT NULL
   );
   CREATE INDEX delivery_state ON delivery (state, seq);
   CREATE INDEX delivery_notification ON delivery (notification, state, seq);`

/** So many that have ended stay whatever the clock says: one that jumped ahead must not empty the list. */
const leastRows = 100

export function openDeliveries(db: DatabaseSyncInstance): DeliveryTable {
  return {
    add({ id, notification, state, createdAtMs, atMs, value, notice }) {
      const put = db.prepare(
        'INSERT OR IGNORE INTO delivery (id, notification, state, created_ms, at_ms, value, notice) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      return Number(put.run(id, notification, state, createdAtMs, atMs, value, notice).changes) === 1
    },
    set({ id, notification, state, createdAtMs, atMs, value, notice }, keepRows, olderThanMs) {
      // What could not be written when it was made, since the disk was full, is written now.
      const put = db.prepare(
        `INSERT INTO delivery (id, notification, state, created_ms, at_ms, value, notice) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, at_ms = excluded.at_ms, value = excluded.value, notice = excluded.notice`,
      )
      put.run(id, notification, state, createdAtMs, atMs, value, notice)
      if (state === 'waiting') return
      const prune = db.prepare(
        `DELETE FROM delivery WHERE state <> 'waiting' AND (
         (at_ms < ? AND seq <= (SELECT seq FROM delivery WHERE state <> 'waiting' ORDER BY seq DESC LIMIT 1 OFFSET ?))
         OR seq <= (SELECT seq FROM delivery WHERE state <> 'waiting' ORDER BY seq DESC LIMIT 1 OFFSET ?))`,
      )
      prune.run(olderThanMs, leastRows, keepRows)
    },
    get: (id) =>
      (db.prepare('SELECT value, notice FROM delivery WHERE id = ?').get(id) as
        | { value: string; notice: string }
        | undefined) ?? null,
    waiting: () =>
      db
        .prepare("SELECT id, notification, at_ms AS atMs FROM delivery WHERE state = 'waiting' ORDER BY seq")
        .all() as unknown as ReturnType<DeliveryTable['waiting']>,
    list({ limit, before, notification, state, alert }) {
      const conditions: string[] = ['1 = 1']
      const values: (string | number)[] = []
      const where = (condition: string, value: string | undefined): void => {
        if (value === undefined) return
        conditions.push(condition)
        values.push(value)
      }
      where('seq < (SELECT seq FROM delivery WHERE id = ?)', before)
      where('notification = ?', notification)
      where('state = ?', state)
      where("EXISTS (SELECT 1 FROM json_each(delivery.value, '$.alerts') AS told WHERE told.value = ?)", alert)
      const found = db.prepare(`SELECT value FROM delivery WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT ?`)
      return (found.all(...values, limit) as { value: string }[]).map(({ value }) => value)
    },
    // Beside a maximum SQLite gives the other columns of its row.
    counts: () =>
      db
        .prepare(
          'SELECT notification, state, count(*) AS count, max(seq), value FROM delivery GROUP BY notification, state',
        )
        .all() as unknown as DeliveryCount[],
  }
}

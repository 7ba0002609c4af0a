import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { sumOf } from './record.ts'

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

export type KeptDelivery = Pick<DeliveryRow, 'value' | 'notice'>

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
  /** `damaged` where it is not what was written. */
  get(id: string): KeptDelivery | 'damaged' | null
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

/** Rows of an earlier version have none. */
export const deliverySumMigration = 'ALTER TABLE delivery ADD COLUMN sum TEXT;'

type SummedRow = Pick<DeliveryRow, 'id' | 'notification' | 'state' | 'value' | 'notice'>

/** A wrong message is worse than none. */
const sumOfRow = ({ id, notification, state, value, notice }: SummedRow): string =>
  sumOf('delivery', id, [notification, state, value, notice].join('\0'))

const summed = 'id, notification, state, value, notice, sum'
const isSound = (row: SummedRow & { sum: string | null }): boolean => row.sum === null || row.sum === sumOfRow(row)

/** So many that have ended stay whatever the clock says: one that jumped ahead must not empty the list. */
const leastRows = 100

const columns = '(id, notification, state, created_ms, at_ms, value, notice, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
const valuesOf = (row: DeliveryRow): (string | number)[] => [
  ...[row.id, row.notification, row.state, row.createdAtMs, row.atMs, row.value, row.notice],
  sumOfRow(row),
]

export function openDeliveries(db: DatabaseSyncInstance): DeliveryTable {
  return {
    add(row) {
      const put = db.prepare(`INSERT OR IGNORE INTO delivery ${columns}`)
      return Number(put.run(...valuesOf(row)).changes) === 1
    },
    set(row, keepRows, olderThanMs) {
      const { state } = row
      // What could not be written when it was made, since the disk was full, is written now.
      const put = db.prepare(
        `INSERT INTO delivery ${columns} ON CONFLICT (id) DO UPDATE SET notification = excluded.notification,
         state = excluded.state, at_ms = excluded.at_ms, value = excluded.value, notice = excluded.notice, sum = excluded.sum`,
      )
      put.run(...valuesOf(row))
      if (state === 'waiting') return
      const prune = db.prepare(
        `DELETE FROM delivery WHERE state <> 'waiting' AND (
         (at_ms < ? AND seq <= (SELECT seq FROM delivery WHERE state <> 'waiting' ORDER BY seq DESC LIMIT 1 OFFSET ?))
         OR seq <= (SELECT seq FROM delivery WHERE state <> 'waiting' ORDER BY seq DESC LIMIT 1 OFFSET ?))`,
      )
      prune.run(olderThanMs, leastRows, keepRows)
    },
    get(id) {
      const row = db.prepare(`SELECT ${summed} FROM delivery WHERE id = ?`).get(id) as Parameters<typeof isSound>[0]
      if (row === undefined) return null
      return isSound(row) ? { value: row.value, notice: row.notice } : 'damaged'
    },
    // One whose state is damaged may have waited.
    waiting: () =>
      db
        .prepare(
          "SELECT id, notification, at_ms AS atMs FROM delivery WHERE state NOT IN ('delivered', 'gave-up') ORDER BY seq",
        )
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
      where(
        "CASE WHEN json_valid(delivery.value) THEN EXISTS (SELECT 1 FROM json_each(delivery.value, '$.alerts') AS told WHERE told.value = ?) END",
        alert,
      )
      const found = db.prepare(
        `SELECT ${summed} FROM delivery WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT ?`,
      )
      const rows = found.all(...values, limit) as unknown as Parameters<typeof isSound>[0][]
      return rows.filter(isSound).map(({ value }) => value)
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

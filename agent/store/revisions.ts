import { createHash } from 'node:crypto'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RevisionWrite } from './protocol.ts'

/** The history of the configuration, in the store's worker. */
export interface RevisionTable {
  last(): number
  /** Adds an entry and removes those that are too many or too old, never the newest. */
  add(entry: RevisionWrite, keepRows: number, olderThanMs: number): void
  list(limit: number, before: number | undefined): string[]
  get(revision: number): { value: string; texts: string } | null
}

const sumOf = (value: string, texts: string): string => createHash('sha256').update(`${value}\0${texts}`).digest('hex')

export function openRevisions(db: DatabaseSyncInstance): RevisionTable {
  return {
    last: () => {
      const row = db.prepare('SELECT max(revision) AS last FROM revision').get() as { last: number | null }
      return row.last ?? 0
    },
    add([revision, atMs, value, texts], keepRows, olderThanMs) {
      const put = db.prepare(
        'INSERT OR REPLACE INTO revision (revision, at_ms, value, texts, sum) VALUES (?, ?, ?, ?, ?)',
      )
      put.run(revision, atMs, value, texts, sumOf(value, texts))
      const prune = db.prepare('DELETE FROM revision WHERE revision <= ? OR (revision < ? AND at_ms < ?)')
      prune.run(revision - keepRows, revision, olderThanMs)
    },
    list: (limit, before) =>
      (
        db
          .prepare('SELECT value FROM revision WHERE revision < ? ORDER BY revision DESC LIMIT ?')
          .all(before ?? Number.MAX_SAFE_INTEGER, limit) as { value: string }[]
      ).map(({ value }) => value),
    get(revision) {
      const row = db.prepare('SELECT value, texts, sum FROM revision WHERE revision = ?').get(revision) as
        | { value: string; texts: string; sum: string }
        | undefined
      // A damaged entry must never be rolled back to.
      return row && row.sum === sumOf(row.value, row.texts) ? { value: row.value, texts: row.texts } : null
    },
  }
}

import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** Of how many values a point is made. */
export const levels = { raw: 0, minute: 1, hour: 2 } as const
export type Level = (typeof levels)[keyof typeof levels]

/** A stretch of time of one level; its rows have what each subject was. */
export interface Block {
  level: Level
  fromMs: number
  untilMs: number
  /** What its rows take. */
  bytes: number
  /** Of raw ones: when its sweeps were. */
  times: Uint8Array | null
}

export interface SubjectName {
  id: number
  kind: string
  name: string
  lastMs: number
}

export interface KeyName {
  id: number
  metric: string
  /** As JSON, sorted. */
  labels: string
  /** Whose it was first; empty where it is older than that is noted. */
  owner: string
  lastMs: number
}

/** What SQLite keeps beside a row. */
const rowOverhead = 16

/** The tables of kept measurements. */
export function openTables(db: DatabaseSyncInstance) {
  const addChunk = db.prepare('INSERT OR REPLACE INTO metric_chunk (level, from_ms, subject, data) VALUES (?, ?, ?, ?)')
  const getChunk = db.prepare('SELECT data FROM metric_chunk WHERE level = ? AND from_ms = ? AND subject = ?')
  const allChunks = db.prepare('SELECT subject, data FROM metric_chunk WHERE level = ? AND from_ms = ?')
  const addBlock = db.prepare(
    'INSERT OR REPLACE INTO metric_block (level, from_ms, until_ms, bytes, times) VALUES (?, ?, ?, ?, ?)',
  )
  const addSubject = db.prepare('INSERT INTO metric_subject (kind, name, last_ms) VALUES (?, ?, ?)')
  const addKey = db.prepare('INSERT INTO metric_key (metric, labels, owner, last_ms) VALUES (?, ?, ?, ?)')
  const noteSubject = db.prepare('UPDATE metric_subject SET last_ms = ? WHERE id = ?')
  const noteKey = db.prepare('UPDATE metric_key SET last_ms = ? WHERE id = ?')
  const removeSubject = db.prepare('DELETE FROM metric_subject WHERE id = ?')
  const removeKey = db.prepare('DELETE FROM metric_key WHERE id = ?')
  const addTail = db.prepare('INSERT INTO metric_tail (data) VALUES (?)')

  return {
    /** All or nothing. */
    together(write: () => void): void {
      db.exec('BEGIN IMMEDIATE')
      try {
        write()
        db.exec('COMMIT')
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    blocks: (): Block[] =>
      (
        db.prepare('SELECT level, from_ms, until_ms, bytes, times FROM metric_block ORDER BY from_ms').all() as {
          level: Level
          from_ms: number
          until_ms: number
          bytes: number
          times: Uint8Array | null
        }[]
      ).map(({ level, from_ms, until_ms, bytes, times }) => ({
        level,
        fromMs: from_ms,
        untilMs: until_ms,
        bytes,
        times,
      })),
    subjects: () => db.prepare('SELECT id, kind, name, last_ms AS lastMs FROM metric_subject').all() as SubjectName[],
    keys: () => db.prepare('SELECT id, metric, labels, owner, last_ms AS lastMs FROM metric_key').all() as KeyName[],
    addSubject: (kind: string, name: string, atMs: number): number =>
      Number(addSubject.run(kind, name, atMs).lastInsertRowid),
    addKey: (metric: string, labels: string, owner: string, atMs: number): number =>
      Number(addKey.run(metric, labels, owner, atMs).lastInsertRowid),
    noteSubject: (id: number, lastMs: number): void => void noteSubject.run(lastMs, id),
    noteKey: (id: number, lastMs: number): void => void noteKey.run(lastMs, id),
    removeSubject: (id: number): void => void removeSubject.run(id),
    removeKey: (id: number): void => void removeKey.run(id),
    /** Gives what the rows take. */
    putRows(level: Level, fromMs: number, rows: ReadonlyMap<number, Uint8Array>): number {
      let bytes = 0
      for (const [subject, data] of rows) {
        addChunk.run(level, fromMs, subject, data)
        bytes += data.length + rowOverhead
      }
      return bytes
    },
    putBlock: ({ level, fromMs, untilMs, bytes, times }: Block): void =>
      void addBlock.run(level, fromMs, untilMs, bytes, times),
    chunk: (level: Level, fromMs: number, subject: number): Uint8Array | undefined =>
      (getChunk.get(level, fromMs, subject) as { data: Uint8Array } | undefined)?.data,
    chunks: (level: Level, fromMs: number) => allChunks.all(level, fromMs) as { subject: number; data: Uint8Array }[],
    subjectsWithin: (level: Level, fromMs: number, toMs: number): number[] =>
      (
        db
          .prepare('SELECT DISTINCT subject FROM metric_chunk WHERE level = ? AND from_ms >= ? AND from_ms < ?')
          .all(level, fromMs, toMs) as { subject: number }[]
      ).map(({ subject }) => subject),
    /** Removes at most so many rows of a block, and it with the last of them. Gives whether it is gone. */
    removeSlice(level: Level, fromMs: number, mostRows: number): boolean {
      const { changes } = db
        .prepare(
          `DELETE FROM metric_chunk WHERE level = ?1 AND from_ms = ?2 AND subject IN
           (SELECT subject FROM metric_chunk WHERE level = ?1 AND from_ms = ?2 LIMIT ?3)`,
        )
        .run(level, fromMs, mostRows)
      if (Number(changes) === mostRows) return false
      db.prepare('DELETE FROM metric_block WHERE level = ? AND from_ms = ?').run(level, fromMs)
      return true
    },
    addTail: (data: Uint8Array): void => void addTail.run(data),
    tails: () => db.prepare('SELECT data FROM metric_tail ORDER BY id').all() as { data: Uint8Array }[],
    dropTails: (): void => db.exec('DELETE FROM metric_tail'),
  }
}
export type Tables = ReturnType<typeof openTables>

import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { sumOf } from '../../agent/store/record.ts'

/** The agent's database as another process sees it; only while no agent runs, which has it for itself. */
export class Database {
  readonly #db: DatabaseSyncInstance

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
  }

  /** Changes every record of a kind, its sum with it, as an agent of another time would have written it. */
  rewrite(kind: 'run', change: (record: Record<string, unknown>) => Record<string, unknown>): number {
    const rows = this.#db.prepare('SELECT key, value FROM record WHERE kind = ?').all(kind) as {
      key: string
      value: string
    }[]
    const put = this.#db.prepare('UPDATE record SET value = ?, sum = ? WHERE kind = ? AND key = ?')
    for (const { key, value } of rows) {
      const changed = JSON.stringify(change(JSON.parse(value) as Record<string, unknown>))
      put.run(changed, sumOf(kind, key, changed), kind, key)
    }
    return rows.length
  }

  /** What is recorded as wanted of an instance. */
  unit(name: string): { desired: string } | undefined {
    const row = this.#db.prepare("SELECT value FROM record WHERE kind = 'unit' AND key = ?").get(name)
    return row && (JSON.parse((row as { value: string }).value) as { desired: string })
  }

  close(): void {
    this.#db.close()
  }
}

/** Lets the records of runs tell of another process: what a reused pid or a reboot leaves in them. */
export function rewriteRuns(dataDir: string, change: Record<string, unknown>): number {
  const database = new Database(join(dataDir, 'hxe.db'))
  try {
    return database.rewrite('run', (record) => ({ ...record, ...change }))
  } finally {
    database.close()
  }
}

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { sumOf } from '../../agent/store/record.ts'
import { fixture } from './harness.ts'

// The agent's database as another process sees it; only while no agent runs, which has it for itself.

type Statement = readonly [sql: string, values: readonly (string | number)[]]

function rowsOf<Row>(dataDir: string, ...statements: readonly Statement[]): Row[][] {
  const args = [fixture('sql.mjs'), join(dataDir, 'hxe.db')]
  const answer = execFileSync(process.execPath, args, { input: JSON.stringify(statements), encoding: 'utf8' })
  return JSON.parse(answer) as Row[][]
}

/**
 * Lets the records of runs tell of another process, each with its sum, as an agent of another time would have written
 * it: what a reused pid or a reboot leaves in them. Answers how many there are.
 */
export function rewriteRuns(dataDir: string, change: Record<string, unknown>): number {
  const select = "SELECT key, value FROM record WHERE kind = 'run'"
  const [rows = []] = rowsOf<{ key: string; value: string }>(dataDir, [select, []])
  const updates = rows.map(({ key, value }): Statement => {
    const changed = JSON.stringify({ ...(JSON.parse(value) as Record<string, unknown>), ...change })
    const update = "UPDATE record SET value = ?, sum = ? WHERE kind = 'run' AND key = ?"
    return [update, [changed, sumOf('run', key, changed), key]]
  })
  rowsOf(dataDir, ...updates)
  return rows.length
}

/** Has all of it in the one file, as an agent leaves it that ends in peace. */
export function foldDatabase(dataDir: string): void {
  rowsOf(dataDir, ['PRAGMA wal_checkpoint(TRUNCATE)', []])
}

/** The processes that are on record as running. */
export function pidsIn(dataDir: string): Set<number | null> {
  const [rows = []] = rowsOf<{ value: string }>(dataDir, ["SELECT value FROM record WHERE kind = 'run'", []])
  return new Set(rows.map(({ value }) => (JSON.parse(value) as { pid: number | null }).pid))
}

/** What is recorded as wanted of each instance. */
export function desiredIn(dataDir: string): Map<string, string> {
  const [rows = []] = rowsOf<{ key: string; value: string }>(dataDir, [
    "SELECT key, value FROM record WHERE kind = 'unit'",
    [],
  ])
  return new Map(rows.map(({ key, value }) => [key, (JSON.parse(value) as { desired: string }).desired]))
}

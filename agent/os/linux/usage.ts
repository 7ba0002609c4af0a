import { type Evidence, sortByInstance } from '../members.ts'
import type { ProcessIdentity, TreeUsage } from '../platform.ts'
import { ticksPerSecond } from './proc.ts'
import { type ProcTable, statOf, type TableRow } from './table.ts'

const msPerTick = 1000 / ticksPerSecond
export const pageBytes = 4096

interface WantedTree {
  instance: string
  cookie: string
  leader: ProcessIdentity
}

/** CPU time and memory of whole trees. */
export class UsageSampler {
  readonly #table: ProcTable
  readonly #evidence: Evidence

  constructor(table: ProcTable, evidence: Evidence) {
    this.#table = table
    this.#evidence = evidence
  }

  async sample(wanted: readonly WantedTree[]): Promise<Map<string, TreeUsage>> {
    const sorted = sortByInstance(await this.#table.rows(), wanted, this.#evidence)
    const usage = new Map<string, TreeUsage>()
    for (const [instance, rows] of sorted) usage.set(instance, sum(rows as TableRow[]))
    return usage
  }
}

function sum(rows: readonly TableRow[]): TreeUsage {
  let ticks = 0
  let pages = 0
  for (const { [statOf]: stat } of rows) {
    ticks += stat.ownTicks + stat.childTicks
    pages += stat.residentPages
  }
  return { cpuTimeMs: ticks * msPerTick, memoryBytes: pages * pageBytes, pids: rows.map((row) => row.pid) }
}

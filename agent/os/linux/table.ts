import type { ProcessRow } from '../platform.ts'
import { cookieVariable, isEnded, isRow, listPids, readStat, readVariable, type Stat } from './proc.ts'

/** How long a slice of a pass may keep the event loop. */
const sliceMs = 3
/** A process born of one that the pass has already been at, and that has gone since, is met in a later look. */
const mostLooks = 5

/** Under a symbol, so that a row that goes on to others is a plain ProcessRow. */
export const statOf = Symbol('stat')

export interface TableRow extends ProcessRow {
  [statOf]: Stat
}

interface Known {
  startTime: string
  cookie: string | undefined
}

/**
 * The process table of this machine, read in slices. Who asks while a pass is under way gets the next one, so that
 * nothing in the answer is older than the question; all who wait share it.
 */
export class ProcTable {
  #known = new Map<number, Known>()
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<TableRow[]> | undefined

  rows(): Promise<TableRow[]> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined
      const pass = this.#pass()
      // A pass that failed is told to those who wait for it, and must not fail the one after it.
      this.#running = pass.catch(() => undefined)
      return pass
    })
    return this.#next
  }

  async #pass(): Promise<TableRow[]> {
    const rows: TableRow[] = []
    const met = new Map<number, Known>()
    const looked = new Set<number>()
    let sliceEndsAt = performance.now() + sliceMs
    for (let look = 0; look < mostLooks; look++) {
      const pids = listPids().filter((pid) => !looked.has(pid))
      if (pids.length === 0) break
      for (const pid of pids) {
        looked.add(pid)
        const stat = readStat(pid)
        if (isRow(stat) && !isEnded(stat)) rows.push(this.#row(stat, met))
        if (performance.now() < sliceEndsAt) continue
        await new Promise((resume) => setImmediate(resume))
        sliceEndsAt = performance.now() + sliceMs
      }
    }
    this.#known = met
    return rows
  }

  /** One process, outside of a pass. */
  row(stat: Stat): TableRow {
    return this.#row(stat, this.#known)
  }

  #row(stat: Stat, met: Map<number, Known>): TableRow {
    const cookie = this.#cookieOf(stat, met)
    return {
      pid: stat.pid,
      parentPid: stat.parentPid,
      groupId: stat.groupId,
      sessionId: stat.sessionId,
      startTime: stat.startTime,
      state: stat.state,
      name: stat.name,
      ...(cookie === undefined ? {} : { cookie }),
      [statOf]: stat,
    }
  }

  /**
   * Read once for each process: programs that write their title over their environment (nginx, postgres) still
   * belong to who started them.
   */
  #cookieOf(stat: Stat, met: Map<number, Known>): string | undefined {
    const known = this.#known.get(stat.pid)
    if (known?.startTime === stat.startTime) {
      met.set(stat.pid, known)
      return known.cookie
    }
    if (isKernelThread(stat)) {
      met.set(stat.pid, { startTime: stat.startTime, cookie: undefined })
      return undefined
    }
    const read = readVariable(stat.pid, cookieVariable)
    if (typeof read === 'string') return undefined
    // In the middle of an exec the environment looks empty; only a full one is a lasting answer.
    if (!read.empty) met.set(stat.pid, { startTime: stat.startTime, cookie: read.value })
    return read.value
  }
}

function isKernelThread(stat: Stat): boolean {
  return stat.parentPid === 2 || stat.pid === 2
}

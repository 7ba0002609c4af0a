import type { ProcessRow } from '../platform.ts'
import { cookieVariable, isEnded, isRow, listPids, readStat, readVariable, type Stat } from './proc.ts'
import { Slices } from './slices.ts'

/** A process born of one that the pass has already been at, and that has gone since, is met in a later look. */
const mostLooks = 5

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
  #next: Promise<ProcessRow[]> | undefined

  rows(): Promise<ProcessRow[]> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined
      const pass = this.#pass()
      // A pass that failed is told to those who wait for it, and must not fail the one after it.
      this.#running = pass.catch(() => undefined)
      return pass
    })
    return this.#next
  }

  async #pass(): Promise<ProcessRow[]> {
    const rows: ProcessRow[] = []
    const met = new Map<number, Known>()
    const looked = new Set<number>()
    const slices = new Slices()
    for (let look = 0; look < mostLooks; look++) {
      const pids = listPids().filter((pid) => !looked.has(pid))
      if (pids.length === 0) break
      for (const pid of pids) {
        looked.add(pid)
        const stat = readStat(pid)
        if (isRow(stat) && !isEnded(stat)) rows.push(this.#row(stat, met))
        const pause = slices.breathe()
        if (pause) await pause
      }
    }
    this.#known = met
    return rows
  }

  /** One process, outside of a pass. */
  row(stat: Stat): ProcessRow {
    return this.#row(stat, this.#known)
  }

  #row(stat: Stat, met: Map<number, Known>): ProcessRow {
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

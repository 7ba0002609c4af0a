import type { ProcessRow } from '../platform.ts'
import { cookieVariable, isEnded, isInExec, isRow, listPids, readStat, readVariable, type Stat } from './proc.ts'
import { Slices } from './slices.ts'

/** A process born of one that the pass has already been at, and that has gone since, is met in a later look. */
const mostLooks = 5
const mostSettlingLooks = 20

interface Known {
  startTime: string
  /** Between fork and exec a child still shows its parent's environment. */
  environmentStart: number
  environmentEnd: number
  cookie: string | undefined
}

/**
 * The process table of this machine, read in slices. Who asks while a pass is under way gets the next one, so that
 * nothing in the answer is older than the question; all who wait share it.
 */
export class ProcTable {
  #known = new Map<number, Known>()
  readonly #unsettled = new Set<number>()
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
    this.#unsettled.clear()
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
    await this.#settle(rows, met)
    this.#known = met
    return rows
  }

  /** For a moment within an exec a process has no environment; a process just started must not be overlooked for it. */
  async #settle(rows: ProcessRow[], met: Map<number, Known>): Promise<void> {
    for (let look = 0; look < mostSettlingLooks && this.#unsettled.size > 0; look++) {
      await new Promise((resume) => setImmediate(resume))
      for (const pid of this.#unsettled) {
        const index = rows.findIndex((row) => row.pid === pid)
        this.#unsettled.delete(pid)
        const stat = readStat(pid)
        if (isRow(stat) && !isEnded(stat)) rows[index] = this.#row(stat, met)
      }
    }
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
   * Read once for each program that a process executes: those that write their title over their environment (nginx,
   * postgres) still belong to who started them.
   */
  #cookieOf(stat: Stat, met: Map<number, Known>): string | undefined {
    const known = this.#known.get(stat.pid)
    if (known && isSameProgram(known, stat)) {
      met.set(stat.pid, known)
      return known.cookie
    }
    if (isKernelThread(stat)) {
      met.set(stat.pid, knownOf(stat, undefined))
      return undefined
    }
    const read = readVariable(stat.pid, cookieVariable)
    if (typeof read === 'string') return undefined
    // In the middle of an exec the environment looks empty; only a full one is a lasting answer.
    if (!read.empty) met.set(stat.pid, knownOf(stat, read.value))
    else if (isInExec(stat.pid)) this.#unsettled.add(stat.pid)
    return read.value
  }
}

function isKernelThread(stat: Stat): boolean {
  return stat.parentPid === 2 || stat.pid === 2
}

function knownOf({ startTime, environmentStart, environmentEnd }: Stat, cookie: string | undefined): Known {
  return { startTime, environmentStart, environmentEnd, cookie }
}

function isSameProgram(known: Known, stat: Stat): boolean {
  return (
    known.startTime === stat.startTime &&
    known.environmentStart === stat.environmentStart &&
    known.environmentEnd === stat.environmentEnd
  )
}

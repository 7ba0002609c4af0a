import type { ProcessRow } from '../platform.ts'
import { CarefulReader } from './careful.ts'
import { cookieVariable, isEnded, isRow, listPids, readStat, type Stat, variableIn } from './proc.ts'
import { Slices } from './slices.ts'

/** A process born of one that the pass has already been at, and that has gone since, is met in a later look. */
const mostLooks = 5
/** For a moment within an exec a process shows no environment. */
const mostExecLooks = 20

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
  readonly #reader = new CarefulReader()
  readonly #sessionCookie: (sessionId: number) => string | undefined
  #known = new Map<number, Known>()
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<ProcessRow[]> | undefined

  /** `sessionCookie` answers for sessions whose leader is alive and ours: what is in one need not be looked into. */
  constructor(sessionCookie: (sessionId: number) => string | undefined) {
    this.#sessionCookie = sessionCookie
  }

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
    const unread: Stat[] = []
    const known = new Map<number, Known>()
    const looked = new Set<number>()
    const slices = new Slices()
    for (let look = 0; look < mostLooks; look++) {
      const pids = listPids().filter((pid) => !looked.has(pid))
      if (pids.length === 0) break
      for (const pid of pids) {
        looked.add(pid)
        const stat = readStat(pid)
        if (isRow(stat) && !isEnded(stat)) {
          const told = this.#told(stat)
          if (told) {
            known.set(pid, told)
            rows.push(rowOf(stat, told.cookie))
          } else unread.push(stat)
        }
        const pause = slices.breathe()
        if (pause) await pause
      }
    }
    for (const stat of unread) {
      const row = await this.#readRow(stat, known)
      if (row) rows.push(row)
    }
    this.#known = known
    return rows
  }

  /** One process, outside of a pass. */
  async row(stat: Stat): Promise<ProcessRow | undefined> {
    const told = this.#told(stat)
    return told ? rowOf(stat, told.cookie) : this.#readRow(stat, this.#known)
  }

  /** One process with what is known of it without looking into it. */
  knownRow(stat: Stat): ProcessRow {
    return rowOf(stat, this.#told(stat)?.cookie)
  }

  /** The words of a command line; empty when they cannot be had. */
  async command(pid: number): Promise<string> {
    const text = await this.#reader.read(`/proc/${pid}/cmdline`)
    return typeof text === 'string' ? '' : text.toString('utf8').replace(/\0+$/, '').replaceAll('\0', ' ')
  }

  /**
   * What was read before holds for as long as a process runs the same program: one that writes its title over its
   * environment (nginx, postgres) still belongs to who started it.
   */
  #told(stat: Stat): Known | undefined {
    const ofSession = this.#sessionCookie(stat.sessionId)
    if (ofSession !== undefined) return knownOf(stat, ofSession)
    const known = this.#known.get(stat.pid)
    if (known && isSameProgram(known, stat)) return known
    return isKernelThread(stat) ? knownOf(stat, undefined) : undefined
  }

  /** Undefined when it has ended meanwhile. */
  async #readRow(first: Stat, known: Map<number, Known>): Promise<ProcessRow | undefined> {
    let stat = first
    for (let look = 0; ; look++) {
      const environment = await this.#reader.read(`/proc/${stat.pid}/environ`)
      // Another user's, or it cannot be said now: no answer that lasts.
      if (environment === 'gone') return undefined
      if (typeof environment === 'string') return rowOf(stat, undefined)
      const now = readStat(stat.pid)
      if (!isRow(now) || isEnded(now) || now.startTime !== stat.startTime) return undefined
      // What was read may be of the program before an exec, or of the moment within one.
      const same = isSameProgram(knownOf(stat, undefined), now)
      stat = now
      const settled = same && (environment.length > 0 || (await this.command(stat.pid)) !== '')
      if (!settled && look < mostExecLooks) continue
      const cookie = variableIn(environment, cookieVariable)
      if (settled) known.set(stat.pid, knownOf(stat, cookie))
      return rowOf(stat, cookie)
    }
  }
}

function rowOf(stat: Stat, cookie: string | undefined): ProcessRow {
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

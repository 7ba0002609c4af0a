import { signalName } from '../signals.ts'
import type { Libc } from './libc.ts'
import { isRow, listChildren, listPids, readStat } from './proc.ts'

export interface Ended {
  pid: number
  code: number | null
  signal: string | null
}

const anyChild = 0
const exitedOnly = 4
const doNotHang = 1
const doNotReap = 0x01000000
/** `si_pid` in siginfo_t: three ints, padded to a pointer's alignment. */
const pidOffset = process.arch === 'ia32' || process.arch === 'arm' ? 12 : 16
const keepAliveMs = 2 ** 31 - 1
/** How long others of this process (libuv, Chromium) have to reap a child of theirs before it counts as left behind. */
const strangerGraceMs = 1_000
/** The same for one in the agent's own session, where children of libuv and Chromium live too. */
const sessionGraceMs = 60_000

/**
 * Collects the exits of our own children without taking those of libuv, Electron or a library. A look that reaps
 * nothing (WNOWAIT) tells whose turn it is; only a pid of ours is then waited for.
 */
export class Reaper {
  readonly #libc: Libc
  readonly #onEnd: (ended: Ended) => void
  readonly #ours = new Set<number>()
  readonly #info = Buffer.alloc(128)
  readonly #status = new Int32Array(1)
  #strangers: NodeJS.Timeout | undefined
  #strangersDueMs = 0
  #suspects = new Map<number, number>()
  #keepAlive: NodeJS.Timeout | undefined

  constructor(libc: Libc, onEnd: (ended: Ended) => void) {
    this.#libc = libc
    this.#onEnd = onEnd
  }

  start(): void {
    process.on('SIGCHLD', this.#collect)
    // Signal handlers do not hold the loop; a supervisor with children and nothing else to do must live on.
    this.#keepAlive = setInterval(() => undefined, keepAliveMs)
  }

  stop(): void {
    process.off('SIGCHLD', this.#collect)
    clearInterval(this.#keepAlive)
    clearTimeout(this.#strangers)
  }

  add(pid: number): void {
    this.#ours.add(pid)
  }

  has(pid: number): boolean {
    return this.#ours.has(pid)
  }

  /**
   * Whether the agent has no child but leaders, relays and what lives in its own session. Orphans become children of
   * their nearest subreaper, so then no run of its own left anything: whoever left the agent's session cannot come back.
   */
  knowsAllChildren(ownSession: number): boolean {
    // The kernel's list may skip one while another ends; two looks that agree are taken for whole.
    return this.#hasNoStranger(ownSession) && this.#hasNoStranger(ownSession)
  }

  #hasNoStranger(ownSession: number): boolean {
    const pids = listChildren()
    return pids?.every((pid) => this.#ours.has(pid) || isInSession(pid, ownSession)) ?? false
  }

  readonly #collect = (): void => {
    for (;;) {
      this.#info.fill(0)
      if (this.#libc.waitid(anyChild, 0, this.#info, exitedOnly | doNotHang | doNotReap) !== 0) return
      const pid = this.#info.readInt32LE(pidOffset)
      if (pid === 0) return
      if (!this.#ours.has(pid)) {
        // It hides what stands behind it in the kernel's list, so ask for each of ours once.
        for (const own of [...this.#ours]) this.#reap(own)
        this.#lookForLeftBehind()
        return
      }
      this.#reap(pid)
    }
  }

  #reap(pid: number): void {
    if (this.#libc.waitpid(pid, this.#status, doNotHang) !== pid) return
    const status = this.#status[0] ?? 0
    const signal = status & 0x7f
    this.#ours.delete(pid)
    this.#onEnd(
      signal === 0
        ? { pid, code: (status >> 8) & 0xff, signal: null }
        : { pid, code: null, signal: signalName(signal) },
    )
  }

  /**
   * As sub-reaper the agent inherits what its services, and helpers of Electron, leave behind. Whoever else starts
   * children in this process reaps them at once: a zombie that stays is nobody else's.
   */
  readonly #reapLeftBehind = (): void => {
    this.#strangers = undefined
    const nowMs = performance.now()
    const suspects = new Map<number, number>()
    const own = readStat(process.pid)
    const ownSession = isRow(own) ? own.sessionId : 0
    let nextMs = sessionGraceMs
    for (const pid of listPids()) {
      if (this.#ours.has(pid)) continue
      const stat = readStat(pid)
      if (!isRow(stat) || stat.parentPid !== process.pid || stat.state !== 'Z') continue
      const sinceMs = this.#suspects.get(pid) ?? nowMs
      const graceMs = stat.sessionId === ownSession ? sessionGraceMs : strangerGraceMs
      if (nowMs - sinceMs >= graceMs) {
        this.#libc.waitpid(pid, this.#status, doNotHang)
        continue
      }
      suspects.set(pid, sinceMs)
      nextMs = Math.min(nextMs, graceMs)
    }
    this.#suspects = suspects
    if (suspects.size > 0) this.#lookForLeftBehind(nextMs)
  }

  #lookForLeftBehind(inMs = strangerGraceMs): void {
    const dueMs = performance.now() + inMs
    if (this.#strangers && this.#strangersDueMs <= dueMs) return
    clearTimeout(this.#strangers)
    this.#strangersDueMs = dueMs
    this.#strangers = setTimeout(this.#reapLeftBehind, inMs).unref()
  }
}

/** One that has ended is in nobody's way either. */
function isInSession(pid: number, session: number): boolean {
  const stat = readStat(pid)
  return isRow(stat) ? stat.sessionId === session || stat.state === 'Z' : stat === 'gone'
}

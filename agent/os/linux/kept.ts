import { closeSync, openSync, readFileSync } from 'node:fs'
import { type Figures, isRow, readFiguresFrom, readStat, readStatFrom } from './proc.ts'
import { RunMark } from './runmark.ts'

/** Descriptors: two of what has one thread. */
const mostOpen = 2_048
/** The kernel takes memory also from what does not run, so that is looked at once in so long. */
const refreshMs = 60_000
/** A part of all has its turn at a time. A prime, so that pids given out in twos or fours fall on all of them. */
const turns = 13

interface Kept extends Figures {
  fd: number
  startTime: string
  usedInSweep: number
  runs: RunMark | undefined
}

/**
 * Open `/proc/PID/stat` files of processes that every sweep reads: without opening and closing, a read costs a third. What
 * has one thread and has not run since is as it was, and is not read at all: it can have used no time, and made no thread.
 * At most a quarter of what the agent may have open goes into it.
 */
export class KeptStats {
  readonly #kept = new Map<number, Kept>()
  readonly #most = Math.min(mostOpen, Math.floor(openFilesLimit() / 4))
  #open = 0
  #sweep = 0
  #turn = 0
  /** How many parts have their turn in this sweep. */
  #due = 0

  begin(nowMs: number): void {
    this.#sweep++
    const turn = Math.floor((nowMs * turns) / refreshMs)
    this.#due = turn - this.#turn
    this.#turn = turn
  }

  /**
   * What a process has used; undefined when it has gone, whoever has its number by then. Good until the next sweep.
   * A descriptor stays with its process, so who it is has to be asked only once.
   */
  read(pid: number, startTime: string): Figures | undefined {
    const kept = this.#kept.get(pid)
    if (kept) {
      kept.usedInSweep = this.#sweep
      if (kept.startTime === startTime && this.#look(pid, kept)) return kept
      this.#close(pid, kept)
    }
    const stat = this.#open < this.#most ? this.#keep(pid, startTime) : readStat(pid)
    return isRow(stat) && stat.startTime === startTime ? stat : undefined
  }

  /** Whether it is still there. The mark is read before the figures, so that nothing that is done in between is missed. */
  #look(pid: number, kept: Kept): boolean {
    const hasRun = kept.runs?.hasRun() ?? true
    if (!hasRun && (pid + this.#turn) % turns >= this.#due) return true
    if (!readFiguresFrom(kept.fd, kept)) return false
    if (kept.threads > 1) this.#unmark(kept)
    else if (!kept.runs && this.#open < this.#most) {
      kept.runs = RunMark.open(pid)
      if (kept.runs) this.#open++
    }
    return true
  }

  #keep(pid: number, startTime: string): ReturnType<typeof readStat> {
    let fd: number
    try {
      fd = openSync(`/proc/${pid}/stat`, 'r')
    } catch {
      // Gone, or no descriptor left; the plain way tells which.
      return readStat(pid)
    }
    const stat = readStatFrom(fd)
    if (!isRow(stat) || stat.startTime !== startTime) {
      closeSync(fd)
      return stat
    }
    const { state, ownTicks, childTicks, threads, residentPages } = stat
    const figures = { state, ownTicks, childTicks, threads, residentPages }
    this.#kept.set(pid, { ...figures, fd, startTime, usedInSweep: this.#sweep, runs: undefined })
    this.#open++
    return stat
  }

  /** Closes those that this sweep had no use for. */
  end(): void {
    for (const [pid, kept] of this.#kept) if (kept.usedInSweep !== this.#sweep) this.#close(pid, kept)
  }

  close(): void {
    for (const [pid, kept] of this.#kept) this.#close(pid, kept)
  }

  #close(pid: number, kept: Kept): void {
    this.#kept.delete(pid)
    this.#unmark(kept)
    closeSync(kept.fd)
    this.#open--
  }

  #unmark(kept: Kept): void {
    if (!kept.runs) return
    kept.runs.close()
    kept.runs = undefined
    this.#open--
  }
}

function openFilesLimit(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? 1_024)
}

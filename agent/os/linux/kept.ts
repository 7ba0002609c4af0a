import { closeSync, openSync, readFileSync } from 'node:fs'
import { type Figures, isRow, readFiguresFrom, readStat, readStatFrom } from './proc.ts'

const mostKept = 1_024

interface Kept {
  fd: number
  startTime: string
  usedInSweep: number
}

/**
 * Open `/proc/PID/stat` files of processes that every sweep reads: without opening and closing, a read costs a third.
 * At most a quarter of what the agent may have open goes into it.
 */
export class KeptStats {
  readonly #kept = new Map<number, Kept>()
  readonly #most = Math.min(mostKept, Math.floor(openFilesLimit() / 4))
  #sweep = 0

  begin(): void {
    this.#sweep++
  }

  /**
   * What a process has used; undefined when it has gone, whoever has its number by then. Good until the next call.
   * A descriptor stays with its process, so who it is has to be asked only once.
   */
  read(pid: number, startTime: string): Figures | undefined {
    const kept = this.#kept.get(pid)
    if (kept) {
      kept.usedInSweep = this.#sweep
      const figures = kept.startTime === startTime ? readFiguresFrom(kept.fd) : 'gone'
      if (figures !== 'gone') return figures
      this.#close(pid, kept)
    }
    const stat = this.#kept.size < this.#most ? this.#open(pid, startTime) : readStat(pid)
    return isRow(stat) && stat.startTime === startTime ? stat : undefined
  }

  #open(pid: number, startTime: string): ReturnType<typeof readStat> {
    let fd: number
    try {
      fd = openSync(`/proc/${pid}/stat`, 'r')
    } catch {
      // Gone, or no descriptor left; the plain way tells which.
      return readStat(pid)
    }
    const stat = readStatFrom(fd)
    if (isRow(stat) && stat.startTime === startTime) this.#kept.set(pid, { fd, startTime, usedInSweep: this.#sweep })
    else closeSync(fd)
    return stat
  }

  /** Closes those that this sweep had no use for. */
  end(): void {
    for (const [pid, kept] of this.#kept) if (kept.usedInSweep !== this.#sweep) this.#close(pid, kept)
  }

  close(): void {
    for (const [pid, kept] of this.#kept) this.#close(pid, kept)
  }

  #close(pid: number, { fd }: Kept): void {
    this.#kept.delete(pid)
    closeSync(fd)
  }
}

function openFilesLimit(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? 1_024)
}

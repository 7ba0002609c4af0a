import { closeSync, openSync, readFileSync } from 'node:fs'
import { readStat, readStatFrom, type Stat, type Unreadable } from './proc.ts'

const mostKept = 1_024

interface Kept {
  fd: number
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

  read(pid: number): Stat | Unreadable {
    const kept = this.#kept.get(pid)
    if (kept) {
      const stat = readStatFrom(kept.fd)
      kept.usedInSweep = this.#sweep
      if (stat !== 'gone') return stat
      this.#close(pid, kept)
    }
    if (this.#kept.size >= this.#most) return readStat(pid)
    try {
      const fd = openSync(`/proc/${pid}/stat`, 'r')
      this.#kept.set(pid, { fd, usedInSweep: this.#sweep })
      return readStatFrom(fd)
    } catch {
      // Gone, or no descriptor left; the plain way tells which.
      return readStat(pid)
    }
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

import { execFileSync } from 'node:child_process'
import { constants, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

// Not HXE_…, which the agent keeps from its services.
const mark = 'BENCH_OF_HXE'

/** A folder and a mark of this run's own: whatever carries the mark when the run ends is ended with it. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'hxe-bench-'))
  /** Small and the same for all, since supervisors keep a copy of it for every service. */
  readonly env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: this.folder,
    [mark]: this.folder,
  }
  #folders = 0

  fresh(name: string): string {
    const folder = join(this.folder, `${name}-${++this.#folders}`)
    mkdirSync(folder)
    return folder
  }

  write(name: string, text: string): string {
    const path = join(this.fresh('file'), name)
    writeFileSync(path, text)
    return path
  }

  /** How many processes of this run have this command line. */
  count(...argv: string[]): number {
    const wanted = `${argv.join('\0')}\0`
    return this.#marked().filter((pid) => fileOf(String(pid), 'cmdline') === wanted).length
  }

  /** Ends what is left of a measurement. */
  sweep(): void {
    for (let round = 0; round < 20; round++) {
      const left = this.#marked()
      if (left.length === 0) return
      for (const pid of left) tryKill(pid)
    }
  }

  remove(): void {
    this.sweep()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }

  #marked(): number[] {
    const wanted = `${mark}=${this.folder}\0`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => fileOf(pid, 'environ').includes(wanted))
      .map(Number)
  }
}

function fileOf(pid: string, name: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    // Ended, or another user's, which is none of ours.
    return ''
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Ended by itself meanwhile.
  }
}

/** What to run under a supervisor. */
export interface Program {
  name: string
  argv: string[]
  /** Start it again whenever it ends; otherwise once. */
  keep: boolean
}

/** Hears services say that they run, through a named pipe: the first thing that each does is to write its pid. */
export class Ear {
  readonly #path: string
  readonly #socket: Socket
  readonly pids = new Map<string, number>()
  #heard: () => void = () => undefined

  constructor(place: Place) {
    this.#path = join(place.fresh('ear'), 'fifo')
    execFileSync('mkfifo', [this.#path])
    // Open for writing as well: the pipe does not end when the only writer does.
    this.#socket = new Socket({ fd: openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK) })
    createInterface({ input: this.#socket }).on('line', (line) => {
      const [name = '', pid] = line.split(' ')
      this.pids.set(name, Number(pid))
      this.#heard()
    })
  }

  /** Says that it runs, then sleeps in the same process. */
  sleeper(name: string): Program {
    return { name, argv: ['/bin/sh', '-c', 'echo $1 $$ > $0; exec sleep 100000', this.#path, name], keep: true }
  }

  /** Runs a script that says so itself: its arguments are where, and its name. */
  script(name: string, path: string): Program {
    return { name, argv: ['/bin/sh', path, this.#path, name], keep: true }
  }

  /** Until `ready` holds; throws when that takes too long. */
  until(ready: () => boolean, withinMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what}: not within ${withinMs / 1000} s`)), withinMs)
      this.#heard = () => {
        if (!ready()) return
        clearTimeout(timer)
        this.#heard = () => undefined
        resolve()
      }
      this.#heard()
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}

import { readdirSync } from 'node:fs'
import type { Launch } from '../launch.ts'
import { directoryOf, explainSpawn } from '../lookup.ts'
import { SpawnError, type SpawnRequest } from '../platform.ts'
import type { Libc } from './libc.ts'

const setDefaultSignals = 0x04
const setSignalMask = 0x08
const setSession = 0x80
/** Room for glibc's and musl's opaque structs (80 and 336 bytes at most) and to spare. */
const opaqueBytes = 512
const readOnly = 0
const closeOnExec = 0x80000

/** What becomes the child's descriptors 0, 1 and 2; `/dev/null` when no stdin is given. */
export interface Stdio {
  stdin?: number
  stdoutFd: number
  stderrFd: number
}

/** `posix_spawn` with all that a child must not inherit from the agent put right. */
export class Spawner {
  readonly #libc: Libc
  readonly #attributes = Buffer.alloc(opaqueBytes)
  readonly #actions = Buffer.alloc(opaqueBytes)
  readonly #pid = new Int32Array(1)

  constructor(libc: Libc) {
    this.#libc = libc
    const set = Buffer.alloc(128)
    libc.attributesInit(this.#attributes)
    libc.attributesSetFlags(this.#attributes, setSession | setSignalMask | setDefaultSignals)
    libc.emptySet(set)
    libc.attributesSetMask(this.#attributes, set)
    // Node ignores SIGPIPE and SIGXFSZ, and what is ignored stays so across an exec.
    libc.fillSet(set)
    libc.attributesSetDefault(this.#attributes, set)
  }

  /** The new process's pid. @throws {SpawnError} */
  spawn(launch: Launch, request: SpawnRequest, stdio: Stdio): number {
    const env = Object.entries(request.env).map(([name, value]) => `${name}=${value}`)
    const code = this.#run(launch.path, launch.argv, env, directoryOf(request), stdio)
    if (code === 0) return this.#pid[0] ?? 0
    throw explainSpawn(this.#libc.nameOf(code), request, launch.program)
  }

  #run(path: string, argv: readonly string[], env: string[], directory: string, stdio: Stdio): number {
    const c = this.#libc
    c.actionsInit(this.#actions)
    try {
      const made =
        c.actionsChdir(this.#actions, directory) ||
        (stdio.stdin === undefined
          ? c.actionsOpen(this.#actions, 0, '/dev/null', readOnly, 0)
          : c.actionsDup2(this.#actions, stdio.stdin, 0)) ||
        c.actionsDup2(this.#actions, stdio.stdoutFd, 1) ||
        c.actionsDup2(this.#actions, stdio.stderrFd, 2) ||
        this.#closeTheRest()
      return made || c.posixSpawn(this.#pid, path, this.#actions, this.#attributes, [...argv, null], [...env, null])
    } finally {
      c.actionsDestroy(this.#actions)
    }
  }

  /** Electron opens some thirty descriptors without close-on-exec. */
  #closeTheRest(): number {
    const c = this.#libc
    if (c.actionsCloseFrom) return c.actionsCloseFrom(this.#actions, 3)
    // The listing's own descriptor is among them and gone by then; closing what is not open is no error here.
    for (const name of readdirSync('/proc/self/fd')) {
      const fd = Number(name)
      const failed = fd > 2 ? c.actionsClose(this.#actions, fd) : 0
      if (failed) return failed
    }
    return 0
  }
}

/** Two ends of a pipe that no child inherits by itself. */
export function openPipe(libc: Libc): { readFd: number; writeFd: number } {
  const fds = new Int32Array(2)
  if (libc.pipe(fds, closeOnExec) !== 0) {
    const code = libc.nameOf(libc.errno())
    throw new SpawnError(`The agent has no descriptors left for the pipe of an output (${code})`, {
      code,
      what: 'resources',
      subject: 'pipe',
      retryable: true,
    })
  }

  return { readFd: fds[0] ?? -1, writeFd: fds[1] ?? -1 }
}

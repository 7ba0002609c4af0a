import { close, openSync, read } from 'node:fs'
import { loadLibc } from './libc.ts'
import { kindOf, type Unreadable } from './proc.ts'

/** Far beyond what a loaded machine needs: a read that takes longer is one that does not end by itself. */
const patienceMs = 1_000
/** Each read that hangs holds one of Node's four pool threads. */
const mostStuck = 2
const chunkBytes = 64 * 1024
const mostBytes = 4 * 1024 * 1024

/**
 * For the files of `/proc/PID` that are read out of the process's own memory: `environ` and `cmdline`. The kernel makes
 * the reader wait for the memory's lock, and a process that waits for a frozen or dead file system may hold that for
 * ever. Read on the main thread, one such process would stop the agent, and be anybody's; here it costs a pool thread.
 */
export class CarefulReader {
  readonly #stuck = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  /** One at a time, so that it is never more than one thread that finds out. */
  read(path: string): Promise<Buffer | Unreadable | 'stuck'> {
    const result = this.#last.then(() => this.#readNow(path))
    this.#last = result
    return result
  }

  async #readNow(path: string): Promise<Buffer | Unreadable | 'stuck'> {
    if (this.#stuck.has(path) || this.#stuck.size >= mostStuck) return 'stuck'
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch (error) {
      return kindOf(error)
    }
    const reading = readWhole(fd)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<'stuck'>((resolve) => {
      timer = setTimeout(() => resolve('stuck'), patienceMs)
    })
    const result = await Promise.race([reading, patience])
    clearTimeout(timer)
    if (result === 'stuck') this.#leaveBehind(path, reading)
    return result
  }

  #leaveBehind(path: string, reading: Promise<unknown>): void {
    this.#stuck.add(path)
    if (this.#stuck.size === 1) process.on('exit', exitAtOnce)
    void reading.then(() => {
      this.#stuck.delete(path)
      if (this.#stuck.size === 0) process.off('exit', exitAtOnce)
    })
  }
}

/** Node waits for its pool threads when it ends; one that hangs in the kernel must not keep the agent from ending. */
function exitAtOnce(code: number): void {
  loadLibc()?.exit(code)
  process.kill(process.pid, 'SIGKILL')
}

/** Closes the descriptor when it is done, whenever that is. */
async function readWhole(fd: number): Promise<Buffer | Unreadable> {
  const chunks: Buffer[] = []
  try {
    for (let at = 0; at < mostBytes; ) {
      const chunk = await readChunk(fd)
      if (chunk.length === 0) break
      chunks.push(chunk)
      at += chunk.length
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
  } catch (error) {
    return kindOf(error)
  } finally {
    close(fd, () => undefined)
  }
}

function readChunk(fd: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    read(fd, Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null, (error, length, chunk) =>
      error ? reject(error) : resolve(chunk.subarray(0, length)),
    )
  })
}

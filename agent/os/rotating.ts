import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'

export interface RotatingFile {
  /** Queues a text; never throws and never waits. */
  write(text: string): void
  /** Resolves when all that was queued is written, or cannot be. */
  close(): Promise<void>
}

export interface RotatingOptions {
  path: string
  maxBytes: number
  /** Older files beside the current one: `PATH.1` is the newest of them. */
  keep: number
  /** What may wait for a slow disk; beyond it texts are dropped and counted. */
  maxQueuedBytes?: number
  /** Told once when writing begins to fail, and once when it works again. */
  onTrouble?: (problem: string | undefined) => void
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
// O_NONBLOCK: opening a planted FIFO fails at once instead of waiting for a reader.
const openFlags = O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)

async function openPlain(path: string): Promise<{ file: FileHandle; sizeBytes: number }> {
  const file = await open(path, openFlags, 0o600)
  const stat = await file.stat()
  if (stat.isFile() && stat.nlink === 1) return { file, sizeBytes: stat.size }
  await file.close()
  throw new Error(`${path} is not a plain file of its own`)
}

/**
 * An append-only file of bounded size that is written beside the loop, for a program's own log. A disk that is full or
 * stuck costs lines of the log and nothing else.
 */
export function openRotatingFile(options: RotatingOptions): RotatingFile {
  const { path, maxBytes, keep, maxQueuedBytes = 4 * 1024 * 1024, onTrouble } = options
  let queue: string[] = []
  let queuedBytes = 0
  let dropped = 0
  let failing = false
  let current: { file: FileHandle; sizeBytes: number } | undefined
  let running: Promise<void> | undefined

  async function shift(): Promise<void> {
    await current?.file.close()
    current = undefined
    for (let i = keep - 1; i >= 1; i--) {
      await rename(`${path}.${i}`, `${path}.${i + 1}`).catch(ignoreMissing)
    }
    await rename(path, `${path}.1`).catch(ignoreMissing)
  }

  async function writeBatch(text: string): Promise<void> {
    current ??= await openPlain(path)
    const bytes = Buffer.from(text)
    if (current.sizeBytes > 0 && current.sizeBytes + bytes.length > maxBytes) {
      await shift()
      current = await openPlain(path)
    }
    await current.file.appendFile(bytes)
    current.sizeBytes += bytes.length
  }

  function report(problem: string | undefined): void {
    const nowFailing = problem !== undefined
    if (nowFailing === failing) return
    failing = nowFailing
    onTrouble?.(problem)
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue
      queue = []
      queuedBytes = 0
      const note = dropped > 0 ? `{"level":40,"msg":"${dropped} lines of this log could not be written"}\n` : ''
      try {
        await writeBatch(note + batch.join(''))
        dropped = 0
        report(undefined)
      } catch (error) {
        dropped += batch.length
        await current?.file.close().catch(() => undefined)
        current = undefined
        report(error instanceof Error ? error.message : String(error))
      }
    }
    running = undefined
  }

  return {
    write(text) {
      if (queuedBytes + text.length > maxQueuedBytes) {
        dropped++
        return
      }
      queue.push(text)
      queuedBytes += text.length
      running ??= drain()
    },
    async close() {
      while (running) await running
      await current?.file.close()
      current = undefined
    },
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

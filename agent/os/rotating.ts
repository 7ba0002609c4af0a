import { closeSync, fstatSync, write } from 'node:fs'
import { rename } from 'node:fs/promises'
import { promisify } from 'node:util'
import { messageOf } from '../../contract/failure.ts'
import { openAppendPrivate } from './files.ts'

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

const writeAsync = promisify(write)

function openCurrent(path: string): { fd: number; sizeBytes: number } {
  const fd = openAppendPrivate(path)
  return { fd, sizeBytes: fstatSync(fd).size }
}

/**
 * An append-only file of bounded size that is written beside the loop, for a program's own log. A disk that is full or
 * stuck costs lines of the log and nothing else.
 */
export function openRotatingFile(options: RotatingOptions): RotatingFile {
  const { path, maxBytes, keep, maxQueuedBytes = 4 * 1024 * 1024, onTrouble } = options
  const queue: string[] = []
  let queuedBytes = 0
  let dropped = 0
  let failing = false
  let current: { fd: number; sizeBytes: number } | undefined
  let running: Promise<void> | undefined

  function closeCurrent(): void {
    if (current) closeSync(current.fd)
    current = undefined
  }

  async function shift(): Promise<void> {
    closeCurrent()
    for (let i = keep - 1; i >= 1; i--) {
      await rename(`${path}.${i}`, `${path}.${i + 1}`).catch(ignoreMissing)
    }
    await rename(path, `${path}.1`).catch(ignoreMissing)
  }

  async function writeBatch(text: string): Promise<void> {
    current ??= openCurrent(path)
    const bytes = Buffer.from(text)
    if (current.sizeBytes > 0 && current.sizeBytes + bytes.length > maxBytes) {
      await shift()
      current = openCurrent(path)
    }
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await writeAsync(current.fd, bytes, written)
      written += bytesWritten
      current.sizeBytes += bytesWritten
    }
  }

  function report(problem: string | undefined): void {
    const nowFailing = problem !== undefined
    if (nowFailing === failing) return
    failing = nowFailing
    onTrouble?.(problem)
  }

  /** As much of the queue as one file takes at most. */
  function takeBatch(): string[] {
    let sizeBytes = 0
    const end = queue.findIndex((text, index) => {
      sizeBytes += Buffer.byteLength(text)
      return index > 0 && sizeBytes > maxBytes
    })
    const batch = queue.splice(0, end === -1 ? queue.length : end)
    for (const text of batch) queuedBytes -= text.length
    return batch
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch()
      const note = dropped > 0 ? `{"level":40,"msg":"${dropped} lines of this log could not be written"}\n` : ''
      try {
        await writeBatch(note + batch.join(''))
        dropped = 0
        report(undefined)
      } catch (error) {
        dropped += batch.length
        closeCurrent()
        report(messageOf(error))
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
      closeCurrent()
    },
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

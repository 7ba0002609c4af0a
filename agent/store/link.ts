import type { TransferListItem, Worker } from 'node:worker_threads'
import { messageOf } from '../../contract/failure.ts'
import type { Clock } from '../os/index.ts'
import type { Answers, Fault, Message, Reply, Request } from './protocol.ts'

/** A refusal of the database, in words. */
export class StoreError extends Error {
  override name = 'StoreError'
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

type RequestOf<Op extends Request['op']> = Extract<Request, { op: Op }>

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Requests to the worker and their answers. A worker that ends rejects all that wait, and the next request starts another. */
export function createLink(start: () => Worker, clock: Clock) {
  let worker: Worker | undefined
  let nextId = 1
  const waiting = new Map<number, Waiting>()

  function lost(from: Worker, message: string): void {
    if (worker !== from) return
    worker = undefined
    const fault: Fault = { kind: 'other', message: `the database's worker ended: ${message}` }
    for (const { reject } of waiting.values()) reject(new StoreError(fault))
    waiting.clear()
  }

  function begin(): Worker {
    const begun = start()
    begun.on('message', (reply: Reply) => {
      const found = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (!('fault' in reply)) return found?.resolve(reply.value)
      found?.reject(new StoreError(reply.fault))
      // It ends by itself: its connection is to a file that is no longer the database.
      if (reply.fault.kind === 'replaced') lost(begun, 'its database was replaced')
    })
    begun.on('error', (error) => lost(begun, messageOf(error)))
    begun.on('exit', (code) => lost(begun, `exit code ${code}`))
    return begun
  }

  return {
    /** Whether a worker is there; a new one has to be sent `open` first. */
    isAlive: () => worker !== undefined,
    ask<Op extends Request['op']>(request: RequestOf<Op>, handedOver: TransferListItem[] = []): Promise<Answers[Op]> {
      worker ??= begin()
      const id = nextId++
      const message: Message = { id, nowMs: clock.nowMs(), request }
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage(message, handedOver)
      return answered as Promise<Answers[Op]>
    },
    /**
     * Closes the database and waits for the worker to end, up to a limit: one that hangs in a stuck file system cannot
     * be ended from here (`terminate` during a call of SQLite's aborts the process).
     */
    async end(limitMs: number): Promise<void> {
      const ending = worker
      if (!ending) return
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
      ending.postMessage({ id: 0, nowMs: clock.nowMs(), request: { op: 'close' } } satisfies Message)
      let cancel = (): void => undefined
      const late = new Promise<void>((resolve) => {
        cancel = clock.after(limitMs, resolve)
      })
      await Promise.race([ended, late])
      cancel()
      ending.unref()
      worker = undefined
    },
  }
}
export type Link = ReturnType<typeof createLink>

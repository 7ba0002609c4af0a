import type { Clock } from '../os/index.ts'
import type { DeliveryRow } from './deliveries.ts'
import { type Link, StoreError } from './link.ts'
import type { EventWrite, Opened, RecordKind, RecordWrite } from './protocol.ts'

export interface WriterLimits {
  /** Events that may wait for a disk; beyond it the oldest are dropped and counted. */
  maxEvents: number
  /** Callers that may wait for one. */
  maxWaiting: number
  /** How long a lock of another process is waited for before callers are told. */
  busyLimitMs: number
  retryMs: readonly number[]
  /** A write that takes longer is said to be slow. */
  slowMs: number
}

export const writerLimits: WriterLimits = {
  maxEvents: 5000,
  maxWaiting: 10_000,
  busyLimitMs: 10_000,
  retryMs: [250, 500, 1000, 2000, 5000],
  slowMs: 2000,
}

interface Caller {
  sinceMs: number
  /** A message that is new. It goes with who hands it over: who is told of a refusal sees to it himself. */
  delivery: DeliveryRow | undefined
  /** With whether there was no message of its id. */
  resolve(isNew: boolean): void
  reject(error: Error): void
}

interface Batch {
  records: Map<string, RecordWrite>
  events: EventWrite[]
  callers: Caller[]
}

export interface WriterOptions {
  link: Link
  clock: Clock
  limits: WriterLimits
  /** Opens the database in a worker that is yet to be started. */
  reopen(): Promise<Opened>
  /** The newest events, for a database that had to be begun anew. */
  recentEvents(): EventWrite[]
  /** The write failed with these words, or works again. */
  onState(problem: string | undefined, setAside?: string): void
}

const emptyBatch = (): Batch => ({ records: new Map(), events: [], callers: [] })
const deliveriesOf = ({ callers }: Batch): DeliveryRow[] => callers.flatMap(({ delivery }) => delivery ?? [])
const keyOf = (kind: RecordKind, key: string): string => `${kind}\0${key}`

/**
 * Group commit: while one transaction is on its way to the disk, what comes is gathered, and goes as the next one. The
 * newest value of every record is kept here, so a disk that refused gets the truth when it takes writes again.
 */
export function createWriter({ link, clock, limits, reopen, recentEvents, onState }: WriterOptions) {
  /** All records as they should be. */
  const truth = new Map<string, RecordWrite>()
  let next = emptyBatch()
  let running: Promise<void> | undefined
  let attempt = 0
  let dropped = 0
  let closing = false
  const longestRetryMs = limits.retryMs.at(-1) ?? 0
  let cancelRetry = (): void => undefined

  function refuse(callers: readonly Caller[], error: Error): void {
    for (const { reject } of callers) reject(error)
  }

  /** What did not reach the disk goes before what came meanwhile; a newer value of the same record stays. */
  function putBack(batch: Batch): void {
    for (const [key, write] of batch.records) if (!next.records.has(key)) next.records.set(key, write)
    next.events = [...batch.events, ...next.events]
    const excess = next.events.length - limits.maxEvents
    if (excess > 0) {
      next.events.splice(0, excess)
      dropped += excess
    }
  }

  /** Everything that is known goes to a database that was begun anew. */
  function writeAllAgain(batch: Batch): void {
    for (const [key, write] of truth) if (!batch.records.has(key)) batch.records.set(key, write)
    batch.events = recentEvents()
  }

  function failed(batch: Batch, error: unknown): void {
    const fault = error instanceof StoreError ? error.fault : { kind: 'other' as const, message: String(error) }
    if (fault.kind === 'replaced') {
      writeAllAgain(batch)
      next.events = []
    }
    putBack(batch)
    const nowMs = clock.monotonicMs()
    const patient = fault.kind === 'busy' || (fault.kind === 'replaced' && attempt === 0)
    const mayWait = (caller: Caller): boolean => patient && nowMs - caller.sinceMs < limits.busyLimitMs
    refuse(
      batch.callers.filter((caller) => !mayWait(caller)),
      error instanceof Error ? error : new Error(fault.message),
    )
    next.callers.unshift(...batch.callers.filter(mayWait))
    const lost = dropped > 0 ? ` (${dropped} events were dropped)` : ''
    onState(fault.message + lost, 'setAside' in fault ? fault.setAside : undefined)
    retryAfter(fault.kind === 'replaced' && attempt === 0 ? 0 : (limits.retryMs[attempt] ?? longestRetryMs))
    attempt++
  }

  function retryAfter(delayMs: number): void {
    cancelRetry()
    if (!closing) cancelRetry = clock.after(delayMs, flushSoon)
  }

  /** A worker that is new may find another database than the one before it had. */
  async function reopenFor(batch: Batch): Promise<void> {
    const { setAside, records } = await reopen()
    if (setAside !== undefined) onState(undefined, setAside)
    if (records.length === 0 && truth.size > 0) writeAllAgain(batch)
  }

  async function flushOnce(): Promise<void> {
    const batch = next
    next = emptyBatch()
    const slow = `the database is slow: a write has been under way for more than ${limits.slowMs} ms`
    const cancelSlow = clock.after(limits.slowMs, () => onState(slow))
    try {
      if (!link.isAlive()) await reopenFor(batch)
      const { records, events, callers } = batch
      const deliveries = deliveriesOf(batch)
      const added = await link.ask<'write'>({ op: 'write', records: [...records.values()], events, deliveries })
      attempt = 0
      let nth = 0
      for (const { delivery, resolve } of callers) resolve(delivery === undefined || added[nth++] === true)
      onState(undefined)
    } catch (error) {
      failed(batch, error)
    } finally {
      cancelSlow()
    }
  }

  const isEmpty = (): boolean => next.records.size === 0 && next.events.length === 0 && deliveriesOf(next).length === 0

  async function flush(): Promise<void> {
    do {
      await flushOnce()
    } while (!isEmpty() && attempt === 0)
    running = undefined
  }

  /** One microtask later, so that what a caller writes in one go is one transaction. */
  function flushSoon(): void {
    if (running || isEmpty()) return
    running = Promise.resolve().then(flush)
  }

  function enqueue(add: () => void, delivery?: DeliveryRow): Promise<boolean> {
    if (closing) return Promise.reject(new Error('the store is closed'))
    add()
    // While the disk refuses, the retry that is under way takes it along; but a caller is told within one attempt.
    const result = new Promise<boolean>((resolve, reject) => {
      if (next.callers.length >= limits.maxWaiting) {
        reject(new Error(`the database is too slow: ${limits.maxWaiting} writes wait for it`))
        return
      }
      next.callers.push({ sinceMs: clock.monotonicMs(), delivery, resolve, reject })
    })
    flushSoon()
    return result
  }

  return {
    /** Records that the database has already. */
    know(records: readonly RecordWrite[]): void {
      for (const write of records) truth.set(keyOf(write[0], write[1]), write)
    },
    /** Every record as it should be on disk. */
    records: (): readonly RecordWrite[] => [...truth.values()],
    async put(kind: RecordKind, key: string, value: string | null): Promise<void> {
      const write: RecordWrite = [kind, key, value]
      if (value === null) truth.delete(keyOf(kind, key))
      else truth.set(keyOf(kind, key), write)
      await enqueue(() => void next.records.set(keyOf(kind, key), write))
    },
    /** The database was found damaged by somebody else's request: writes all that is known to a new one. */
    replace(setAside: string | undefined): void {
      writeAllAgain(next)
      onState(undefined, setAside)
      flushSoon()
    },
    async append(event: EventWrite): Promise<void> {
      await enqueue(() => {
        next.events.push(event)
        if (next.events.length <= limits.maxEvents) return
        next.events.shift()
        dropped++
      })
    },
    /** Answers whether there was none of its id. */
    deliver: (row: DeliveryRow): Promise<boolean> => enqueue(() => {}, row),
    /** Callers that wait for the disk. */
    waiting: (): number => next.callers.length,
    isWriting: (): boolean => running !== undefined,
    /** One last try for what waits. */
    async close(): Promise<void> {
      cancelRetry()
      await running
      closing = true
      cancelRetry()
      if (!isEmpty()) await flushOnce()
      refuse(next.callers, new Error('the store is closed'))
    },
  }
}
export type Writer = ReturnType<typeof createWriter>

import { describe, expect, test, vi } from 'vitest'
import { systemClock } from '../os/index.ts'
import type { DeliveryRow } from './deliveries.ts'
import { type Link, StoreError } from './link.ts'
import type { Fault, RecordWrite, Request, WriteBatch } from './protocol.ts'
import { createWriter, writerLimits } from './writer.ts'

/** The far side: a database that refuses as told, and remembers each transaction. */
function fakeDatabase() {
  const faults: Fault[] = []
  const writes: WriteBatch[] = []
  let release = (): void => undefined
  let held: Promise<void> | undefined
  const link: Link = {
    isAlive: () => true,
    async ask(request: Request) {
      await held
      const fault = faults.shift()
      if (fault) throw new StoreError(fault)
      if (request.op !== 'write') return null as never
      const { records, events, deliveries } = request
      // Of each id the first is new.
      const known = new Set(writes.flatMap((write) => write.deliveries.map(({ id }) => id)))
      writes.push({ records, events, deliveries })
      return deliveries.map(({ id }) => !known.has(id) && known.add(id) !== undefined) as never
    },
    end: async () => undefined,
  }
  const states: (string | undefined)[] = []
  const writer = (limits: Partial<typeof writerLimits> = {}) =>
    createWriter({
      link,
      clock: systemClock,
      limits: { ...writerLimits, retryMs: [5], ...limits },
      reopen: async () => ({ records: [], recent: [], lastSeq: 0, lastRevision: 0, notes: [] }),
      recentEvents: () => [[9, 0, 'k', null, null, 'recent']],
      onState: (problem) => states.push(problem),
    })
  return {
    faults,
    writes,
    states,
    writer,
    hold() {
      held = new Promise((resolve) => {
        release = resolve
      })
    },
    release: () => release(),
  }
}

const busy: Fault = { kind: 'busy', message: 'locked by another process' }
const full: Fault = { kind: 'disk', message: 'the disk is full' }
const message = (id: string): DeliveryRow => ({
  ...{ id, notification: 'hook', state: 'waiting', createdAtMs: 0, atMs: 0, value: '{}', notice: '{}' },
})
const keysOf = (records: readonly RecordWrite[]): string[] => records.map(([, key]) => key)

describe('the writer', () => {
  test('gathers what comes while a transaction is under way into the next one, newest value last', async () => {
    const { hold, release, writes, writer } = fakeDatabase()
    const { put, append } = writer()
    hold()
    const first = put('unit', 'a', '1')
    await Promise.resolve()
    const rest = [
      put('unit', 'b', '1'),
      put('unit', 'b', '2'),
      put('unit', 'c', null),
      append([1, 0, 'k', null, null, 'e']),
    ]
    release()
    await Promise.all([first, ...rest])
    expect(writes.map(({ records }) => keysOf(records))).toEqual([['a'], ['b', 'c']])
    expect(writes[1]?.records).toEqual([
      ['unit', 'b', '2'],
      ['unit', 'c', null],
    ])
    expect(writes[1]?.events).toHaveLength(1)
  })

  test('writes a message in one transaction with what is put in the same go, and says which was there', async () => {
    const { faults, writes, writer } = fakeDatabase()
    const { deliver, put } = writer()
    faults.push(busy)
    const kept = [put('alert-group', 'g', 'told'), put('alert', 'w', 'told')]
    expect(await Promise.all(['m1', 'm1', 'm2'].map((id) => deliver(message(id))))).toEqual([true, false, true])
    await Promise.all(kept)
    expect(writes.map(({ records, deliveries }) => [...keysOf(records), ...deliveries.map(({ id }) => id)])).toEqual([
      ['g', 'w', 'm1', 'm1', 'm2'],
    ])
  })

  test('leaves a message that was refused to who handed it over', async () => {
    const { faults, writes, writer } = fakeDatabase()
    const { deliver, put } = writer()
    faults.push(full)
    const written = put('alert-group', 'g', 'told')
    await expect(deliver(message('m1'))).rejects.toThrow('the disk is full')
    await expect(written).rejects.toThrow('the disk is full')
    await vi.waitFor(() => expect(writes.map(({ records }) => keysOf(records))).toEqual([['g']]))
    expect(writes[0]?.deliveries).toEqual([])
    expect(await deliver(message('m1'))).toBe(true)
  })

  test('waits for a lock and tells nobody but the health', async () => {
    const { faults, states, writer, writes } = fakeDatabase()
    faults.push(busy, busy, busy)
    await writer().put('unit', 'a', '1')
    expect(writes).toHaveLength(1)
    expect(states.slice(0, 3)).toEqual([busy.message, busy.message, busy.message])
    expect(states.at(-1)).toBeUndefined()
  })

  test('rejects who has waited for a lock too long, and writes the value all the same later', async () => {
    const { faults, writer, writes } = fakeDatabase()
    faults.push(...Array.from({ length: 40 }, () => busy))
    await expect(writer({ busyLimitMs: 20 }).put('unit', 'a', '1')).rejects.toThrow('locked by another process')
    await vi.waitFor(() => expect(writes.map(({ records }) => keysOf(records))).toEqual([['a']]))
  })

  test('puts a refused value back behind a newer one of the same record', async () => {
    const { faults, hold, release, writer, writes } = fakeDatabase()
    const { put } = writer()
    faults.push(full)
    hold()
    const old = put('unit', 'a', 'old')
    await Promise.resolve()
    const newer = put('unit', 'a', 'new')
    release()
    await expect(old).rejects.toThrow('the disk is full')
    await newer
    expect(writes.map(({ records }) => records)).toEqual([[['unit', 'a', 'new']]])
  })

  test('writes everything it knows to a database that had to be begun anew, once', async () => {
    const { faults, writer, writes } = fakeDatabase()
    const { know, put } = writer()
    know([['run', 'r', 'known']])
    await put('unit', 'a', '1')
    await put('unit', 'gone', '1')
    await put('unit', 'gone', null)
    faults.push({ kind: 'replaced', message: 'damaged', setAside: 'hxe.db.damaged-x' })
    await put('unit', 'b', '1')
    expect(keysOf(writes.at(-1)?.records ?? []).sort()).toEqual(['a', 'b', 'r'])
    expect(writes.at(-1)?.events).toEqual([[9, 0, 'k', null, null, 'recent']])
  })

  test('refuses callers beyond its bound', async () => {
    const { hold, release, writer } = fakeDatabase()
    const { put } = writer({ maxWaiting: 3 })
    hold()
    const results = Array.from({ length: 6 }, (_, i) =>
      put('unit', `u${i}`, '1').then(
        () => 'written',
        (error: Error) => error.message,
      ),
    )
    await Promise.resolve()
    release()
    expect(await Promise.all(results)).toEqual([
      'written',
      'written',
      'written',
      ...Array(3).fill('the database is too slow: 3 writes wait for it'),
    ])
  })

  test('tries once more at its close, and tells who still waits', async () => {
    const { faults, writer } = fakeDatabase()
    const { close, put } = writer({ busyLimitMs: 60_000, retryMs: [60_000] })
    faults.push(busy, busy)
    const waiting = put('unit', 'a', '1')
    await Promise.all([expect(waiting).rejects.toThrow('the store is closed'), close()])
  })
})

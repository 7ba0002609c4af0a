import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { event } from './fixtures/records.ts'
import { openStore, type Store } from './index.ts'

let dataDir: string
let store: Store
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-store-'))
  store = await openStore({ dataDir })
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const stream = { created: 'then', seq: 7, time: 'now' }
const position = (host: string, seq: number, epoch = 'a') => ({ host, name: host, epoch, seq, count: seq })
const of = (host: string, seqs: readonly number[], epoch = 'a') =>
  seqs.map((seq) => ({ host, epoch, event: event(seq, { service: seq % 2 ? 'web#0' : 'api' }) }))
const list = async (host: string, more = {}) =>
  (await store.hostEvents.list(host, { limit: 20_000, ...more })).map(({ seq }) => seq)

test('events of other hosts and how far they were read come back together after a restart', async () => {
  expect(await store.hostEvents.positions()).toEqual({ stream: null, hosts: [] })
  await store.hostEvents.add({ stream, hosts: [position('atlas', 3)], events: of('atlas', [1, 2, 3]) })
  const hosts = [position('atlas', 3), position('atlas', 2, 'b')]
  await store.hostEvents.add({ stream: { ...stream, seq: 8 }, hosts, events: of('atlas', [1, 2], 'b') })
  await store.close()
  store = await openStore({ dataDir })
  expect(await store.hostEvents.positions()).toEqual({ stream: { ...stream, seq: 8 }, hosts })
  expect(await list('atlas')).toEqual([2, 1, 3, 2, 1])
})

test('what is told again stays as it was, one host has nothing of another, and a filter chooses', async () => {
  const hosts = [position('atlas', 4), position('borea', 9)]
  await store.hostEvents.add({ stream, hosts, events: [...of('atlas', [1, 2, 3, 4]), ...of('borea', [9])] })
  await store.hostEvents.add({ stream, hosts, events: of('atlas', [3, 4]) })
  expect(await list('atlas')).toEqual([4, 3, 2, 1])
  expect(await list('atlas', { service: 'web' })).toEqual([3, 1])
  expect(await list('atlas', { limit: 1, service: 'api' })).toEqual([4])
  expect(await list('atlas', { kind: 'service.failed' })).toEqual([])
  expect(await list('atlas', { sinceMs: Date.parse(event(2).time), untilMs: Date.parse(event(4).time) })).toEqual([
    3, 2,
  ])
  await store.hostEvents.forget('atlas')
  expect(await list('atlas')).toEqual([])
  expect(await list('borea')).toEqual([9])
  expect((await store.hostEvents.positions()).hosts).toEqual(hosts)
})

test('of a host that tells without end the newest are kept, and those of the others stay', async () => {
  await store.hostEvents.add({ stream, hosts: [position('quiet', 1)], events: of('quiet', [1]) })
  for (let from = 1; from < 12_000; from += 4_000) {
    const seqs = Array.from({ length: 4_000 }, (_, i) => from + i)
    await store.hostEvents.add({ stream, hosts: [position('noisy', from + 3_999)], events: of('noisy', seqs) })
  }
  const kept = await list('noisy')
  expect(kept).toHaveLength(10_000)
  expect(kept[0]).toBe(12_000)
  expect(await list('quiet')).toEqual([1])
})

test('events on disk are read oldest first, and counted back from one', async () => {
  await Promise.all([1, 2, 3, 1004, 1005].map((seq) => store.appendEvent(event(seq))))
  expect((await store.savedEvents(2, 2)).map(({ seq }) => seq)).toEqual([3, 1004])
  expect(await store.savedEventsBack(1004, 0, 2)).toEqual({ count: 2, after: 2 })
  expect(await store.savedEventsBack(Number.MAX_SAFE_INTEGER, 0, 100)).toEqual({ count: 5, after: 0 })
  expect(await store.savedEventsBack(3, Date.parse(event(1004).time), 100)).toEqual({ count: 0, after: 3 })
})

import { expect, test } from 'vitest'
import type { Host } from '../../contract/index.ts'
import type { Usage } from './sampler.ts'
import { SweepFeed } from './sweep.ts'

const host: Host = {
  name: 'here',
  os: 'linux',
  uptimeMs: 100_000,
  cpu: { percent: 1, cores: 2, load: [0, 0, 0] },
  memory: { totalBytes: 100, usedBytes: 50, availableBytes: 50 },
  swap: { totalBytes: 0, usedBytes: 0 },
  disks: [],
  network: [],
}

test("the agent's share of a core is by the time that has passed, whatever is done to the wall clock", () => {
  const feed = new SweepFeed()
  const add = (atMs: number, uptimeSeconds: number, cpuTimeMs: number): void =>
    feed.add({
      atMs,
      changed: new Set(),
      unitOf: () => undefined,
      usage: new Map(),
      host,
      self: {
        memoryBytes: 1,
        cpuTimeMs,
        uptimeSeconds,
        openFiles: undefined,
        eventLoopDelayMs: 0,
        storeQueue: 0,
        stateWatchers: 0,
      },
      scraped: [],
    })
  add(1_000_000, 10, 1_000)
  add(1_000_500, 15, 1_500)
  expect(feed.latest()?.agent).toMatchObject({ cpu_percent: 10, uptime_seconds: 15 })
  // Set back by a minute: what was used is told of all the same.
  add(945_500, 20, 3_000)
  expect(feed.latest()?.agent.cpu_percent).toBe(30)
})

test('what rests is the same object from sweep to sweep, and what has changed, come or gone is not', () => {
  const feed = new SweepFeed()
  const self = { memoryBytes: 1, cpuTimeMs: 0, uptimeSeconds: 0, openFiles: undefined, eventLoopDelayMs: 0 }
  const unit = (instance: string, isUp = true, restarts = 0) => ({
    ...{ instance, isUp, restarts, startedAtMs: isUp ? 0 : null, memoryLimitBytes: undefined },
  })
  const used = (memoryBytes: number): Usage => ({ cpuPercent: 0, memoryBytes, processCount: 1, threads: 1 })
  const units = new Map([unit('a'), unit('b', false)].map((each) => [each.instance, each]))
  let changed = new Set(units.keys())
  let usage = new Map([['a', used(1)]])
  const look = (atMs: number) => {
    const more = { storeQueue: 0, stateWatchers: 0 }
    const unitOf = (instance: string) => units.get(instance)
    feed.add({ atMs, changed, unitOf, usage, host, self: { ...self, ...more }, scraped: [] })
    changed = new Set()
    return feed.latest()?.services ?? new Map()
  }
  const first = look(0)
  expect(look(5_000)).toBe(first)
  expect(first.get('a')).toMatchObject({ uptime_seconds: 5, memory_bytes: 1 })
  usage = new Map([['a', used(2)]])
  const second = look(10_000)
  expect(second).not.toBe(first)
  expect([second.get('a'), second.get('b')]).toMatchObject([{ memory_bytes: 2, uptime_seconds: 10 }, { up: 0 }])
  expect(second.get('b')).toBe(first.get('b'))
  units.delete('b')
  units.set('c', unit('c', false, 2))
  changed = new Set(['b', 'c'])
  expect([...look(15_000)].map(([name]) => name)).toEqual(['a', 'c'])
  usage = new Map()
  expect(look(20_000).get('a')).not.toHaveProperty('memory_bytes')
})

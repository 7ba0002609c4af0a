import { expect, test } from 'vitest'
import type { Host } from '../../contract/index.ts'
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
      changes: 0,
      units: () => [],
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

import { spawn } from 'node:child_process'
import { mkdtempSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Measurement as Measured, Recorder, Sampler, SweepFeed } from '../../agent/metrics/index.ts'
import { createPlatform, type Platform, sampleSelf, systemClock } from '../../agent/os/index.ts'
import { openStore, type SeriesQuery, type Store } from '../../agent/store/index.ts'
import type { Figure } from '../table.ts'
import { type Bench, type Measurement, timed } from './common.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const bounds = { rawMs: dayMs, minuteMs: 30 * dayMs, hourMs: 400 * dayMs, bytes: 4e9 }
const services = 500

/** What measuring costs, how much is kept of a day, and how fast a month of it is found. */
export const metrics: Measurement = async (bench) => [...(await samplingCost(bench)), ...(await keptHistory(bench))]

/** Sweeps over real processes that rest, with all that follows from a sweep but the disk. */
async function samplingCost({ quick, say }: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const count of quick ? [100] : [100, 500, 1000]) {
    const platform = createPlatform({ dataDirId: `bench-${process.pid}` })
    const children = Array.from({ length: count }, () => spawn('sleep', ['600'], { stdio: 'ignore', detached: true }))
    try {
      const perSweepMs = await costOfSweep(
        platform,
        children.map(({ pid }) => pid ?? 0),
        quick ? 10 : 40,
      )
      const at = (seconds: number): Figure => ({
        work: `measuring ${count} services each ${seconds} s, CPU`,
        unit: '% of a core',
        values: { HXE: perSweepMs / (10 * seconds) },
      })
      figures.push(at(5), at(1))
      say(`${count} services: ${perSweepMs.toFixed(2)} ms a sweep`)
    } finally {
      for (const { pid } of children) if (pid) process.kill(pid, 'SIGKILL')
      platform.close()
    }
  }
  return figures
}

async function costOfSweep(platform: Platform, pids: readonly number[], sweeps: number): Promise<number> {
  const runs = pids.flatMap((pid) => {
    const leader = platform.identityOf(pid)
    return leader ? [{ instance: `service-${pid}`, cookie: `bench-${pid}`, leader }] : []
  })
  const feed = new SweepFeed()
  const kept = new Recorder({
    store: {
      add: async () => ({ refusals: [], hasRoomAgain: false }),
      tend: async () => false,
      query: async () => ({ level: 'raw', stepMs: 1, series: [] }),
    },
    hostName: () => 'here',
    onProblem: () => undefined,
    onRefusal: () => undefined,
  })
  feed.onSweep((sweep) => kept.add(sweep))
  let changed = new Set(runs.map(({ instance }) => instance))
  const unitOf = (instance: string) => ({
    instance,
    isUp: true,
    restarts: 0,
    startedAtMs: 0,
    memoryLimitBytes: undefined,
  })
  const scraped: Measured[] = []
  const self = { ...sampleSelf(), eventLoopDelayMs: 0, storeQueue: 0, stateWatchers: 0 }
  const sampler = new Sampler({
    platform,
    clock: systemClock,
    hostName: 'here',
    intervalMs: () => 5_000,
    watched: () => false,
    enabled: () => true,
    runs: () => runs,
    begun: () => 0,
    onUsage: () => undefined,
    onHost: () => undefined,
    onLook: (look) => feed.add({ ...look, changed, unitOf, self, scraped }),
    onProblem: (problem) => {
      throw problem
    },
  })
  for (let sweep = 0; sweep < 3; sweep++) await sampler.sample()
  changed = new Set()
  const before = process.cpuUsage()
  for (let sweep = 0; sweep < sweeps; sweep++) await sampler.sample()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / sweeps
}

/** A tenth of the services works, the others rest and do something now and then. Each has ten metrics. */
async function keptHistory({ place, quick, say }: Bench): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(place.folder, 'series-'))
  const days = quick ? 2 : 30
  const endMs = Math.floor(systemClock.nowMs() / dayMs) * dayMs
  const store = await openStore({ dataDir, clock: { ...systemClock, nowMs: () => endMs } })
  try {
    // Older days are kept by the minute, so they are made of a sweep a minute.
    for (let fromMs = endMs - days * dayMs; fromMs < endMs - dayMs; fromMs += dayMs) {
      await fill(store, { fromMs, toMs: fromMs + dayMs, stepMs: minuteMs, active: 0.1 })
      await tendAll(store)
    }
    const before = sizeOf(dataDir)
    say(`${days - 1} days of minutes and hours: ${mebi(before).toFixed(0)} MiB`)
    await fill(store, { fromMs: endMs - dayMs, toMs: endMs, stepMs: 5_000, active: 0.1 })
    await tendAll(store)
    const typical = mebi(sizeOf(dataDir) - before)
    const queries: [string, Partial<SeriesQuery>][] = [
      ['one service, an hour', { subjects: ['service-1'], fromMs: endMs - hourMs }],
      ['one service, a day', { subjects: ['service-1'], fromMs: endMs - dayMs }],
      [`one service, ${days} days`, { subjects: ['service-1'], fromMs: endMs - days * dayMs }],
      [`${services} services, an hour`, { fromMs: endMs - hourMs, points: 100 }],
      [`${services} services, a day`, { fromMs: endMs - dayMs, points: 100 }],
      [`${services} services, ${days} days`, { fromMs: endMs - days * dayMs, points: 100 }],
    ]
    const found: Figure[] = []
    for (const [what, query] of queries) {
      const times: number[] = []
      for (let round = 0; round < 5; round++)
        times.push(await timed(() => store.series.query({ ...question(endMs), ...query })))
      found.push({ work: `query: ${what}`, unit: 'ms', values: { HXE: times.sort((a, b) => a - b)[2] ?? 0 } })
    }
    return [
      { work: `database, a day of ${services} services, a tenth active`, unit: 'MiB', values: { HXE: typical } },
      { work: `database, ${days} days of them`, unit: 'MiB', values: { HXE: mebi(sizeOf(dataDir)) } },
      ...found,
    ]
  } finally {
    await store.close()
  }
}

const question = (toMs: number): SeriesQuery => ({
  kind: 'service',
  metrics: ['cpu_percent'],
  fromMs: toMs - hourMs,
  toMs,
  stat: 'mean',
  points: 600,
  intervalMs: 5_000,
})

const mebi = (bytes: number): number => bytes / 2 ** 20
const sizeOf = (dataDir: string): number => statSync(join(dataDir, 'hxe.db')).size

async function tendAll(store: Store): Promise<void> {
  while (await store.series.tend(bounds));
}

const metricNames = [
  'cpu_percent',
  'memory_bytes',
  'memory_percent',
  'threads',
  'open_files',
  'processes',
  'read_bytes_per_second',
  'write_bytes_per_second',
  'restarts',
  'up',
]

/** Several sweeps go together, as an agent sends them. */
async function fill(
  store: Store,
  { fromMs, toMs, stepMs, active }: { fromMs: number; toMs: number; stepMs: number; active: number },
): Promise<void> {
  let names = {
    first: true,
    subjects: Array.from({ length: services }, (_, index): [string, string] => ['service', `service-${index}`]),
    keys: metricNames.map((metric): [string, string] => [metric, '{}']),
  }
  const perBatch = Math.max(10, Math.round(30_000 / stepMs))
  const random = seeded(7)
  let isFirst = true
  for (let atMs = fromMs; atMs < toMs; ) {
    const numbers: number[] = []
    for (let sweep = 0; sweep < perBatch && atMs < toMs; sweep++, atMs += stepMs) {
      const changes: number[] = []
      for (let service = 0; service < services; service++)
        changesOf(service, isFirst, service < services * active || random() < 0.002, random, changes)
      numbers.push(atMs, isFirst ? 1 : 0, changes.length / 3, ...changes)
      isFirst = false
    }
    await store.series.add({ names, sweeps: Float64Array.from(numbers), save: false })
    names = { first: false, subjects: [], keys: [] }
  }
}

function changesOf(
  service: number,
  isFirst: boolean,
  isActive: boolean,
  random: () => number,
  changes: number[],
): void {
  if (isFirst) for (let key = 0; key < metricNames.length; key++) changes.push(service, key, key === 9 ? 1 : 4)
  if (!isActive) return
  const pages = Math.round(20_000 + 2_000 * random())
  changes.push(service, 0, Math.round(1_000 * random()) / 10, service, 1, pages * 4_096)
  changes.push(service, 2, Math.round(pages / 400) / 10)
  if (random() < 0.2) changes.push(service, 4, Math.round(100 * random()), service, 7, Math.round(1e6 * random()))
}

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

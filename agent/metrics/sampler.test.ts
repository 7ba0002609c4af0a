import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../os/clock.ts'
import type { TreeDetails, TreeUsage } from '../os/platform.ts'
import { type SampledRun, Sampler, type Usage } from './sampler.ts'

const leader = { bootId: 'boot', pid: 10, startTime: '1' }

const tree = (cpuTimeMs: number, memoryBytes: number, pids: number[], details?: TreeDetails): TreeUsage => ({
  cpuTimeMs,
  memoryBytes,
  threads: pids.length,
  pids,
  details,
})

/** A machine on which `trees` use what they use, and a clock that goes when it is told to. */
function bench() {
  let nowMs = 0
  let timers = 0
  let due: { atMs: number; run: () => void } | undefined
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      timers++
      const mine = { atMs: nowMs + delayMs, run }
      due = mine
      return () => {
        if (due === mine) due = undefined
      }
    },
  }
  const trees = new Map<string, TreeUsage>()
  let shown: ReadonlyMap<string, TreeUsage> = new Map()
  const told: ReadonlyMap<string, Usage>[] = []
  const looks: number[] = []
  const given = { enabled: true, begun: 0, watched: false, runs: [] as SampledRun[] }
  const host = { atMs: 0, cpuBusyMs: 0, cpuTotalMs: 0, cores: 1, load: [0, 0, 0], memoryTotalBytes: 1 }
  const rest = { memoryAvailableBytes: 1, swapTotalBytes: 0, swapUsedBytes: 0, uptimeMs: 1, network: [], diskIo: [] }
  const sampler = new Sampler({
    platform: {
      name: 'linux',
      usage: async () => {
        const isSame = shown.size === trees.size && [...trees].every(([name, value]) => shown.get(name) === value)
        if (!isSame) shown = new Map(trees)
        return shown
      },
      hostSample: async () => ({ ...host, ...rest }),
      disks: async () => [],
      temperature: () => undefined,
    },
    clock,
    hostName: 'here',
    intervalMs: () => 5_000,
    watched: () => given.watched,
    runs: () => given.runs,
    begun: () => given.begun,
    onUsage: (usage) => told.push(usage),
    onHost: () => undefined,
    onLook: () => looks.push(nowMs),
    enabled: () => given.enabled,
    onProblem: (problem) => expect.unreachable(String(problem)),
  })
  return {
    sampler,
    told,
    looks,
    trees,
    given,
    timers: () => timers,
    run(instance: string, usage: TreeUsage) {
      given.begun++
      given.runs.push({ instance, cookie: `${instance}-cookie`, leader })
      trees.set(instance, usage)
    },
    async sampleAt(atMs: number): Promise<Usage | undefined> {
      nowMs = atMs
      await sampler.sample()
      return told.at(-1)?.get('web')
    },
    /** Lets timers come due until `untilMs`; what a sweep does between them is given the time for it. */
    async goTo(untilMs: number) {
      for (;;) {
        for (let turn = 0; turn < 4; turn++) await nextTurn()
        const next = due
        if (!next || next.atMs > untilMs) break
        due = undefined
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
  }
}

describe('the sampler', () => {
  it('makes a rate of two samples of one run, and none of two runs', async () => {
    const { run, trees, given, sampleAt } = bench()
    run('web', tree(100, 4_096, [10]))
    expect(await sampleAt(0)).toEqual({ cpuPercent: null, memoryBytes: 4_096, processCount: 1, threads: 1 })
    trees.set('web', tree(600, 8_192, [10, 11]))
    expect(await sampleAt(1_000)).toEqual({ cpuPercent: 50, memoryBytes: 8_192, processCount: 2, threads: 2 })
    given.runs = [{ instance: 'web', cookie: 'another', leader }]
    expect(await sampleAt(2_000)).toMatchObject({ cpuPercent: null })
  })

  it('comes down to nothing when a busy service rests, and then tells the same value again', async () => {
    const { run, trees, sampleAt } = bench()
    run('web', tree(0, 1, [10]))
    await sampleAt(0)
    trees.set('web', tree(1_000, 1, [10]))
    expect(await sampleAt(1_000)).toMatchObject({ cpuPercent: 100 })
    const resting = await sampleAt(2_000)
    expect(resting).toMatchObject({ cpuPercent: 0 })
    expect(await sampleAt(3_000)).toBe(resting)
    trees.set('web', tree(1_500, 1, [10]))
    expect(await sampleAt(4_000)).toMatchObject({ cpuPercent: 50 })
  })

  it('tells what goes to disks between two looks at it, and nothing of it once the service rests', async () => {
    const { run, trees, sampleAt } = bench()
    const details = (atMs: number, writtenBytes: number) => ({ atMs, openFiles: 4, readBytes: 0, writtenBytes })
    run('web', tree(0, 1, [10], details(0, 0)))
    expect(await sampleAt(0)).toMatchObject({ openFiles: 4 })
    trees.set('web', tree(10, 1, [10], details(2_000, 10_000)))
    expect(await sampleAt(2_000)).toMatchObject({ writeBytesPerSecond: 5_000, readBytesPerSecond: 0 })
    const before = trees.get('web')?.details
    trees.set('web', tree(20, 1, [10], before))
    expect(await sampleAt(3_000)).toMatchObject({ writeBytesPerSecond: 5_000 })
    expect(await sampleAt(4_000)).toMatchObject({ cpuPercent: 0, writeBytesPerSecond: 0 })
    expect(await sampleAt(5_000)).toBe(await sampleAt(6_000))
  })

  it('measures nothing while that is switched off', async () => {
    const { sampler, told, given, goTo, run } = bench()
    run('web', tree(0, 1, [10]))
    const stop = sampler.start()
    await goTo(0)
    given.enabled = false
    await goTo(30_000)
    sampler.hurry()
    await goTo(60_000)
    expect(told.map((usage) => usage.size)).toEqual([1, 0])
    given.enabled = true
    sampler.hurry()
    await goTo(61_000)
    expect(told).toHaveLength(3)
    stop()
  })

  it('measures as often as is set, each second while somebody looks, and soon when a run has begun', async () => {
    const { sampler, told, looks, run, given, goTo } = bench()
    const stop = sampler.start()
    await goTo(5_000)
    run('web', tree(0, 1, [10]))
    sampler.hurry()
    await goTo(6_000)
    expect(told.at(-1)?.has('web')).toBe(true)
    await goTo(12_000)
    given.watched = true
    sampler.hurry()
    await goTo(15_000)
    given.watched = false
    await goTo(25_000)
    expect(looks).toEqual([0, 5_000, 6_000, 11_000, 12_000, 13_000, 14_000, 15_000, 20_000, 25_000])
    stop()
    sampler.hurry()
    await goTo(60_000)
    expect(looks).toHaveLength(10)
  })

  it('leaves a sweep that is due as it is, however many runs begin meanwhile', async () => {
    const { sampler, looks, run, timers, goTo } = bench()
    const stop = sampler.start()
    await goTo(3_000)
    run('first', tree(0, 1, [10]))
    sampler.hurry()
    const before = timers()
    run('second', tree(0, 1, [11]))
    sampler.hurry()
    expect(timers()).toBe(before)
    await goTo(3_000)
    expect(looks).toEqual([0, 3_000])
    stop()
  })

  it('tells nothing where all is as it was, and then what has changed by the time since the last look', async () => {
    const { told, run, sampleAt, trees } = bench()
    run('web', tree(0, 1, [10]))
    for (const atMs of [0, 5_000, 10_000, 15_000, 20_000]) await sampleAt(atMs)
    // The second look gives the rate, the third finds that it rests.
    expect(told).toHaveLength(2)
    trees.set('web', tree(2_500, 1, [10]))
    expect(await sampleAt(25_000)).toMatchObject({ cpuPercent: 50 })
    expect(await sampleAt(30_000)).toMatchObject({ cpuPercent: 0 })
  })
})

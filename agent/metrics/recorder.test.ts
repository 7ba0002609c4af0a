import { expect, test } from 'vitest'
import type { SeriesBatch, SeriesRefusal, SeriesStore } from '../store/index.ts'
import { Recorder } from './recorder.ts'
import type { Sweep } from './types.ts'

/** A store that keeps what it is handed, and refuses when it is told to. */
function bench() {
  const batches: SeriesBatch[] = []
  const given = { refuses: false, hasRoomAgain: false, refusals: [] as SeriesRefusal[] }
  const problems: string[] = []
  const refusals: SeriesRefusal[] = []
  const store: SeriesStore = {
    async add(batch) {
      if (given.refuses) throw new Error('the disk is full')
      batches.push(batch)
      return { refusals: given.refusals.splice(0), hasRoomAgain: given.hasRoomAgain }
    },
    query: async () => ({ level: 'raw', stepMs: 1, series: [] }),
    tend: async () => false,
  }
  const recorder = new Recorder({
    store,
    hostName: () => 'here',
    onProblem: (problem) => problems.push(String(problem)),
    onRefusal: (refusal) => refusals.push(refusal),
  })
  return { recorder, batches, given, problems, refusals }
}

const web = { cpu_percent: 3, uptime_seconds: 9 }
const sweep = (atMs: number, more: Partial<Sweep> = {}): Sweep => ({
  atMs,
  services: new Map([['web', web]]),
  host: { load1: 1 },
  agent: {},
  labelled: [],
  ...more,
})
/** Of each sweep: when, whether it says all, and how many changes it has. */
function heads({ sweeps }: SeriesBatch): [number, number, number][] {
  const found: [number, number, number][] = []
  for (let at = 0; at < sweeps.length; at += 3 + 3 * (sweeps[at + 2] ?? 0))
    found.push([sweeps[at] ?? 0, sweeps[at + 1] ?? 0, sweeps[at + 2] ?? 0])
  return found
}

test('what rests is handed over once, and half a minute goes together', async () => {
  const { recorder, batches } = bench()
  recorder.add(sweep(0))
  await recorder.flush()
  for (let atMs = 5_000; atMs <= 30_000; atMs += 5_000) recorder.add(sweep(atMs))
  await recorder.flush()
  expect(batches.map(heads)).toEqual([
    [[0, 1, 2]],
    [
      [5_000, 0, 0],
      [10_000, 0, 0],
      [15_000, 0, 0],
      [20_000, 0, 0],
      [25_000, 0, 0],
      [30_000, 0, 0],
    ],
  ])
  expect(batches.map(({ save }) => save)).toEqual([true, true])
  expect(batches[0]?.names).toEqual({
    first: true,
    subjects: [
      ['service', 'web'],
      ['host', 'here'],
    ],
    keys: [
      ['cpu_percent', '{}'],
      ['load1', '{}'],
    ],
  })
  expect(batches[1]?.names).toEqual({ first: false, subjects: [], keys: [] })
})

test('only what has changed of a service is handed over, and that one has gone', async () => {
  const { recorder, batches } = bench()
  recorder.add(sweep(0))
  await recorder.flush()
  recorder.add(sweep(1_000, { services: new Map([['web', { ...web, cpu_percent: 4, uptime_seconds: 10 }]]) }))
  recorder.add(sweep(2_000, { services: new Map([['web', { uptime_seconds: 11 }]]) }))
  recorder.add(sweep(3_000, { services: new Map() }))
  await recorder.flush()
  const numbers = [...(batches[1]?.sweeps ?? [])]
  expect(numbers).toEqual([
    ...[1_000, 0, 1, 0, 0, 4],
    ...[2_000, 0, 1, 0, 0, Number.NaN],
    ...[3_000, 0, 1, 0, -1, Number.NaN],
  ])
})

test('a series that is not there any more ends', async () => {
  const { recorder, batches } = bench()
  const labels = { mount: '/usb' }
  const disk = { on: 'host' as const, subject: 'here', metric: 'disk_percent', labels, value: 5 }
  recorder.add(sweep(0, { labelled: [disk] }))
  await recorder.flush()
  recorder.add(sweep(1_000))
  await recorder.flush()
  expect(batches[0]?.names.keys).toContainEqual(['disk_percent', '{"mount":"/usb"}'])
  expect([...(batches[1]?.sweeps ?? [])].slice(3)).toEqual([1, 2, Number.NaN])
})

test('after the store has refused, everything is named and said anew', async () => {
  const { recorder, batches, given, problems } = bench()
  given.refuses = true
  recorder.add(sweep(0))
  await recorder.flush()
  given.refuses = false
  recorder.add(sweep(5_000))
  await recorder.flush()
  expect(problems).toEqual(['Error: the disk is full'])
  expect(batches.map(heads)).toEqual([[[5_000, 1, 2]]])
  expect(batches[0]?.names.first).toBe(true)
})

test('when the store has room again, everything is named and said anew', async () => {
  const { recorder, batches, given, refusals } = bench()
  const refusal: SeriesRefusal = { of: 'one', kind: 'service', name: 'web', most: 5_000 }
  given.refusals.push(refusal)
  recorder.add(sweep(0))
  await recorder.flush()
  given.hasRoomAgain = true
  recorder.add(sweep(5_000))
  await recorder.flush()
  recorder.add(sweep(10_000))
  await recorder.flush()
  given.hasRoomAgain = false
  for (const atMs of [15_000, 20_000]) {
    recorder.add(sweep(atMs))
    await recorder.flush()
  }
  expect(refusals).toEqual([refusal])
  expect(batches.map(heads)).toEqual([
    [[0, 1, 2]],
    [[5_000, 0, 0]],
    [[10_000, 0, 0]],
    [[15_000, 1, 2]],
    [[20_000, 0, 0]],
  ])
  expect(batches.map(({ names }) => names.first)).toEqual([true, false, false, true, false])
})

test('names that nothing has any more are forgotten, and nothing of what is measured is lost', async () => {
  const { recorder, batches } = bench()
  const perSweep = 200
  for (let at = 0; at < 300; at++) {
    const labelled = Array.from({ length: perSweep }, (_, each) => ({
      on: 'service' as const,
      subject: 'web',
      metric: 'requests',
      labels: { id: `${at}-${each}` },
      value: each,
    }))
    recorder.add(sweep(at * 5_000, { labelled }))
    await recorder.flush()
  }
  const firsts = batches.filter(({ names }) => names.first)
  expect(firsts.length).toBeGreaterThan(1)
  let known = 0
  for (const { names } of batches) {
    known = (names.first ? 0 : known) + names.keys.length
    expect(known).toBeLessThan(51_000)
  }
  const said = batches.flatMap(heads)
  expect(said).toHaveLength(300)
  expect(said.filter(([, isFresh]) => isFresh === 1)).toHaveLength(firsts.length)
})

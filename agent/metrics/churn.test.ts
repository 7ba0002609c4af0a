import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../os/index.ts'
import { openStore, type SeriesRefusal, type Store } from '../store/index.ts'
import { Recorder } from './recorder.ts'
import type { Measurement } from './types.ts'

const minute = 60_000
const day = 24 * 60 * minute
const start = Date.UTC(2026, 4, 30)

let folder: string
let store: Store
let recorder: Recorder
let nowMs: number
const refusals: SeriesRefusal[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-churn-'))
  nowMs = start
  store = await openStore({ dataDir: folder, clock: { ...systemClock, nowMs: () => nowMs } })
  refusals.length = 0
  recorder = new Recorder({
    store: store.series,
    hostName: () => 'here',
    onProblem: (problem) => expect.unreachable(String(problem)),
    onRefusal: (refusal) => refusals.push(refusal),
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const measured = (subject: string, metric: string, id: string): Measurement => ({
  on: 'service',
  subject,
  metric,
  labels: { id },
  value: 1,
})

/** What an endpoint tells that has 200 other labels each time, and another one beside it. */
async function look(id: string): Promise<void> {
  nowMs += minute
  const churn = Array.from({ length: 200 }, (_, at) => measured('churn', 'requests', `${id}-${at}`))
  const labelled = [...churn, measured('web', 'jobs', 'steady'), measured('web', 'jobs', id)]
  recorder.add({ atMs: nowMs, services: new Map(), host: {}, agent: {}, labelled })
  await recorder.flush()
}

async function found(subject: string, metric: string): Promise<string[]> {
  const { series } = await store.series.query({
    kind: 'service',
    subjects: [subject],
    metrics: [metric],
    fromMs: nowMs - 30 * minute,
    toMs: nowMs + 1,
    stat: 'mean',
    points: 100,
    intervalMs: minute,
  })
  return series.map(({ labels }) => labels.id ?? '')
}

test('labels that change all the time stop no other service, and are recorded again after the old ones have gone', async () => {
  for (let at = 0; at < 30; at++) await look(`a${at}`)
  expect(refusals).toEqual([{ of: 'one', kind: 'service', name: 'churn', most: 5_000 }])
  expect(await found('churn', 'requests')).toEqual([])
  expect(await found('web', 'jobs')).toContain('a29')

  nowMs += 5 * day
  await look('b')
  const bounds = { rawMs: day, minuteMs: day, hourMs: day, bytes: 1e9 }
  while (await store.series.tend(bounds)) expect(refusals).toHaveLength(1)
  // The store asks for all names, and then has what rests too.
  for (let at = 0; at < 3; at++) await look('b')
  expect(await found('churn', 'requests')).toHaveLength(200)
  expect((await found('web', 'jobs')).sort()).toEqual(['b', 'steady'])
  expect(refusals).toHaveLength(1)
})

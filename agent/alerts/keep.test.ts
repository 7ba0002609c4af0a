import { expect, test } from 'vitest'
import type { Entry } from './book.ts'
import { alertOf } from './fixtures/alert.ts'
import { Keeper } from './keep.ts'

const startMs = Date.parse('2026-03-01T12:00:00.000Z')
const hourMs = 3_600_000

function entryOf(id: string, endsAtMs: number): Entry {
  return {
    alert: { ...alertOf(id), state: 'resolved', endsAt: new Date(endsAtMs).toISOString() },
    subjectKey: id,
    subjectName: id,
    subjectLabels: {},
    episode: { phase: 'firing', sinceMs: 0, firedAtMs: 0, quietSinceMs: null, quiet: null },
    steps: [],
    told: [],
    notify: [],
    isQuiet: false,
  }
}

/** What is on disk, and keepers that go on with it. */
function openDisk() {
  const kept = new Map<string, string>()
  const problems: unknown[] = []
  const open = (): Keeper =>
    new Keeper(
      {
        kept: (kind) => [...kept].flatMap(([key, value]) => (key.startsWith(`${kind} `) ? [value] : [])),
        keep: async (kind, key, value) => {
          if (value === null) kept.delete(`${kind} ${key}`)
          else kept.set(`${kind} ${key}`, value)
        },
      },
      (error) => problems.push(error),
    )
  return { kept, problems, open }
}

test('the history is there after a restart, the newest thousand of it, oldest first', () => {
  const { open, kept } = openDisk()
  const keeper = open()
  for (let at = 0; at < 1_100; at += 1) keeper.close(entryOf(`a${at}`, startMs + at))
  keeper.prune(startMs + 1_100)
  expect(kept.size).toBe(1_000)
  const next = open()
  expect(next.load()).toEqual([])
  expect([...next.history.keys()].slice(0, 2)).toEqual(['a100', 'a101'])
})

test('a clock that jumps ten years ahead does not empty the history', () => {
  const keeper = openDisk().open()
  for (let at = 0; at < 50; at += 1) keeper.close(entryOf(`a${at}`, startMs + at))
  const laterMs = startMs + 10 * 365 * 24 * hourMs
  keeper.close(entryOf('late', laterMs))
  keeper.prune(laterMs)
  expect(keeper.history.size).toBe(51)
})

test('whose end is still to be told is not forgotten, and is when it was told', async () => {
  const { open, kept } = openDisk()
  const keeper = open()
  const ids = Array.from({ length: 150 }, (_, index) => `a${index}`)
  for (const id of ids) keeper.close(entryOf(id, startMs))
  const timing = { groupBy: [], groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 0 }
  const group = { key: 'g', id: 'g', notification: 'mail', labels: {}, timing, beganMs: 0, toldMs: 0, count: 1 }
  await keeper.putGroup({ ...group, members: { a0: 'told', a1: 'new' } })
  const laterMs = startMs + 365 * 24 * hourMs
  keeper.prune(laterMs)
  expect([...keeper.history.keys()]).toEqual(['a0', ...ids.slice(50)])
  await keeper.putGroup({ ...group, members: {} })
  keeper.prune(laterMs)
  expect([...keeper.history.keys()]).toEqual(ids.slice(50))
  expect(kept.has('alert a0')).toBe(false)
})

test('a record that a disk has damaged costs itself alone, and is told of', () => {
  const { open, kept, problems } = openDisk()
  const keeper = open()
  for (const id of ['whole', 'torn', 'turned']) keeper.close(entryOf(id, startMs))
  kept.set('alert torn', (kept.get('alert torn') ?? '').slice(0, 40))
  kept.set('alert turned', (kept.get('alert turned') ?? '').replace('"episode"', '"epirode"'))
  const next = open()
  next.load()
  expect([...next.history.keys()]).toEqual(['whole'])
  expect(problems).toHaveLength(2)
})

test('silences that ended a month ago are forgotten, and those that have not ended stay', async () => {
  const keeper = openDisk().open()
  const silence = (id: string, endsAtMs: number) => ({
    id,
    matchers: [{ name: 'service', op: '=' as const, value: 'web' }],
    reason: '',
    author: 'mira',
    createdAtMs: startMs,
    startsAtMs: startMs,
    endsAtMs,
  })
  await keeper.putSilence(silence('old', startMs + hourMs), startMs)
  const laterMs = startMs + 40 * 24 * hourMs
  await keeper.putSilence(silence('new', laterMs + hourMs), laterMs)
  expect([...keeper.silences.keys()]).toEqual(['new'])
})

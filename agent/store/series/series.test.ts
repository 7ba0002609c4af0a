import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../migrations.ts'
import { readRolled } from './chunk.ts'
import { nameMigration, openSeries, type SeriesQuery } from './index.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const start = Date.UTC(2026, 4, 30)
const bounds = { rawMs: day, minuteMs: 30 * day, hourMs: 400 * day, bytes: 1e9 }

let folder: string
let db: DatabaseSyncInstance
let series: ReturnType<typeof openSeries>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-series-'))
  db = new DatabaseSync(join(folder, 'series.db'))
  // What is tested is what is written, and not that disks keep it.
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL')
  for (const script of migrations) db.exec(script)
  series = openSeries(db)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

/** What an agent that is killed leaves is all that the next one has. */
const reopen = (): void => {
  series = openSeries(db)
}

let named = false
beforeEach(() => {
  named = false
})

/** Sweeps of `cpu_percent` of web, one each `stepMs`; undefined where it is not measured. */
function record(fromMs: number, count: number, stepMs: number, value: (at: number) => number | undefined, save = true) {
  const sweeps: number[] = []
  for (let at = 0; at < count; at++) {
    const each = value(at)
    sweeps.push(fromMs + at * stepMs, at === 0 ? 1 : 0, 1, 0, 0, each ?? Number.NaN)
  }
  const names = { first: true, subjects: [['service', 'web']], keys: [['cpu_percent', '{}']] }
  const none = { first: false, subjects: [], keys: [] }
  series.take({ names: (named ? none : names) as never, sweeps: Float64Array.from(sweeps), save })
  named = true
}

const ask = (query: Partial<SeriesQuery> = {}) =>
  series.query({
    kind: 'service',
    metrics: ['cpu_percent'],
    fromMs: start,
    toMs: start + hour,
    stat: 'mean',
    points: 600,
    intervalMs: 5_000,
    ...query,
  })
const pointsOf = (query: Partial<SeriesQuery> = {}) => ask(query).series[0]?.points ?? []
function tendAll(nowMs: number, changed: Partial<typeof bounds> = {}): void {
  while (series.tend(nowMs, { ...bounds, ...changed })) expect(nowMs).toBeGreaterThan(0)
}

test('what has changed in a look that the wall clock puts before the last one is not lost', () => {
  record(start, 2, 5_000, () => 1)
  const none = { first: false, subjects: [], keys: [] }
  const back = start + 4_500
  // The clock was set back by a little, and later looks tell of nothing that rests.
  series.take({ names: none, sweeps: Float64Array.of(back, 0, 1, 0, 0, 7, start + 10_000, 0, 0), save: true })
  expect(pointsOf().at(-1)).toEqual([start + 10_000, 7])
  reopen()
  expect(pointsOf().at(-1)).toEqual([start + 10_000, 7])
})

test('what was measured while the clock was far ahead hides nothing of what comes after', () => {
  record(start + 2 * day, 30, minute, () => 1)
  record(start, 8, minute, () => 5)
  expect(pointsOf({ stepMs: minute })).toHaveLength(8)
})

describe('kept measurements', () => {
  test('are told as they were measured, before and after their block is written', () => {
    record(start, 200, 5_000, (at) => at)
    const expected = Array.from({ length: 200 }, (_, at) => [start + at * 5_000, at])
    expect(pointsOf()).toEqual(expected)
    expect(ask()).toMatchObject({ level: 'raw', stepMs: 5_000 })
  })

  test('survive an agent that is killed, up to what was saved last', () => {
    record(start, 30, 5_000, (at) => at)
    record(start + 150_000, 4, 5_000, () => 7, false)
    reopen()
    expect(pointsOf()).toHaveLength(30)
    named = false
    record(start + 200_000, 150, 5_000, () => 1)
    reopen()
    expect(pointsOf().filter(([, value]) => value !== null)).toHaveLength(180)
  })

  test('have a gap where nothing was measured, and where a service was not there', () => {
    record(start, 10, 5_000, (at) => (at === 4 ? undefined : 1))
    record(start + 10 * minute, 2, 5_000, () => 1)
    expect(pointsOf()).toEqual([
      ...[0, 1, 2, 3].map((at) => [start + at * 5_000, 1]),
      [start + 20_000, null],
      ...[5, 6, 7, 8, 9].map((at) => [start + at * 5_000, 1]),
      [start + 50_000, null],
      ...[0, 1].map((at) => [start + 10 * minute + at * 5_000, 1]),
    ])
  })

  test('have no gap where one measurement came late', () => {
    record(start, 2, 12_000, () => 1)
    expect(pointsOf()).toHaveLength(2)
  })

  test('come to least, mean, most and 95th percentile of each minute', () => {
    record(start, 36 * 12, 5_000, (at) => at % 12)
    // Measured so often, an hour would be too much to be read.
    const question = { stepMs: minute, intervalMs: 100 }
    expect(ask(question).level).toBe('minute')
    const of = (stat: SeriesQuery['stat']) => pointsOf({ ...question, stat })
    expect(of('min')).toHaveLength(36)
    expect([of('min')[0]?.[1], of('mean')[0]?.[1], of('max')[0]?.[1], of('p95')[0]?.[1]]).toEqual([0, 5.5, 11, 11])
  })

  test('are thinned to what is asked for, and keep the peak', () => {
    record(start, 700, 5_000, (at) => (at === 333 ? 100 : at % 3))
    const points = pointsOf({ points: 100 })
    expect(points).toHaveLength(100)
    expect(Math.max(...points.map(([, value]) => value ?? 0))).toBe(100)
  })

  test('of two days are joined to half days and hours, and the raw ones go after their time', () => {
    record(start, 2 * 24 * 60, minute, (at) => Math.floor(at / 60))
    tendAll(start + 2 * day + hour)
    const blocks = db.prepare('SELECT level, count(*) AS count FROM metric_block GROUP BY level').all()
    expect(blocks).toEqual([
      { level: 0, count: expect.any(Number) },
      { level: 1, count: expect.any(Number) },
      { level: 2, count: 3 },
    ])
    const question = { toMs: start + 2 * day, points: 20 }
    expect(ask(question)).toMatchObject({ level: 'hour', stepMs: hour })
    expect(pointsOf({ ...question, points: 100, stepMs: hour })).toEqual(
      Array.from({ length: 48 }, (_, at) => [start + at * hour, at]),
    )
    const raw = db.prepare('SELECT min(until_ms) AS until FROM metric_block WHERE level = 0').get() as { until: number }
    expect(raw.until).toBeGreaterThanOrEqual(start + day + hour)
    const minutes = pointsOf({ toMs: start + 2 * day, points: 10_000, intervalMs: 1_000 })
    expect(minutes).toHaveLength(2 * 24 * 60)
  })

  test('of a half day come to the figures of its hours, whether they moved or rested', () => {
    // An hour at rest, one that moves within its minutes, and so on.
    record(start, 13 * 720, 5_000, (at) => (Math.floor(at / 720) % 2 === 0 ? 3 : at % 12))
    tendAll(start + 13 * hour)
    expect(db.prepare('SELECT count(*) AS count FROM metric_block WHERE level = 2').get()).toEqual({ count: 1 })
    const of = (stat: SeriesQuery['stat']) =>
      pointsOf({ stat, stepMs: hour, intervalMs: 10, toMs: start + 12 * hour }).slice(0, 2)
    const at = (hours: number): number => start + hours * hour
    expect(ask({ stepMs: hour, intervalMs: 10, toMs: start + 12 * hour }).level).toBe('minute')
    expect(of('mean')).toEqual([
      [at(0), 3],
      [at(1), 5.5],
    ])
    expect(of('min')).toEqual([
      [at(0), 3],
      [at(1), 0],
    ])
    expect(of('max')).toEqual([
      [at(0), 3],
      [at(1), 11],
    ])
    const hours = db.prepare('SELECT data FROM metric_chunk WHERE level = 2').get() as { data: Uint8Array }
    const [columns] = readRolled(hours.data).values()
    expect([...(columns?.max ?? [])].slice(0, 3)).toEqual([3, 11, 3])
    expect([...(columns?.mean ?? [])].slice(0, 3)).toEqual([3, 5.5, 3])
  })

  test('are joined all the same by an agent that takes over in the middle of it', () => {
    record(start, 26 * 60, minute, (at) => at % 60)
    expect(series.tend(start + 26 * hour, bounds)).toBe(true)
    reopen()
    tendAll(start + 26 * hour)
    reopen()
    tendAll(start + 26 * hour)
    expect(pointsOf({ toMs: start + day, stepMs: minute, stat: 'max' })).toEqual(
      Array.from({ length: 24 * 60 }, (_, at) => [start + at * minute, at % 60]),
    )
  })

  test('that are too much lose the oldest raw ones first', () => {
    record(start, 5 * 60 * 12, 5_000, (at) => Math.sin(at))
    tendAll(start + 5 * hour, { bytes: 40_000 })
    expect(pointsOf({ toMs: start + 5 * hour, stepMs: minute }).length).toBeGreaterThan(290)
    expect(pointsOf({ toMs: start + minute, stepMs: 5_000 })[0]?.[0]).toBe(start)
    const { count } = db.prepare('SELECT count(*) AS count FROM metric_block WHERE level = 0').get() as {
      count: number
    }
    expect(count).toBeLessThan(30)
  })

  test('that are damaged are a gap, and no more', () => {
    record(start, 60 * 12, 5_000, () => 3)
    const row = db
      .prepare('SELECT from_ms, data FROM metric_chunk WHERE level = 0 ORDER BY from_ms LIMIT 1 OFFSET 1')
      .get()
    const { from_ms: fromMs, data } = row as { from_ms: number; data: Uint8Array }
    data[data.length - 1] = (data[data.length - 1] ?? 0) ^ 4
    db.prepare('UPDATE metric_chunk SET data = ? WHERE level = 0 AND from_ms = ?').run(data, fromMs)
    reopen()
    const points = pointsOf()
    expect(points.filter(([, value]) => value === null)).toHaveLength(1)
    expect(points.filter(([, value]) => value === 3).length).toBeGreaterThan(590)
  })

  test('of a new worker are refused until it has been told what they are of', () => {
    record(start, 1, 5_000, () => 1)
    reopen()
    expect(() => record(start + 5_000, 1, 5_000, () => 1)).toThrow('has not been named')
  })
})

describe('names of what is measured', () => {
  const subjectsIn = (): number => countIn('metric_subject')
  const keysIn = (): number => countIn('metric_key')
  const countIn = (table: string): number =>
    (db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count
  /** Not more than a day of anything is kept. */
  const briefly = { minuteMs: day, hourMs: day }

  /** One sweep that says all there is: of one service, so many series, each with the value 1. */
  function measure(service: string, atMs: number, labels: readonly string[]) {
    const keys = labels.map((label): [string, string] => ['requests', JSON.stringify({ label })])
    const names = { first: true, subjects: [['service', service]] as [string, string][], keys }
    const changes = labels.flatMap((_, key) => [0, key, 1])
    return series.take({ names, sweeps: Float64Array.of(atMs, 1, labels.length, ...changes), save: true })
  }
  const labelled = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `${prefix}${at}`)
  const foundOf = (service: string, fromMs: number): number =>
    ask({ subjects: [service], metrics: ['requests'], fromMs, toMs: fromMs + hour }).series.length

  test('of one service are bounded, which is told once and stops no other service', () => {
    expect(measure('churn', start, labelled('a', 4_000)).refusals).toEqual([])
    const told = measure('churn#1', start + minute, labelled('b', 2_000)).refusals
    expect(told).toEqual([{ of: 'one', kind: 'service', name: 'churn#1', most: 5_000 }])
    expect(measure('churn', start + 2 * minute, labelled('c', 100)).refusals).toEqual([])
    expect(measure('web', start + 3 * minute, labelled('w', 200)).refusals).toEqual([])
    expect(foundOf('web', start)).toBe(200)
    expect(foundOf('churn#1', start)).toBe(1_000)
    expect(keysIn()).toBe(5_200)
    reopen()
    expect(measure('churn', start + 4 * minute, labelled('d', 100)).refusals).toHaveLength(1)
    expect(keysIn()).toBe(5_200)
  })

  test('of which nothing is left are forgotten, and new ones are recorded again', () => {
    measure('churn', start, labelled('a', 5_000))
    expect(measure('churn', start + minute, labelled('b', 100)).refusals).toHaveLength(1)
    // What is measured days later ends the block.
    const later = start + 5 * day
    expect(measure('web', later, ['w']).hasRoomAgain).toBe(false)
    tendAll(later + minute, briefly)
    expect([subjectsIn(), keysIn()]).toEqual([1, 1])
    expect(measure('churn', later + 2 * minute, labelled('b', 100)).refusals).toEqual([])
    expect(foundOf('churn', later)).toBe(100)
    reopen()
    expect(foundOf('churn', later)).toBe(100)
    expect(foundOf('web', later)).toBe(1)
  })

  test('that were refused are asked for anew when there is room', () => {
    measure('churn', start, labelled('a', 5_000))
    measure('churn', start + minute, labelled('b', 100))
    const rest = { names: { first: false, subjects: [], keys: [] }, save: true }
    const later = start + 5 * day
    expect(series.take({ ...rest, sweeps: Float64Array.of(later, 0, 0) }).hasRoomAgain).toBe(false)
    tendAll(later + minute, briefly)
    expect(series.take({ ...rest, sweeps: Float64Array.of(later + minute, 0, 0) }).hasRoomAgain).toBe(true)
    expect(measure('churn', later + 2 * minute, labelled('b', 100)).hasRoomAgain).toBe(false)
    expect(foundOf('churn', later)).toBe(100)
  })

  test('stay while an hour of theirs is kept, and while they are measured', () => {
    measure('web', start, ['old'])
    measure('web', start + 13 * hour, ['new'])
    measure('web', start + 25 * hour, ['new'])
    tendAll(start + 25 * hour)
    const later = start + 5 * day
    measure('web', later, ['new'])
    tendAll(later + minute, { minuteMs: day })
    expect(ask({ metrics: ['requests'], toMs: start + day, stepMs: hour }).series.map(({ labels }) => labels)).toEqual([
      { label: 'old' },
      { label: 'new' },
    ])
    tendAll(later + minute, briefly)
    expect(keysIn()).toBe(1)
    reopen()
    expect(foundOf('web', later)).toBe(1)
  })

  test('are forgotten a few at a time', () => {
    measure('churn', start, labelled('a', 2_000))
    const later = start + 5 * day
    measure('web', later, ['w'])
    const counts = [keysIn()]
    while (series.tend(later + minute, { ...bounds, ...briefly })) counts.push(keysIn())
    expect(counts.at(-1)).toBe(1)
    for (const [at, count] of counts.entries()) expect((counts[at - 1] ?? count) - count).toBeLessThanOrEqual(500)
  })

  test('that could not be written are not believed to be there', () => {
    measure('web', start, ['a'])
    db.exec(
      "CREATE TRIGGER full BEFORE INSERT ON metric_key WHEN NEW.labels LIKE '%c%' BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    expect(() => measure('web', start + minute, ['b', 'c'])).toThrow('full')
    db.exec('DROP TRIGGER full')
    measure('web', start + 2 * minute, ['d', 'b'])
    reopen()
    expect(ask({ metrics: ['requests'] }).series.map(({ labels }) => labels.label)).toEqual(['a', 'd', 'b'])
  })

  test('that an earlier version has noted stay while there is something of them', () => {
    db.close()
    rmSync(join(folder, 'series.db'))
    db = new DatabaseSync(join(folder, 'series.db'))
    for (const script of migrations.slice(0, migrations.indexOf(nameMigration))) db.exec(script)
    db.exec("INSERT INTO metric_subject (kind, name) VALUES ('service', 'web')")
    db.exec("INSERT INTO metric_key (metric, labels) VALUES ('requests', '{}')")
    db.exec(`INSERT INTO metric_block (level, from_ms, until_ms, bytes) VALUES (1, ${start}, ${start + 12 * hour}, 1)`)
    db.exec(nameMigration)
    reopen()
    tendAll(start + 5 * day)
    expect([subjectsIn(), keysIn()]).toEqual([1, 1])
    tendAll(start + 50 * day)
    expect([subjectsIn(), keysIn()]).toEqual([0, 0])
  })
})

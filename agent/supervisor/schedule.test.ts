import { expect, test } from 'vitest'
import type { CronSpec } from '../config/index.ts'
import { nextDue } from './schedule.ts'

const cron = (schedule: string, timezone: string): CronSpec => ({ schedule, timezone, overlap: 'skip', catchUp: false })
const ms = (iso: string): number => Date.parse(iso)

/** Every due time between two moments. */
function dueBetween(spec: CronSpec, from: string, until: string): string[] {
  const found: string[] = []
  for (let at = nextDue(spec, ms(from)); at !== undefined && at <= ms(until); at = nextDue(spec, at)) {
    found.push(new Date(at).toISOString())
    if (found.length > 200) throw new Error('never ends')
  }
  return found
}

test.each([
  // zone, day on which clocks go forward (UTC range), schedule inside the skipped hour
  ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'],
  ['America/New_York', '30 2 * * *', '2026-03-07T12:00:00Z', '2026-03-08T18:00:00Z'],
  ['Australia/Sydney', '30 2 * * *', '2026-10-03T12:00:00Z', '2026-10-04T12:00:00Z'],
  ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00:00Z', '2026-10-04T12:00:00Z'],
  ['America/Santiago', '30 0 * * *', '2026-09-05T12:00:00Z', '2026-09-06T15:00:00Z'],
])('a time that %s skips runs once that day', (zone, schedule, from, until) => {
  expect(dueBetween(cron(schedule, zone), from, until)).toHaveLength(1)
})

test.each([
  ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '*/20 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
  ['America/New_York', '30 2 * * *', '2026-03-08T00:00:00Z', '2026-03-08T07:00:00Z'],
  ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00:00Z', '2026-10-03T15:30:00Z'],
  ['America/Santiago', '30 0 * * *', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00Z'],
])('a time that %s skips runs at the first minute after it: %s', (zone, schedule, from, changed) => {
  expect(nextDue(cron(schedule, zone), ms(from))).toBe(ms(changed))
  expect(nextDue(cron(schedule, zone), ms(changed))).toBeGreaterThan(ms(changed) + 20 * 3_600_000)
})

test.each([
  ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'],
  ['America/New_York', '30 1 * * *', '2026-10-31T12:00:00Z', '2026-11-01T18:00:00Z'],
  ['Australia/Sydney', '30 2 * * *', '2026-04-04T12:00:00Z', '2026-04-05T12:00:00Z'],
  ['Australia/Lord_Howe', '45 1 * * *', '2026-04-04T10:00:00Z', '2026-04-05T10:00:00Z'],
  ['America/Santiago', '30 23 * * *', '2026-04-04T15:00:00Z', '2026-04-05T15:00:00Z'],
])('a time that %s repeats runs once that day', (zone, schedule, from, until) => {
  expect(dueBetween(cron(schedule, zone), from, until)).toHaveLength(1)
})

test('a schedule of each five minutes goes on through a change of clocks', () => {
  const due = dueBetween(cron('*/5 * * * *', 'Europe/Berlin'), '2026-03-29T00:00:00Z', '2026-03-29T03:00:00Z')
  expect(due).toHaveLength(36)
})

test.each([
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T01:00:00.000Z']],
  ['10,20,30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T01:00:00.000Z']],
  ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z', ['2026-10-03T15:30:00.000Z']],
  [
    '0,40 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T12:00:00Z',
    ['2026-10-03T15:30:00.000Z', '2026-10-03T15:40:00.000Z'],
  ],
])('what a change of clocks skips of %s in %s runs once, at the next valid minute', (schedule, zone, from, due) => {
  expect(dueBetween(cron(schedule, zone), from, new Date(ms(from) + 86_400_000).toISOString())).toEqual(due)
})

test.each([
  ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45:00Z', '2026-10-25T12:00:00Z'],
  ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T14:50:00Z', '2026-04-05T10:00:00Z'],
])('what has run does not run again when %s in %s comes a second time', (schedule, zone, from, until) => {
  expect(dueBetween(cron(schedule, zone), from, until)).toEqual([])
})

test('a repeated half hour runs the first time', () => {
  const due = dueBetween(cron('*/10 * * * *', 'Australia/Lord_Howe'), '2026-04-04T14:15:00Z', '2026-04-04T15:35:00Z')
  expect(due.map((time) => time.slice(11, 16))).toEqual(['14:20', '14:30', '14:40', '14:50', '15:30'])
})

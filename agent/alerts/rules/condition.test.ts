import { expect, test } from 'vitest'
import { ConditionError, parseCondition, usesOf } from './index.ts'

test.each([
  'cpu_percent > 80',
  'memory_bytes > 260MB and state == "running"',
  'not (health == "unhealthy" or state != "running")',
  'rate(restarts, 5m) * 60 > 1 or uptime_seconds < 30s',
  'avg(memory_percent, 5m) > 80',
  'cpu_percent > 2 * avg(1h)',
  'forecast(disk_percent, 4h) >= 100',
  'disk_percent{mount="/"} > 90',
  'event("service.failed")',
  'count(event("service.exited"), 10m) > 3',
  'log(/ERROR [0-9]+/i)',
  'count(log(/a\\/b/), 5m) > 10',
  '-1 < cpu_percent && !(cpu_percent > 5)',
])('reads %s', (when) => {
  expect(parseCondition(when).end).toBeGreaterThan(0)
})

test.each([
  ['cpu_percent >', 13, 'ends too early'],
  ['cpu_percent = 3', 12, '"=" compares nothing'],
  ['cpu_percent', 0, 'holds or does not'],
  ['cpu_percent > "a"', 14, 'compared with a number'],
  ['state > "a"', 0, 'equal or not'],
  ['avg(5m) > 3', 0, 'does not say what it is of'],
  ['mean(cpu_percent, 5m) > 3', 0, 'no function "mean"'],
  ['log(/[/) ', 4, 'does not end'],
  ['cpu_percent > 80 cpu_percent', 17, 'does not go on'],
  ['cpu_percent > 5x', 14, 'no amount'],
  ['avg(cpu_percent, 30d) > 1', 17, 'no length of time'],
])('says where and what is wrong in %s', (when, start, words) => {
  let found: unknown
  try {
    parseCondition(when)
  } catch (error) {
    found = error
  }
  expect(found).toBeInstanceOf(ConditionError)
  expect((found as ConditionError).message).toContain(words)
  expect((found as ConditionError).span.start).toBe(start)
})

test('a window without a metric is of the one that it is compared with', () => {
  const { windows } = usesOf(parseCondition('memory_bytes > 1 and cpu_percent > 2 * avg(1h)'))
  expect([...windows]).toEqual([['cpu_percent', 3_600_000]])
})

test('a condition that is nested without end is refused', () => {
  expect(() => parseCondition(`${'('.repeat(200)}cpu_percent > 1${')'.repeat(200)}`)).toThrow(/nested too deeply/)
})

import { expect, test } from 'vitest'
import type { Alert } from '../../contract/index.ts'
import { causesOf, followersOf, type World } from './cause.ts'
import { alertOf } from './fixtures/alert.ts'

const dependents = Array.from({ length: 30 }, (_, index) => `web-${index}`)
function worldOf(needs: Readonly<Record<string, readonly string[]>>, unwell: readonly string[]): World {
  return {
    dependsOn: (name) => needs[name] ?? [],
    serviceOf: (instance) => instance.replace(/#\d+$/, ''),
    isUnwell: (service) => unwell.includes(service),
  }
}
const onDatabase = Object.fromEntries(dependents.map((name) => [name, ['database']]))
const idsOf = (alerts: readonly Alert[], world: World): Record<string, string | undefined> =>
  Object.fromEntries([...causesOf(alerts, world)].map(([id, cause]) => [id, cause.id]))

test('thirty dependents of a database that dies follow from it, and what fails by itself does not', () => {
  const database = alertOf('database', { severity: 'critical' })
  const alerts = [...dependents.map((name) => alertOf(name)), alertOf('other'), database]
  const causes = causesOf(alerts, worldOf(onDatabase, ['database', 'other', ...dependents]))
  expect(causes.size).toBe(30)
  expect([...causes.values()].every(({ id }) => id === database.id)).toBe(true)
  expect(followersOf(alerts, causes).get(database.id)).toMatchObject({ count: 30 })
  expect(followersOf(alerts, causes).get(database.id)?.services).toHaveLength(20)
})

test('the cause is the one furthest down, however the alerts are ordered', () => {
  const needs = { web: ['api'], api: ['database'], database: ['disk'] }
  const alerts = ['web', 'api', 'database'].map((name) => alertOf(name))
  const world = worldOf(needs, ['web', 'api', 'database'])
  const expected = { web: 'database', api: 'database' }
  expect(idsOf(alerts, world)).toEqual(expected)
  expect(idsOf(alerts.toReversed(), world)).toEqual(expected)
})

test('services that need each other in a circle do not follow from one another for ever', () => {
  const needs = { a: ['b'], b: ['a'] }
  expect(() => causesOf([alertOf('a'), alertOf('b')], worldOf(needs, ['a', 'b']))).not.toThrow()
})

test('what it needs is no cause when that is well again, or failed only long after', () => {
  const web = alertOf('web-0')
  expect(idsOf([web, alertOf('database')], worldOf(onDatabase, []))).toEqual({})
  const late = alertOf('database', { startsAt: '2026-03-01T12:30:00.000Z' })
  expect(idsOf([web, late], worldOf(onDatabase, ['database']))).toEqual({})
})

test('what is measured of a dependent is its own affair', () => {
  const busy = alertOf('web-0', { metric: 'cpu_percent', value: 90 })
  expect(idsOf([busy, alertOf('database')], worldOf(onDatabase, ['database']))).toEqual({})
})

test('a machine without memory or space collapses what fails on it, one that is merely rather full does not', () => {
  const host = (value: number): Alert =>
    alertOf('here', { id: 'host', on: 'host', metric: 'memory_percent', value, severity: 'warning' })
  const failures = [alertOf('a'), alertOf('b')]
  expect(idsOf([...failures, host(99)], worldOf({}, []))).toEqual({ a: 'host', b: 'host' })
  expect(idsOf([...failures, host(91)], worldOf({}, []))).toEqual({})
})

test('two rules about one failure are one', () => {
  const down = alertOf('web', { id: 'down', severity: 'critical' })
  const loop = alertOf('web', { id: 'loop', name: 'crash-loop', severity: 'warning' })
  expect(idsOf([loop, down], worldOf({}, ['web']))).toEqual({ loop: 'down' })
})

test('a rule whose time has not run out yet does not speak for one that fires', () => {
  const grave = alertOf('web', { id: 'grave', name: 'down-for-long', severity: 'critical', state: 'pending' })
  const down = alertOf('web', { id: 'down', severity: 'warning' })
  expect(idsOf([grave, down], worldOf({}, ['web']))).toEqual({ grave: 'down' })
})

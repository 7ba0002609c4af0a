import { expect, test } from 'vitest'
import type { Service } from '../../contract/index.ts'
import { service } from '../store/samples.ts'
import { dependentsOf, stoppedNeedsOf } from './consequences.ts'

const mapOf = (...services: Service[]) => new Map(services.map((each) => [each.name, each]))
const names = (services: readonly Service[]) => services.map(({ name }) => name)

const database = service({ name: 'database' })
const api = service({ name: 'api', dependsOn: ['database'] })
const web = service({ name: 'web', dependsOn: ['api'] })

test('what depends through others is hit too, the farthest first', () => {
  expect(names(dependentsOf(mapOf(database, api, web), [database]))).toEqual(['web', 'api'])
})

test('what is down already is not hit', () => {
  const stopped = { ...api, state: 'stopped' as const }
  expect(dependentsOf(mapOf(database, stopped), [database])).toEqual([])
})

test('what is stopped together is not asked about', () => {
  expect(dependentsOf(mapOf(database, api), [database, api])).toEqual([])
})

test('each instance that needs it is hit once', () => {
  const one = service({ name: 'api#0', dependsOn: ['database'] })
  const two = service({ name: 'api#1', dependsOn: ['database'] })
  expect(names(dependentsOf(mapOf(database, one, two), [database])).sort()).toEqual(['api#0', 'api#1'])
})

test('a circle of needs comes to an end', () => {
  const first = service({ name: 'a', dependsOn: ['b'] })
  const second = service({ name: 'b', dependsOn: ['a'] })
  expect(names(dependentsOf(mapOf(first, second), [first]))).toEqual(['b'])
  expect(stoppedNeedsOf(mapOf(first, second), [first])).toEqual([])
})

test('what a person has stopped is offered, what it needs before it', () => {
  const down = { desired: 'down', state: 'stopped' } as const
  const services = mapOf({ ...database, ...down }, { ...api, ...down }, web)
  expect(names(stoppedNeedsOf(services, [web]))).toEqual(['database', 'api'])
})

test('what is disabled or only waits is not offered', () => {
  const disabled = { ...database, desired: 'down' as const, state: 'stopped' as const, enabled: false }
  const waiting = { ...database, state: 'waiting' as const }
  expect(stoppedNeedsOf(mapOf(disabled, api), [api])).toEqual([])
  expect(stoppedNeedsOf(mapOf(waiting, api), [api])).toEqual([])
})

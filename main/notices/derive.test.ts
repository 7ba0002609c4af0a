import { expect, it } from 'vitest'
import type { ConfigStatus, Service } from '../../contract/index.ts'
import { together, Watcher } from './derive.ts'

const service = (name: string, state: string, more: Partial<Service> = {}): Service =>
  ({ name, state, why: null, reason: { code: 'exited', text: 'Exited with code 1' }, ...more }) as Service
const because = (subject: string): Partial<Service> => ({
  why: { sentence: `${subject} is down`, chain: [{ subject, fact: 'It is down' }], fixes: [] },
})

it('says nothing of what had failed before', () => {
  expect(new Watcher().look([service('a', 'failed')], undefined)).toEqual({ turns: [], notices: [] })
})

it('tells each turn once', () => {
  const watcher = new Watcher()
  const look = (...services: Service[]): string[] =>
    together(watcher.look(services, undefined).turns).map(({ title }) => title)
  look(service('a', 'running'))
  expect(look(service('a', 'failed'))).toEqual(['a failed'])
  expect(look(service('a', 'failed'))).toEqual([])
  expect(look(service('a', 'starting'))).toEqual([])
  expect(look(service('a', 'running'))).toEqual(['a runs again'])
  expect(look(service('a', 'failed', { reason: { code: 'crash-loop', text: '' } }))).toEqual(['a keeps crashing'])
  expect(look(service('a', 'stopped'))).toEqual([])
  expect(look(service('a', 'running'))).toEqual([])
})

it('makes one of thirty that failed for one cause, and of many causes', () => {
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`)
  const fail = (more: (name: string) => Partial<Service>) => {
    const watcher = new Watcher()
    watcher.look([], undefined)
    return together(
      watcher.look(
        names.map((name) => service(name, 'failed', more(name))),
        undefined,
      ).turns,
    )
  }
  const [one, ...others] = fail(() => because('database'))
  expect(others).toEqual([])
  expect(one).toMatchObject({ title: '30 services failed', path: '/services' })
  expect(one?.body).toBe('s0, s1, s2, s3 and 26 more\ndatabase is down')
  expect(fail(() => ({}))).toHaveLength(1)
})

it('tells of an invalid configuration once, with its place', () => {
  const watcher = new Watcher()
  const diagnostics = [{ severity: 'error', file: 'a.hcl', line: 3, message: 'no such service' }]
  const invalid = { status: 'invalid', diagnostics } as unknown as ConfigStatus
  watcher.look([], undefined)
  expect(watcher.look([], invalid).notices[0]?.body).toContain('a.hcl:3: no such service')
  expect(watcher.look([], invalid).notices).toEqual([])
})

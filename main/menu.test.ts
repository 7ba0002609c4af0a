import { expect, it } from 'vitest'
import type { Service } from '../contract/index.ts'
import { externalAddress } from './address.ts'
import { actOnAll } from './all.ts'
import { trayMenu, trayState } from './menu.ts'

const service = (name: string, state: string): Service =>
  ({ name, state, health: 'none', type: 'service' }) as unknown as Service

it('shows what needs attention first, and eight services at most', () => {
  const services = [...Array.from({ length: 9 }, (_, n) => service(`s${n}`, 'running')), service('bad', 'failed')]
  const noop = (): void => {}
  const menu = trayMenu(services, { act: noop, actAll: noop, open: noop, quit: noop, runAgent: noop })
  const names = menu.filter(({ submenu }) => submenu).map(({ label }) => label)
  expect(names).toHaveLength(8)
  expect(names[0]).toBe('bad: failed')
})

it('counts what Stop all and Start all are about', () => {
  const noop = (): void => {}
  const menu = trayMenu([service('a', 'running'), service('b', 'running'), service('c', 'stopped')], {
    ...{ act: noop, actAll: noop, open: noop, quit: noop, runAgent: noop },
  })
  const labels = menu.map(({ label }) => label)
  expect(labels).toContain('Stop all (2)')
  expect(labels).toContain('Start all (1)')
})

it('says in one text what of all was refused', async () => {
  const services = [service('a', 'running'), service('b', 'running')]
  const refuse = async (name: string) => {
    if (name === 'a') throw new Error('It is being changed')
  }
  expect(await actOnAll(services, 'stop', refuse)).toBe('1 of 2 could not stop:\na: It is being changed')
  expect(await actOnAll(services, 'stop', async () => undefined)).toBeUndefined()
})

it('has an icon for each of four states', () => {
  const states = ['running', 'failed', 'starting', 'stopped'].map((state) => trayState([service('a', state)]))
  expect(states).toEqual(['well', 'attention', 'working', 'none'])
})

it('opens nothing but https and loopback outside', () => {
  expect(externalAddress('https://example.com/')).toBe('https://example.com/')
  expect(externalAddress('http://127.0.0.1:80/')).toBeDefined()
  for (const bad of ['file:///etc/passwd', 'http://example.com', 'javascript:1', 'https://a:b@c.d', 5])
    expect(externalAddress(bad)).toBeUndefined()
})

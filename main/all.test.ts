import { expect, it } from 'vitest'
import type { Service } from '../contract/index.ts'
import { actOnAll } from './all.ts'

const service = (name: string, state: string): Service =>
  ({ name, state, health: 'none', type: 'service' }) as unknown as Service

it('says in one text what of all was refused', async () => {
  const services = [service('a', 'running'), service('b', 'running')]
  const refuse = async (names: readonly string[]) =>
    names.filter((name) => name === 'a').map((name) => ({ name, why: 'It is being changed' }))
  expect(await actOnAll(services, 'stop', refuse)).toBe('1 of 2 could not stop:\na: It is being changed')
  expect(await actOnAll(services, 'stop', async () => [])).toBeUndefined()
})

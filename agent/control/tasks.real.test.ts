import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

const caller = { author: 'anna', role: 'admin' as const }
let place: Place
afterEach(() => place.close())

it('commands that were run once are forgotten when a hundred newer ones have ended, their lines are not', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  const { pid } = await place.running('web')
  const ended = (): string[] =>
    place.core.listServices().flatMap(({ name, state }) => (state === 'completed' ? [name] : []))
  await place.core.run({ argv: ['echo', 'hello'], name: 'first' }, caller)
  await place.until('first', ({ state }) => state === 'completed')
  for (let count = 1; count <= 100; count++) await place.core.run({ argv: ['true'], name: `task-${count}` }, caller)
  await place.eventually(
    () => ended().length === 100 && !ended().includes('first'),
    () => ended().join(),
  )
  expect(() => place.service('first')).toThrow('first')
  const { items } = await place.core.logs.query({ service: ['first'], limit: 10 })
  expect(items.map(({ text }) => text)).toEqual(['hello'])
  await place.reload(service('web', 'sleep 1000') + service('first', 'sleep 1000'))
  await place.running('first')
  expect(place.service('web').pid).toBe(pid)
})

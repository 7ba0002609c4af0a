import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Health, needsAttention, type Service, type ServiceState, serviceStates } from '../../contract/index.ts'
import { Tally } from './tally.ts'
import { Unseen } from './unseen.ts'

type Known = Pick<Service, 'state' | 'health'>

const changes = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    now: fc.option(
      fc.record({
        state: fc.constantFrom<ServiceState[]>(...serviceStates),
        health: fc.constantFrom<Health[]>('none', 'healthy', 'unhealthy'),
      }),
      { nil: undefined },
    ),
    isAsked: fc.boolean(),
  }),
)

test('whatever changes, comes or goes between two looks, the counts are those of all that there are', () => {
  fc.assert(
    fc.property(changes, (steps) => {
      const services = new Map<string, Known>()
      const unseen = new Unseen()
      const tally = new Tally(unseen.follow(), (name) => services.get(name) as Service | undefined)
      for (const { name, now, isAsked } of steps) {
        if (now) services.set(name, now)
        else services.delete(name)
        unseen.changed(name)
        if (isAsked) tally.now()
      }
      const all = [...services.values()]
      expect(tally.now()).toEqual({
        running: all.filter(({ state }) => state === 'running').length,
        failing: all.filter(needsAttention).length,
        total: all.length,
      })
    }),
  )
})

test('each who follows is told of every change once', () => {
  const unseen = new Unseen()
  const [first, second] = [unseen.follow(), unseen.follow()]
  unseen.changed('a')
  expect([...first()]).toEqual(['a'])
  unseen.changed('b')
  expect([[...first()], [...first()], [...second()]]).toEqual([['b'], [], ['a', 'b']])
})

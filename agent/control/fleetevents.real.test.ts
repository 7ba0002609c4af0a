import { connect } from 'nats'
import { expect, it, vi } from 'vitest'
import { fleetForTests, sees } from '../fleet/fixtures/fleet.ts'
import { hasTold } from '../fleet/fixtures/told.ts'
import { type Place, service } from './fixtures/place.ts'

const { server, host } = fleetForTests()
vi.setConfig({ testTimeout: 180_000 })
const patience = { timeout: 60_000, interval: 100 }
const caller = { author: 'mira', role: 'admin' } as const

/** The hosts and kinds of what the fleet tells, newest first, as soon as it is so. */
const told = async (place: Place, query: object = {}): Promise<string[]> =>
  (await place.core.fleet.events({ limit: 500, ...query }, caller)).items.map((event) => `${event.host} ${event.kind}`)

const keepsEvents = (place: Place) =>
  expect.poll(() => place.core.fleet.status().events, patience).toEqual({ from: 'stream', problem: null })

it('two hosts of one name, of which one has gone, are told apart, each with its own events', async () => {
  const laptop = await host('laptop')
  const first = await host('atlas', service('web', 'sleep 1000'))
  await first.running('web')
  await sees(laptop, 'atlas')
  const { id } = laptop.core.fleet.host('atlas')
  await first.act('web', 'stop')
  const connection = await connect({ servers: server().url })
  await hasTold(connection, id, 'service.stopped')
  await connection.close()
  await first.end()
  await laptop.end()
  const second = await host('atlas')
  await laptop.begin()
  await sees(laptop, 'atlas')
  await keepsEvents(laptop)
  const gone = (await told(laptop)).find((line) => line.startsWith('atlas~'))?.split(' ')[0]
  expect(await told(laptop, { host: gone, service: 'web' })).toContain(`${gone} service.stopped`)
  expect(await told(laptop, { host: 'atlas' })).toContain('atlas agent.started')
  expect(await told(laptop, { host: 'atlas', service: 'web' })).toEqual([])
  await second.end()
})

it('of a host that is taken off the list nothing is told any more', async () => {
  const laptop = await host('laptop')
  const borea = await host('borea')
  await sees(laptop, 'borea')
  await keepsEvents(borea)
  await borea.end()
  await sees(laptop, 'borea', 'unreachable')
  await expect.poll(() => told(laptop, { host: 'borea' }), patience).toContain('borea agent.started')
  laptop.core.fleet.remove('borea')
  await expect.poll(async () => (await told(laptop)).filter((line) => line.startsWith('borea')), patience).toEqual([])
})

import { rmSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Service } from '../../contract/index.ts'
import { openReceiver } from '../alerts/deliver/fixtures/receiver.ts'
import { cuttable } from '../fleet/fixtures/cuttable.ts'
import { fleetForTests, sees } from '../fleet/fixtures/fleet.ts'
import { countedServices } from './fixtures/counted.ts'
import type { Place } from './fixtures/place.ts'

const { host, server } = fleetForTests()
vi.setConfig({ testTimeout: 180_000 })

const mira = { author: 'mira', role: 'admin' } as const
const hour = 3_600_000
const resting = 'autostart = false'

const queue = (place: Place, name: string, service: string, expiresInMs = hour) =>
  place.core.fleet.commands.create({ host: name, verb: 'start', services: [service], expiresInMs }, mira)
const commandEnds = (place: Place, id: string) =>
  place.eventually(
    () => place.core.fleet.commands.list().find((one) => one.id === id && one.endedAt !== null),
    () => JSON.stringify(place.core.fleet.commands.list()),
  )
const becomes = (place: Place, state: string) =>
  place.eventually(
    () => place.core.fleet.status().state === state,
    () => JSON.stringify(place.core.fleet.status()),
  )
/** How another host came and went, oldest first, as the agent tells it. */
const turns = async (place: Place, name: string): Promise<string[]> =>
  (await place.core.events.list({ limit: 500 }))
    .filter(({ kind, text }) => kind.startsWith('host.') && text.includes(name))
    .map(({ kind }) => kind)
    .reverse()

/** What another host says of its services, as whoever opens its page is told first. */
async function snapshotOf(place: Place, name: string): Promise<Service[]> {
  const stop = new AbortController()
  const watched = await place.core.fleet.call(name, ['state', 'watch'], {}, { signal: stop.signal }, mira)
  const iterator = (watched as AsyncIterable<{ type: string; services: Service[] }>)[Symbol.asyncIterator]()
  const { value } = await iterator.next()
  await iterator.return?.()
  return value.type === 'snapshot' ? value.services : []
}
const inShort = (services: readonly Service[]) => services.map(({ name, state, pid }) => ({ name, state, pid }))
const showsWhatIs = (place: Place, other: Place) =>
  expect
    .poll(
      () => snapshotOf(place, other.core.fleet.hosts().find(({ self }) => self)?.name ?? '').then(inShort, String),
      {
        timeout: 40_000,
      },
    )
    .toEqual(inShort([...other.core.listServices()]))

it('hosts whose server is killed and comes back with nothing go on, and all that was asked is done once', async () => {
  const { service, areStarted } = countedServices()
  const slow = service('slow', 'hooks {', '  pre_start {', '    command = "sleep 2"', '  }', '}')
  const laptop = await host('laptop')
  const atlas = await host(
    'atlas',
    service('web', 'restart {', 'delay = "10ms"', '}') + slow + service('done', resting),
  )
  const borea = await host('borea', service('queued', resting))
  const { pid } = await atlas.running('web')
  const { startedAt } = await atlas.running('slow')
  await areStarted({ web: 1, slow: 1 })
  await sees(laptop, 'borea')
  await borea.end()
  await sees(laptop, 'borea', 'unreachable')
  await sees(laptop, 'atlas')
  await commandEnds(laptop, (await queue(laptop, 'atlas', 'done')).id)
  const waiting = await queue(laptop, 'borea', 'queued')
  const connectedSince = laptop.core.fleet.status().since

  const restarted = laptop.core.fleet.call(
    'atlas',
    ['services', 'restart'],
    { name: 'slow', wait: 'running' },
    {},
    mira,
  )
  await atlas.until('slow', ({ state }) => state === 'stopping' || state === 'starting')
  await server().end('SIGKILL')
  rmSync(server().storeDir, { recursive: true, force: true })
  await becomes(laptop, 'lost')
  expect(laptop.core.fleet.status().since > connectedSince).toBe(true)
  expect(laptop.core.fleet.host('atlas')).toMatchObject({ state: 'unreachable', connectionLost: true })
  process.kill(Number(pid), 'SIGKILL')
  await atlas.until('web', (now) => now.state === 'running' && now.pid !== pid)
  await atlas.until('slow', (now) => now.state === 'running' && now.startedAt !== startedAt)
  await borea.begin()
  expect(laptop.core.fleet.commands.list()).toContainEqual(
    expect.objectContaining({ id: waiting.id, state: 'waiting' }),
  )

  await server().begin()
  await restarted
  await sees(laptop, 'atlas')
  expect(await commandEnds(laptop, waiting.id)).toMatchObject({ state: 'done' })
  await borea.running('queued')
  await showsWhatIs(laptop, atlas)
  await areStarted({ web: 2, slow: 2, done: 1, queued: 1 })
  expect(await turns(laptop, 'atlas')).toEqual(['host.joined'])
})

/** A receiver that a policy tells everything, and what it was told, a sentence each. */
async function receiver(): Promise<{ told: () => string[]; hcl: string }> {
  const { told, hcl, close } = await openReceiver()
  onTestFinished(close)
  return {
    told: () =>
      told().flatMap(({ alerts }) => alerts.map(({ name, host: about, state }) => `${name} of ${about} is ${state}`)),
    hcl: hcl('group_by = ["host"]', 'group_wait = "500ms"', 'group_interval = "200ms"'),
  }
}

it('hosts that are cut off, by refusal or in silence, come back once: what is too late is not done, the rest once, and no alarm is told twice', async () => {
  const { told, hcl } = await receiver()
  const rule = `alert "cut-off" {\n  on = "fleet"\n  when = "state == \\"lost\\""\n  keep_firing_for = "0s"\n}\n`
  const laptop = await host('laptop', hcl + rule)
  const away = await Promise.all(
    (['atlas', 'borea'] as const).map(async (name) => {
      const { service, areStarted } = countedServices()
      const line = await cuttable(server().port)
      onTestFinished(() => line.close())
      const services = ['doubtful', 'late', 'lasting'].map((each) => service(each, resting)).join('')
      const fails = service('web', 'restart {', 'policy = "never"', '}')
      const place = await host(name, services + fails + hcl, line)
      const { pid } = await place.running('web')
      await areStarted({ web: 1 })
      await sees(laptop, name)
      return { name, place, line, pid, areStarted }
    }),
  )

  for (const { name, line } of away) name === 'atlas' ? line.sever() : line.silence()
  const asked = away.map(async ({ name, place, line, pid }) => {
    // Nobody has missed the host yet: this one is sent, and nothing comes back.
    const doubtful = queue(laptop, name, 'doubtful')
    await becomes(place, 'lost')
    process.kill(Number(pid), 'SIGKILL')
    await place.until('web', ({ state }) => state === 'failed')
    await sees(laptop, name, 'unreachable')
    const late = await queue(laptop, name, 'late', 1_000)
    const lasting = await queue(laptop, name, 'lasting')
    expect(await commandEnds(laptop, late.id)).toMatchObject({
      state: 'expired',
      text: expect.stringContaining('nothing'),
    })
    // By then also the one whose connection is open has given it up, and finds no other.
    await place.eventually(
      () => /looked for again/.test(place.core.fleet.status().problem ?? ''),
      () => JSON.stringify(place.core.fleet.status()),
    )
    return { name, line, doubtful, lasting }
  })
  const waiting = await Promise.all(asked)
  const alarms = away.flatMap(({ name }) => [`cut-off of ${name} is firing`, `service-down of ${name} is firing`])
  await laptop.eventually(
    () => told().length >= alarms.length,
    () => told().join(),
  )
  expect(told().toSorted()).toEqual(alarms.toSorted())

  for (const { line } of away) line.mend()
  for (const { name, doubtful, lasting } of waiting) {
    await sees(laptop, name)
    expect(await commandEnds(laptop, (await doubtful).id)).toMatchObject({ state: 'done' })
    expect(await commandEnds(laptop, lasting.id)).toMatchObject({ state: 'done' })
  }
  alarms.push(...away.map(({ name }) => `cut-off of ${name} is resolved`))
  await laptop.eventually(
    () => told().length >= alarms.length,
    () => told().join(),
  )
  for (const { name, place, areStarted } of away) {
    await place.running('doubtful')
    await place.running('lasting')
    await laptop.eventually(() => laptop.core.fleet.host(name).alerts === 1)
    await showsWhatIs(laptop, place)
    await areStarted({ web: 1, doubtful: 1, lasting: 1 })
    expect(await turns(laptop, name)).toEqual(['host.joined', 'host.lost', 'host.joined'])
    // Whoever hears nobody has lost nobody.
    await sees(place, 'laptop')
    expect(await turns(place, 'laptop')).toEqual(['host.joined'])
  }
  expect(told().toSorted()).toEqual(alarms.toSorted())
})

import { connect } from 'nats'
import { afterEach, describe, expect, it } from 'vitest'
import { countedServices } from '../control/fixtures/counted.ts'
import { Place, service } from '../control/fixtures/place.ts'
import { cuttable } from './fixtures/cuttable.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import { stormy } from './fixtures/storm.ts'

/** Whoever does not read is cut off before much waits for it. */
const { server, host } = fleetForTests('max_pending: 1MB\nwrite_deadline: "2s"')
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

const mira = { author: 'mira', role: 'admin' } as const
const ask = (place: Place, name: string, path: string, input?: unknown) =>
  place.core.fleet.call(name, path.split('.'), input, {}, mira)
const status = (place: Place, isSo: (status: ReturnType<Place['core']['fleet']['status']>) => boolean) =>
  place.eventually(
    () => isSo(place.core.fleet.status()),
    () => JSON.stringify(place.core.fleet.status()),
  )
const told = async (place: Place): Promise<string[]> =>
  (await place.core.events.list({ limit: 100 })).map(({ kind }) => kind).filter((kind) => kind.startsWith('host.'))

/** Ends the other host, and sees that all that it told is kept: what is not can be asked of nobody then. */
async function keepsEventsOf(place: Place, other: Place): Promise<void> {
  const { name } = other.core.fleet.hosts().find(({ self }) => self) ?? { name: '' }
  const happened = (await other.core.events.list({ limit: 500 })).map(({ seq }) => seq)
  await other.end()
  await sees(place, name, 'unreachable')
  const kept = async () => (await place.core.fleet.events({ limit: 500, host: name }, mira)).items.map(({ seq }) => seq)
  await expect.poll(kept, { timeout: 60_000 }).toEqual(expect.arrayContaining(happened))
  const last = await kept()
  expect(last.filter((seq, index) => last.indexOf(seq) !== index)).toEqual([])
}

describe('a server that stands still', () => {
  it('makes no host lost: nothing is known of them, until it goes on', async () => {
    const laptop = await host('laptop')
    const atlas = await host('atlas', service('web', 'sleep 1000'))
    const { pid } = await atlas.running('web')
    await sees(laptop, 'atlas')
    server().signal('SIGSTOP')
    await status(laptop, ({ state }) => state === 'lost')
    expect(laptop.core.fleet.host('atlas')).toMatchObject({ state: 'unreachable', connectionLost: true })
    await expect(ask(laptop, 'atlas', 'agent.info')).rejects.toThrow('atlas cannot be asked. The server of the fleet')
    // The library sees it, too, and ends the connection.
    await status(laptop, ({ problem }) => /looked for again/.test(problem ?? ''))
    expect(await told(laptop)).toEqual(['host.joined'])
    server().signal('SIGCONT')
    await sees(laptop, 'atlas')
    expect(laptop.core.fleet.host('atlas').connectionLost).toBeUndefined()
    expect(laptop.core.fleet.status()).toMatchObject({ state: 'connected', problem: null })
    await expect
      .poll(() => ask(laptop, 'atlas', 'services.get', { name: 'web' }).catch(String), { timeout: 20_000 })
      .toMatchObject({ pid })
    expect(await told(laptop)).toEqual(['host.joined'])
  })
})

describe('an agent that does not read', () => {
  it('is cut off by the server, alone, comes back by itself and catches up', async () => {
    const { service: counted, areStarted } = countedServices()
    const line = await cuttable(server().port)
    cleanUps.push(() => line.close())
    const laptop = await host('laptop', '', { url: line.url })
    const atlas = await host('atlas', counted('web') + counted('asked', 'autostart = false'))
    await areStarted({ web: 1 })
    await sees(laptop, 'atlas')
    await sees(atlas, 'laptop')
    const before = laptop.core.fleet.status().since
    const untouched = atlas.core.fleet.status()
    const self = laptop.core.fleet.hosts().find((each) => each.self)
    const other = await connect({ servers: server().url })
    cleanUps.push(() => other.close())

    line.stall()
    const asked = laptop.core.fleet.commands.create(
      { host: 'atlas', verb: 'start', services: ['asked'], expiresInMs: 3_600_000 },
      mira,
    )
    await areStarted({ web: 1, asked: 1 })
    await atlas.act('web', 'stop')
    // Until the kernel's buffers are full, of what is no command.
    while (!server().log().includes('Slow Consumer')) {
      for (let count = 0; count < 16; count++) other.publish(`hxe.v1.cmd.${self?.id}.noise`, new Uint8Array(64 * 1024))
      await other.flush()
    }
    line.goOn()
    await status(laptop, ({ state, since }) => state === 'connected' && since > before)
    await sees(laptop, 'atlas')
    const { id } = await asked
    await laptop.eventually(
      () => laptop.core.fleet.commands.list().find((one) => one.id === id)?.state === 'done',
      () => JSON.stringify(laptop.core.fleet.commands.list()),
    )
    await expect
      .poll(() => ask(laptop, 'atlas', 'services.get', { name: 'web' }).catch(String), { timeout: 20_000 })
      .toMatchObject({ state: 'stopped' })
    await areStarted({ web: 1, asked: 1 })
    expect(await told(laptop)).toEqual(['host.joined'])
    expect(atlas.core.fleet.status()).toMatchObject({ state: untouched.state, since: untouched.since })
    await keepsEventsOf(laptop, atlas)
  })
})

describe('a way that loses 30 of 100 messages, says others five times, late and out of order', () => {
  it('has each command done once, as in fair weather', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `job-${index}`)
    const { service: counted, areStarted } = countedServices()
    const weather = stormy()
    const line = await cuttable(server().port, weather.carried)
    cleanUps.push(() => line.close())
    const laptop = await host('laptop', '', { url: line.url })
    const atlas = await host('atlas', names.map((name) => counted(name)).join(''))
    await areStarted(Object.fromEntries(names.map((name) => [name, 1])))
    await sees(laptop, 'atlas')
    // Who is there is told in fair weather: nobody else would be asked for anything.
    weather.begin({ loss: 0.3, copies: 5, lateMs: 2_000, touches: (subject) => !subject.endsWith('.hb') })
    const settled = await Promise.allSettled(
      names.map((name) => ask(laptop, 'atlas', 'services.restart', { name, wait: 'running' })),
    )
    weather.end()
    expect(weather.counts.lost).toBeGreaterThan(0)
    expect(settled.filter(({ status: how }) => how === 'fulfilled').length).toBeGreaterThan(names.length / 2)
    // Of what was not answered nobody knows whether it was done.
    const starts = settled.map(({ status: how }) => (how === 'fulfilled' ? 2 : expect.toBeOneOf([1, 2])))
    await areStarted(Object.fromEntries(names.map((name, index) => [name, starts[index]])))
    for (const name of names) await atlas.running(name)
    await keepsEventsOf(laptop, atlas)
  })
})

describe('a cluster of three servers', () => {
  it('may lose one: its hosts go to the others, and what was being done is done once', async () => {
    const servers = await NatsServer.cluster(3)
    cleanUps.push(async () => {
      for (const each of servers) await each.close()
    })
    const [first, second, third] = servers as [NatsServer, NatsServer, NatsServer]
    const joined = async (name: string, urls: readonly NatsServer[], hcl = ''): Promise<Place> => {
      const list = urls.map(({ url }) => JSON.stringify(url)).join(', ')
      const place = await Place.open(`agent {\n  name = "${name}"\n  nats {\n    servers = [${list}]\n  }\n}\n${hcl}`)
      cleanUps.push(() => place.close())
      return place
    }
    const slow = service('web', 'sleep 1000', 'hooks {', '  pre_start {', '    command = "sleep 2"', '  }', '}')
    // It learns of the other servers from the one that it knows.
    const atlas = await joined('atlas', [second], slow)
    const laptop = await joined('laptop', [first, third])
    await atlas.running('web')
    await sees(laptop, 'atlas')
    expect(atlas.core.fleet.status().server).toContain(String(second.port))
    const { restarts } = atlas.service('web')
    const restarted = ask(laptop, 'atlas', 'services.restart', { name: 'web', wait: 'running' })
    await atlas.until('web', ({ state }) => state === 'starting' || state === 'stopping')
    await second.end()
    await restarted
    expect(atlas.core.fleet.status().server).not.toContain(String(second.port))
    expect(await ask(laptop, 'atlas', 'services.get', { name: 'web' })).toMatchObject({ state: 'running', restarts })
    expect(await told(laptop)).toEqual(['host.joined'])
    const stops = await atlas.core.events.list({ limit: 100, kind: 'service.stopping' })
    expect(stops.filter(({ author }) => author === 'mira@laptop')).toHaveLength(1)
  })
})

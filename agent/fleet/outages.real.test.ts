import { afterEach, describe, expect, it } from 'vitest'
import { Place, service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'
import { NatsServer } from './fixtures/natsserver.ts'

const { server, host } = fleetForTests()
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

const mira = { author: 'mira' }
const ask = (place: Place, name: string, path: string, input?: unknown) =>
  place.core.fleet.call(name, path.split('.'), input, {}, mira)
const status = (place: Place, isSo: (status: ReturnType<Place['core']['fleet']['status']>) => boolean) =>
  place.eventually(
    () => isSo(place.core.fleet.status()),
    () => JSON.stringify(place.core.fleet.status()),
  )
const told = async (place: Place): Promise<string[]> =>
  (await place.core.events.list({ limit: 100 })).map(({ kind }) => kind).filter((kind) => kind.startsWith('host.'))

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

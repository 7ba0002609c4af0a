import { cpSync, rmSync } from 'node:fs'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cuttable } from './fixtures/cuttable.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import { Teller } from './fixtures/teller.ts'
import { lastTold } from './fixtures/told.ts'
import { encode } from './message.ts'

// Servers are ended, frozen and begun again: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 180_000 })
const patience = { timeout: 60_000, interval: 100 }
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

async function fleet() {
  const server = await NatsServer.start()
  cleanUps.push(() => server.close())
  const laptop = await new Teller('laptop', { controls: true }).begin(server)
  cleanUps.push(() => laptop.close())
  const atlas = await new Teller('atlas').begin(server)
  cleanUps.push(() => atlas.close())
  return { server, laptop, atlas }
}

/** As soon as this one keeps what the other has in its own store, all of it, in order, each once. */
async function keepsAll(keeper: Teller, teller: Teller, except: readonly number[] = []): Promise<void> {
  const all = await teller.store.savedEvents(0, 20_000)
  const wanted = all.map(({ seq }) => seq).filter((seq) => !except.includes(seq))
  await expect.poll(async () => (await keeper.keptOf(teller.id)).length, patience).toBeGreaterThanOrEqual(wanted.length)
  expect((await keeper.keptOf(teller.id)).map(({ seq }) => seq)).toEqual(wanted)
}

const messagesOf = async (teller: Teller) => {
  const manager = await jetstreamManager(teller.connection)
  return (await manager.streams.info('HXE_EVENTS')).state.messages
}

const lastOf = (teller: Teller, host = 'atlas') => lastTold(teller.connection, host)

describe('events of a host', () => {
  it('that happened while the panel was away are there when it is back, in order and each once', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(3)
    await keepsAll(laptop, atlas)
    await laptop.end()
    for (let round = 0; round < 50; round++) await atlas.happen(100)
    await expect.poll(() => atlas.sent?.count, patience).toBe(5003)
    const last = await atlas.store.savedEvents(0, 10_000)
    await atlas.end()
    await laptop.begin(server)
    await expect.poll(async () => (await laptop.keptOf('atlas')).length, patience).toBe(5003)
    expect((await laptop.keptOf('atlas')).map(({ seq }) => seq)).toEqual(last.map(({ seq }) => seq))
  })

  it('that happened while the server was away are told when it is back', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(2)
    await keepsAll(laptop, atlas)
    await server.end()
    await atlas.happen(250)
    await server.begin()
    await keepsAll(laptop, atlas)
    expect(await messagesOf(atlas)).toBeLessThan(10)
  })

  it('that were not told before the agent ended are told by the next one, without those that were', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(5)
    await keepsAll(laptop, atlas)
    const before = await messagesOf(laptop)
    await server.end('SIGKILL')
    await atlas.happen(5)
    await atlas.end()
    await server.begin()
    await atlas.begin(server)
    await keepsAll(laptop, atlas)
    expect(await messagesOf(laptop)).toBe(before + 1)
  })

  it('arrive while the server is paused and goes on, each once', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(2)
    await keepsAll(laptop, atlas)
    server.signal('SIGSTOP')
    await atlas.happen(300)
    await expect.poll(() => atlas.problem, patience).not.toBeNull()
    server.signal('SIGCONT')
    await keepsAll(laptop, atlas)
  })

  it('are told again where the store of the server was deleted', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(150)
    await keepsAll(laptop, atlas)
    await server.end()
    rmSync(server.storeDir, { recursive: true })
    await server.begin()
    await atlas.happen(1)
    await keepsAll(laptop, atlas)
    const borea = await new Teller('borea', { controls: true }).begin(server)
    cleanUps.push(() => borea.close())
    await keepsAll(borea, atlas)
  })

  it('that the server had acknowledged and lost, set back to an earlier day, are told again', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(10)
    await keepsAll(laptop, atlas)
    await server.end('SIGTERM')
    cpSync(server.storeDir, `${server.storeDir}.earlier`, { recursive: true })
    await server.begin()
    await atlas.happen(120)
    await keepsAll(laptop, atlas)
    await laptop.end()
    await server.end()
    rmSync(server.storeDir, { recursive: true })
    cpSync(`${server.storeDir}.earlier`, server.storeDir, { recursive: true })
    await server.begin()
    await atlas.happen(7)
    await expect.poll(() => atlas.sent?.count, patience).toBe(137)
    await laptop.begin(server)
    await keepsAll(laptop, atlas)
    const borea = await new Teller('borea', { controls: true }).begin(server)
    cleanUps.push(() => borea.close())
    await keepsAll(borea, atlas)
  })

  it('go on when the stream, or its files, are deleted under the server', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(150)
    await keepsAll(laptop, atlas)
    await (await jetstreamManager(laptop.connection)).streams.delete('HXE_EVENTS')
    await atlas.happen(5)
    await keepsAll(laptop, atlas)
    expect((await lastOf(laptop))?.count).toBe(155)
    rmSync(server.storeDir, { recursive: true })
    await atlas.happen(5)
    await server.end()
    await server.begin()
    await atlas.happen(5)
    await keepsAll(laptop, atlas)
    await expect.poll(async () => (await lastOf(laptop))?.count, patience).toBe(165)
  })

  it('arrive each once over a line that is cut again and again', async () => {
    const { server, laptop } = await fleet()
    const way = await cuttable(server.port)
    cleanUps.push(() => way.close())
    const borea = await new Teller('borea').begin(way)
    cleanUps.push(() => borea.close())
    for (let round = 0; round < 40; round++) {
      await borea.happen(50)
      if (round % 4 === 0) way.cut()
    }
    await keepsAll(laptop, borea)
    expect((await lastOf(laptop, 'borea'))?.count).toBe(2000)
  })

  it('that the stream does not keep any more are counted in their place', async () => {
    const { server, laptop, atlas } = await fleet()
    await atlas.happen(10)
    await keepsAll(laptop, atlas)
    await laptop.end()
    await atlas.happen(40)
    await expect.poll(() => atlas.sent?.count, patience).toBe(50)
    const manager = await jetstreamManager(atlas.connection)
    await manager.streams.purge('HXE_EVENTS')
    await atlas.happen(1)
    await expect.poll(() => atlas.sent?.count, patience).toBe(51)
    await laptop.begin(server)
    await expect.poll(async () => (await laptop.keptOf('atlas')).length, patience).toBe(12)
    expect((await laptop.keptOf('atlas')).slice(10)).toMatchObject([
      { kind: 'events.missing', text: '40 events are no longer kept' },
      { kind: 'service.started' },
    ])
  })

  it('come once, whatever is said twice, out of order, of another host, or is nonsense', async () => {
    const { laptop, atlas } = await fleet()
    await atlas.happen(4)
    await keepsAll(laptop, atlas)
    const events = await atlas.store.savedEvents(0, 10)
    const epoch = atlas.sent?.epoch
    const publish = (host: string, body: unknown) =>
      jetstream(atlas.connection).publish(`hxe.v1.up.${host}.ev`, encode(body))
    const body = (more: object) => ({ v: 1, name: 'atlas', epoch, index: 0, seq: 4, events, ...more })
    await publish('atlas', body({}))
    await publish('atlas', body({ seq: 2, events: events.slice(0, 2) }))
    await publish('atlas', 'nonsense')
    await publish('atlas', body({ epoch: 7 }))
    const odd = { ...events[0], seq: 1, time: 'never' }
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`)
    await publish('rogue', body({ name: 'atlas', epoch: 'r', seq: 3, events: [odd, { seq: 2 }, deep, 7] }))
    await publish(
      'rogue',
      body({ name: 'atlas', epoch: 'r', seq: 3, events: [odd, { seq: 2 }, 7, { ...events[0], seq: 3 }] }),
    )
    await expect.poll(async () => (await laptop.keptOf('rogue')).length, patience).toBe(1)
    await atlas.happen(1)
    await keepsAll(laptop, atlas)
    await expect(publish('atlas', body({ name: 'x'.repeat(70_000) }))).rejects.toThrow(/size/)
  })
})

it('a fleet whose server has no JetStream is said to ask each host', async () => {
  const { server, laptop, atlas } = await fleet()
  await atlas.happen(1)
  await keepsAll(laptop, atlas)
  expect(laptop.problem).toBeNull()
  await server.end()
  server.hasJetStream = false
  await server.begin()
  await expect.poll(() => laptop.problem, patience).toMatch(/Events are asked of each host.*has no JetStream/)
  await atlas.happen(3)
  await server.end()
  server.hasJetStream = true
  await server.begin()
  await keepsAll(laptop, atlas)
  expect(laptop.problem).toBeNull()
})

it('a cluster keeps the events of a fleet though it loses a server', async () => {
  const servers = await NatsServer.cluster(3, { hasJetStream: true })
  cleanUps.push(async () => {
    for (const server of servers) await server.close()
  })
  const laptop = await new Teller('laptop', { controls: true }).begin(...servers)
  cleanUps.push(() => laptop.close())
  const atlas = await new Teller('atlas').begin(...servers)
  cleanUps.push(() => atlas.close())
  await atlas.happen(5)
  await keepsAll(laptop, atlas)
  const info = await (await jetstreamManager(laptop.connection)).streams.info('HXE_EVENTS')
  expect(info.config.num_replicas).toBe(3)
  const leader = servers.find(({ config }) => config.includes(`server_name: ${info.cluster?.leader}\n`))
  await leader?.end()
  await atlas.happen(120)
  await keepsAll(laptop, atlas)
})

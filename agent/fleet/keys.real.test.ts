import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, credsAuthenticator, type NatsConnection, nkeyAuthenticator } from 'nats'
import { afterEach, describe, expect, it } from 'vitest'
import { newBundleSchema } from '../../contract/index.ts'
import { Place, service } from '../control/fixtures/place.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import { hasTold } from './fixtures/told.ts'
import { addMember, type FleetKeys, type KeyFile, memberHcl, newFleetKeys, removeMember, serverConfig } from './keys.ts'
import { encode } from './message.ts'
import { signerOf, unsigned } from './sign.ts'
import { subjectsOf } from './subjects.ts'

const at = '2026-03-01T12:00:00.000Z'
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

/** A server and the keys of laptop, who may command, and of atlas and borea, who may not. */
async function keyed(form: FleetKeys['form']) {
  const files = new Map<string, string>()
  const keep = (made: readonly KeyFile[]): void => {
    for (const { path, text } of made) files.set(path, text)
  }
  const fresh = await newFleetKeys('hxe', form)
  keep(fresh.files)
  let keys = fresh.keys
  for (const [name, kind] of [
    ['laptop', 'controller'],
    ['atlas', 'host'],
    ['borea', 'host'],
  ] as const) {
    const added = await addMember(keys, { name, kind, at, accountSeed: files.get('account.nk') })
    keep(added.files)
    keys = added.keys
  }
  const configOf = (of: FleetKeys): string => onlyWho(serverConfig(of, '/unused'))
  const server = await NatsServer.start(configOf(keys))
  cleanUps.push(() => server.close())
  const file = (name: string): string => files.get(name) ?? ''
  return { server, keys, file, configOf, seeds: { operator: file('operator.nk'), account: file('account.nk') } }
}

/** The part about who may do what; where it listens and keeps its store is the test's. */
const onlyWho = (config: string): string => config.slice(config.search(/^(authorization|operator)/m))

const seedOf = (creds: string): string => /-----BEGIN USER NKEY SEED-----\s*(\S+)/.exec(creds)?.[1] ?? ''

type Keyed = Awaited<ReturnType<typeof keyed>>

async function joined(fleet: Keyed, name: string, hcl = '', change = (own: string) => own): Promise<Place> {
  const member = fleet.keys.members.find((other) => other.name === name)
  if (!member) throw new Error(`no ${name}`)
  const place = await Place.open((self) => {
    const folder = join(self.folder, 'config', 'keys')
    mkdirSync(folder, { recursive: true })
    for (const ending of ['.nk', '.sign.nk', '.creds']) {
      const text = fleet.file(`${name}${ending}`)
      if (text) writeFileSync(join(folder, `${name}${ending}`), text, { mode: 0o600 })
    }
    const own = memberHcl(fleet.keys, member, folder).replace('tls://nats.example.com:4222', fleet.server.url)
    return change(own) + hcl
  })
  cleanUps.push(() => place.close())
  return place
}

const connected = (place: Place) =>
  place.eventually(
    () => place.core.fleet.status().state === 'connected',
    () => JSON.stringify(place.core.fleet.status()),
  )
const sees = (place: Place, name: string) =>
  place.eventually(
    () => place.core.fleet.hosts().some((host) => host.name === name && host.state === 'connected'),
    () => JSON.stringify([place.core.fleet.status(), place.core.fleet.hosts()]),
  )
const ask = (place: Place, name: string, path: string, input?: unknown) =>
  place.core.fleet.call(name, path.split('.'), input, {}, { author: 'mira' })

/** A program with the key of a member, that does what it likes. */
async function rogue(
  fleet: Keyed,
  name: string,
): Promise<{ connection: NatsConnection; refusals: string[]; id: string }> {
  const creds = fleet.file(`${name}.creds`)
  const id = fleet.keys.members.find((member) => member.name === name)?.key ?? ''
  const connection = await connect({
    servers: fleet.server.url,
    inboxPrefix: `_INBOX_${id}`,
    authenticator: creds
      ? credsAuthenticator(Buffer.from(creds))
      : nkeyAuthenticator(Buffer.from(fleet.file(`${name}.nk`).trim())),
    reconnect: false,
  })
  cleanUps.push(() => connection.close())
  const refusals: string[] = []
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refusals.push(String(status.error))
  })()
  return { connection, refusals, id }
}

describe.each(['nkeys', 'jwt'] as const)('a fleet of %s', (form) => {
  it('lets the controller restart a service of a host, and a host of nobody', async () => {
    const fleet = await keyed(form)
    const laptop = await joined(fleet, 'laptop')
    const atlas = await joined(fleet, 'atlas', service('web', 'sleep 1000'))
    const borea = await joined(fleet, 'borea')
    const { pid } = await atlas.running('web')
    await sees(laptop, 'atlas')
    await ask(laptop, 'atlas', 'services.restart', { name: 'web', wait: 'running' })
    expect(atlas.service('web').pid).not.toBe(pid)
    await connected(borea)
    expect(borea.core.fleet.hosts().map(({ name }) => name)).toEqual(['borea'])
    expect(laptop.core.fleet.status()).toMatchObject({ unprotected: false, problem: null })
  })

  it('refuses a host that listens in, speaks for another, commands one or reaches for the server', async () => {
    const fleet = await keyed(form)
    const atlas = await joined(fleet, 'atlas', service('web', 'sleep 1000'))
    const { pid } = await atlas.running('web')
    await connected(atlas)
    const { connection, refusals, id } = await rogue(fleet, 'borea')
    const atlasId = fleet.keys.members.find(({ name }) => name === 'atlas')?.key ?? ''
    const subjects = subjectsOf('hxe')
    const heard: string[] = []
    const listened = ['>', '_INBOX.>', '_INBOX_*.>', subjects.commands(atlasId), '$SYS.>', '$JS.API.>', 'hxe.v1.up.>']
    for (const subject of listened) {
      const callback = (error: Error | null, message: { subject: string }): void => {
        if (!error) heard.push(message.subject)
      }
      connection.subscribe(subject, { callback })
      connection.subscribe(subject, { queue: 'q', callback })
    }
    connection.publish(subjects.heartbeat(atlasId), encode({ id: atlasId }))
    const command = unsigned({
      v: 1,
      host: atlasId,
      op: 'a'.repeat(12),
      path: ['services', 'stop'],
      input: { name: 'web' },
      caller: { author: 'mira', host: 'laptop' },
      issuedAtMs: Date.now(),
      expiresAtMs: Date.now() + 60_000,
      session: 's',
      call: 1,
    })
    connection.publish(subjects.call(atlasId), encode(command))
    connection.publish(subjects.events(atlasId), encode({ v: 1 }))
    const ofStream = ['MSG.GET', 'DELETE', 'PURGE', 'UPDATE', 'MSG.DELETE', 'CREATE', 'INFO', 'SNAPSHOT']
    for (const verb of ofStream) connection.publish(`$JS.API.STREAM.${verb}.HXE_EVENTS`)
    const ofOthers = [`DIRECT.GET.HXE_EVENTS.${subjects.events(atlasId)}`, 'DIRECT.GET.HXE_EVENTS', 'STREAM.NAMES']
    for (const request of [...ofOthers, 'CONSUMER.CREATE.HXE_EVENTS']) connection.publish(`$JS.API.${request}`)
    connection.publish(subjects.heartbeat(id), encode({ id }))
    await connection.flush()
    const refused = listened.length + 3 + ofStream.length + ofOthers.length + 1
    await expect.poll(() => refusals.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(refused)
    expect(refusals.every((text) => /permission/i.test(text))).toBe(true)
    expect(heard).toEqual([])
    expect(atlas.service('web').pid).toBe(pid)
  })

  it('keeps the events of a host for the controller, which has them when the host has gone', async () => {
    const fleet = await keyed(form)
    const laptop = await joined(fleet, 'laptop')
    const atlas = await joined(fleet, 'atlas', service('web', 'sleep 1000'))
    await atlas.running('web')
    await sees(laptop, 'atlas')
    await laptop.end()
    await atlas.act('web', 'stop')
    const { connection } = await rogue(fleet, 'laptop')
    await hasTold(connection, fleet.keys.members.find(({ name }) => name === 'atlas')?.key ?? '', 'service.stopped')
    await atlas.end()
    await laptop.begin()
    const eventsOfAtlas = async (): Promise<string[]> => {
      const found = laptop.core.fleet.events({ limit: 100, host: 'atlas' }, { author: 'mira', role: 'admin' })
      return (await found.catch(() => ({ items: [] }))).items.map(({ kind }) => kind)
    }
    await expect.poll(eventsOfAtlas, { timeout: 60_000 }).toContain('service.stopped')
    await expect
      .poll(() => laptop.core.fleet.status().events, { timeout: 60_000 })
      .toEqual({ from: 'stream', problem: null })
  })

  it('lets who commands write configuration, and nobody else, whatever part of a key is stolen', async () => {
    const fleet = await keyed(form)
    const laptop = await joined(fleet, 'laptop')
    const atlas = await joined(fleet, 'atlas', '', (own) =>
      own
        .replace('agent {', 'agent {\n  labels = { role = "web" }')
        .replace('nats {', 'nats {\n    allow_remote = ["view", "configure"]'),
    )
    await sees(laptop, 'atlas')
    await expect.poll(() => laptop.core.fleet.bundles.list().then(() => '', String), { timeout: 20_000 }).toBe('')
    const files = { 'web.hcl': service('web', 'sleep 1000') }
    const request = newBundleSchema.parse({ name: 'edge', files, selector: { role: 'web' } })
    await laptop.core.fleet.bundles.apply(request, { author: 'mira', role: 'admin' })
    const { pid } = await atlas.eventually(() => atlas.core.listServices().find(({ state }) => state === 'running'))
    const stolen = await rogue(fleet, 'borea')
    for (const subject of [
      '$KV.hxe-bundles.edge',
      '$KV.hxe-bundles.edge.r.1',
      ...['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.KV_hxe-bundles`),
      '$JS.API.CONSUMER.CREATE.KV_hxe-bundles.c',
    ])
      stolen.connection.publish(subject, '{}')
    await stolen.connection.flush()
    await expect.poll(() => stolen.refusals.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(8)
    // Who signs in as one that commands, but has not what it signs with, is believed by nobody.
    const { connection } = await rogue(fleet, 'laptop')
    const gone = JSON.stringify({
      v: 1,
      kind: 'head',
      fleet: 'hxe',
      name: 'edge',
      atMs: Date.now() + 1000,
      stable: 0,
      hosts: {},
      rollout: null,
      releases: [],
    })
    for (const forged of [
      { text: gone },
      signerOf(fleet.file('borea.nk') || seedOf(fleet.file('borea.creds'))).seal(gone),
    ]) {
      connection.publish('$KV.hxe-bundles.edge', JSON.stringify(forged))
      await atlas.eventually(
        () => atlas.core.fleet.bundles.applied()[0]?.text.includes('is not signed by a key that this host trusts'),
        () => JSON.stringify(atlas.core.fleet.bundles.applied()),
      )
    }
    expect(atlas.service('web').pid).toBe(pid)
  })

  it('ends the access of a member that was taken out', async () => {
    const fleet = await keyed(form)
    const { connection } = await rogue(fleet, 'borea')
    const without = await removeMember(fleet.keys, { name: 'borea', nowMs: Date.now() + 1000, seeds: fleet.seeds })
    fleet.server.config = fleet.configOf(without)
    fleet.server.reload()
    await connection.closed()
    await expect(rogue(fleet, 'borea')).rejects.toThrow()
  })
})

describe('a host whose server has been taken over', () => {
  it('obeys nobody but who it trusts, for itself, in time, and once', async () => {
    const fleet = await keyed('nkeys')
    const atlas = await joined(fleet, 'atlas', service('web', 'sleep 1000'))
    await atlas.running('web')
    await connected(atlas)
    const { connection } = await rogue(fleet, 'laptop')
    const atlasId = fleet.keys.members.find(({ name }) => name === 'atlas')?.key ?? ''
    const signer = signerOf(fleet.file('laptop.sign.nk'))
    const stranger = signerOf(fleet.file('borea.nk'))
    const call = (more: object) =>
      ({
        v: 1,
        host: atlasId,
        op: Math.random().toString(36).slice(2).padEnd(12, 'x'),
        path: ['services', 'disable'],
        input: { name: 'web' },
        caller: { author: 'eve', host: 'laptop' },
        issuedAtMs: Date.now(),
        expiresAtMs: Date.now() + 60_000,
        session: 's',
        call: 1,
        ...more,
      }) as Parameters<typeof unsigned>[0]
    const send = async (envelope: object): Promise<string> => {
      const answer = await connection.request(subjectsOf('hxe').call(atlasId), encode(envelope), { timeout: 10_000 })
      return answer.string()
    }
    const own = signer.sign(call({}))
    expect(await send(unsigned(call({})))).toContain('not signed by a key')
    expect(await send(stranger.sign(call({})))).toContain('not signed by a key')
    expect(await send({ ...own, call: own.call.replace('disable', 'enable') })).toContain('not signed by a key')
    expect(await send(signer.sign(call({ host: 'UOTHER' })))).toContain('for another host')
    expect(await send(signer.sign(call({ expiresAtMs: Date.now() - 120_000 })))).toContain('has expired')
    expect(
      await send(signer.sign(call({ issuedAtMs: Date.now() + 3_600_000, expiresAtMs: Date.now() + 3_660_000 }))),
    ).toContain('from the future')
    expect(await send(signer.sign(call({ issuedAtMs: Date.now() - 3_600_000 })))).toMatch(
      /older than this agent|expired/,
    )
    expect(await send({ call: '['.repeat(2000) })).toContain('not signed by a key')
    expect(atlas.service('web').enabled).toBe(true)
    const start = signer.sign(call({ path: ['services', 'restart'] }))
    await send(start)
    const { pid } = await atlas.running('web')
    await send(start)
    expect(atlas.service('web').pid).toBe(pid)
  })
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { NewConnection } from '../../contract/index.ts'
import { NatsServer } from '../fleet/fixtures/natsserver.ts'
import { Place } from './fixtures/place.ts'

const password = 'canary-5f1c7be2'
const anna = { author: 'anna', role: 'admin' } as const
let server: NatsServer
let place: Place
const hcl = '# Mine.\nagent {\n  name = "laptop" # the old one\n}\n\nservice "web" {\n  command = "sleep 600"\n}\n'

beforeAll(async () => {
  server = await NatsServer.start(`authorization { user: ada, password: "${password}" }`)
})
afterAll(() => server.close())
beforeEach(async () => {
  place = await Place.open(hcl)
})
afterEach(() => place.close())

const connection = (more: Partial<NewConnection> = {}): NewConnection => ({
  servers: [server.url],
  clusterName: 'home',
  subjectPrefix: 'hxe',
  credential: { kind: 'user', username: 'ada', password },
  tls: {},
  trustedKeys: [],
  ...more,
})
const text = (): string => readFileSync(place.file, 'utf8')

/** Files below the place that have the secret in the clear. */
function filesWith(secret: string, folder = place.folder): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(secret))
}

test('a wrong password is said, and nothing of it is written or kept', async () => {
  const { connection: desk } = place.core.fleet
  const wrong = connection({ credential: { kind: 'user', username: 'ada', password: 'wrong-5f1c7be2' } })
  expect(await desk.try(wrong)).toMatchObject({ ok: false, about: 'credential', text: expect.stringContaining('ada') })
  await expect(desk.set(wrong, { unchecked: false }, anna)).rejects.toThrow('username ada')
  expect(text()).toBe(hcl)
  expect(filesWith('wrong-5f1c7be2')).toEqual([])
  expect(await desk.get()).toMatchObject({ credential: null, servers: [] })
})

test('a connection is written in place with a reference for its password, and joined', async () => {
  const { fleet } = place.core
  expect(await fleet.connection.try(connection())).toMatchObject({ ok: true, about: null })
  await fleet.connection.set(connection(), { unchecked: false }, anna)
  await place.eventually(
    () => fleet.status().state === 'connected',
    () => JSON.stringify(fleet.status()),
  )
  expect(text()).toBe(
    hcl.replace(
      '# the old one\n',
      `# the old one\n\n  nats {\n    servers      = ["${server.url}"]\n    cluster_name = "home"\n    username     = "ada"\n    password     = "credential:fleet-password"\n  }\n`,
    ),
  )
  expect(filesWith(password)).toEqual([])
  expect(await fleet.connection.get()).toMatchObject({ credential: 'user', username: 'ada', keeper: { kind: 'vault' } })

  // The next agent knows it, too.
  await place.end()
  await place.begin()
  await place.eventually(() => place.core.fleet.status().state === 'connected')
})

test('a change keeps the secret where it is not given again, and leaving takes block and secret away', async () => {
  const { fleet } = place.core
  await fleet.connection.set(connection(), { unchecked: false }, anna)
  await fleet.connection.set(
    connection({ clusterName: 'office', credential: { kind: 'kept' } }),
    { unchecked: false },
    anna,
  )
  expect(text()).toContain('cluster_name = "office"')
  await place.eventually(() => fleet.status().state === 'connected')
  await fleet.connection.remove(anna)
  expect(text()).toBe(hcl)
  await place.eventually(() => fleet.status().state === 'off')
  const token = connection({ servers: ['nats://ada:secret@127.0.0.1:4222'] })
  await expect(fleet.connection.set(token, { unchecked: true }, anna)).rejects.toThrow('without a user')
})

test('what cannot be reached is said in words', async () => {
  const { connection: desk } = place.core.fleet
  const to = (url: string, more: Partial<NewConnection> = {}) => desk.try(connection({ servers: [url], ...more }))
  expect(await to('nats://127.0.0.1:1')).toMatchObject({ ok: false, about: 'servers' })
  expect(await to('nats://no-such-host.invalid:4222')).toMatchObject({ ok: false, about: 'servers' })
  expect(await to(server.url.replace('nats', 'tls'))).toMatchObject({ ok: false, about: 'tls' })
  const none = await desk.try(connection({ credential: { kind: 'none' } }))
  expect(none).toMatchObject({ ok: false, about: 'credential' })
  const bad = await desk.try(connection({ credential: { kind: 'nkey', seed: 'SUNOSEED' } }))
  expect(bad).toMatchObject({ ok: false, about: 'credential' })
})

test('a server for trials runs as a command that is run once, is joined, and is stopped', async () => {
  const { fleet } = place.core
  const begun = await fleet.dev.start(undefined, anna)
  expect(begun).toMatchObject({ state: 'running', url: expect.stringMatching(/^nats:\/\/127\.0\.0\.1:/) })
  expect(await fleet.dev.start(undefined, anna)).toEqual(begun)
  const servers = [begun.url ?? '']
  await fleet.connection.set(connection({ servers, credential: { kind: 'none' } }), { unchecked: false }, anna)
  await place.eventually(() => fleet.status().state === 'connected')
  expect(fleet.status().unprotected).toBe(true)
  await fleet.dev.stop(anna)
  await place.until('fleet-dev', ({ state }) => state !== 'running' && state !== 'stopping')
  expect(fleet.dev.get().state).toBe('stopped')
})

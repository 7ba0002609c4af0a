import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { NewConnection } from '../../contract/index.ts'
import { Authority } from '../fleet/fixtures/certificates.ts'
import { NatsServer } from '../fleet/fixtures/natsserver.ts'
import { addMember, newFleetKeys, serverConfig } from '../fleet/keys.ts'
import { Place } from './fixtures/place.ts'

const anna = { author: 'anna', role: 'admin' } as const
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

async function started(config: string): Promise<{ server: NatsServer; place: Place }> {
  const server = await NatsServer.start(config)
  cleanUps.push(() => server.close())
  const place = await Place.open('agent {\n  name = "laptop"\n}\n')
  cleanUps.push(() => place.close())
  return { server, place }
}

const connection = (url: string, more: Partial<NewConnection>): NewConnection => ({
  servers: [url],
  clusterName: '',
  subjectPrefix: 'hxe',
  credential: { kind: 'none' },
  tls: {},
  trustedKeys: [],
  ...more,
})

/** Joined so, by references alone: none of the secrets stands in the file. */
async function joins(place: Place, wanted: NewConnection, secrets: readonly string[]): Promise<void> {
  const { fleet } = place.core
  await fleet.connection.set(wanted, { unchecked: false }, anna)
  await place.eventually(
    () => fleet.status().state === 'connected',
    () => JSON.stringify(fleet.status()),
  )
  const text = readFileSync(place.file, 'utf8')
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(text).toContain('"credential:fleet-')
}

async function keyOf(form: 'nkeys' | 'jwt') {
  const fresh = await newFleetKeys('hxe', form)
  const accountSeed = fresh.files.find(({ path }) => path === 'account.nk')?.text
  const { keys, files, member } = await addMember(fresh.keys, {
    name: 'laptop',
    kind: 'controller',
    at: '2026-03-01T12:00:00.000Z',
    accountSeed,
  })
  const config = serverConfig(keys, '/unused')
  const file = (ending: string): string => files.find(({ path }) => path === `laptop${ending}`)?.text ?? ''
  return { config: config.slice(config.search(/^(authorization|operator)/m)), file, member }
}

test('a token is taken, and another one is not', async () => {
  const { server, place } = await started('authorization { token: "canary-token" }')
  const other = connection(server.url, { credential: { kind: 'token', token: 'another' } })
  expect(await place.core.fleet.connection.try(other)).toMatchObject({ ok: false, about: 'credential' })
  const right = connection(server.url, { credential: { kind: 'token', token: 'canary-token' } })
  await joins(place, right, ['canary-token'])
})

test('the seed of an nkey is taken, with the seed that commands are signed with', async () => {
  const { config, file, member } = await keyOf('nkeys')
  const { server, place } = await started(config)
  const [seed, signing] = [file('.nk'), file('.sign.nk').trim()]
  const wanted = connection(server.url, {
    credential: { kind: 'nkey', seed: `# of laptop\n${seed}` },
    signingSeed: signing,
    trustedKeys: [member.signingKey ?? ''],
  })
  await joins(place, wanted, [seed.trim(), signing])
  expect(await place.core.fleet.connection.get()).toMatchObject({
    credential: 'nkey',
    signingKey: member.signingKey,
    has: { signingSeed: true },
  })
})

test('the text of a .creds file is taken', async () => {
  const { config, file } = await keyOf('jwt')
  const { server, place } = await started(config)
  const creds = file('.creds')
  await joins(place, connection(server.url, { credential: { kind: 'creds', creds } }), ['BEGIN USER NKEY SEED'])
})

test('a client certificate is taken, and an authority that is not known is said', async () => {
  const authority = new Authority('ours')
  cleanUps.push(() => authority.remove())
  const own = authority.issue('server', ['DNS:localhost', 'IP:127.0.0.1'])
  const { server, place } = await started(
    `tls {\n  cert_file: "${own.certFile}"\n  key_file: "${own.keyFile}"\n  ca_file: "${authority.ca.certFile}"\n  verify: true\n  timeout: 10\n}\n`,
  )
  const url = server.url.replace('nats:', 'tls:')
  const { cert, key } = authority.issue('laptop')
  const unknown = await place.core.fleet.connection.try(connection(url, { tls: { cert, key } }))
  expect(unknown).toMatchObject({ ok: false, about: 'tls' })
  const tls = { ca: authority.ca.cert, cert, key }
  await joins(place, connection(url, { tls }), ['BEGIN PRIVATE KEY', 'BEGIN CERTIFICATE'])
  // A change of something else leaves them as they are.
  await joins(place, connection(url, { clusterName: 'home', tls: { ca: null, cert: null, key: null } }), [])
})

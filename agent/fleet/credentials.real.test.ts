import {
  Algorithms,
  createAccount,
  createUser,
  encodeUser,
  fmtCreds,
  fromSeed,
  type KeyPair,
  type User,
} from '@nats-io/jwt'
import { afterEach, describe, expect, it } from 'vitest'
import type { FleetAccess } from './connect.ts'
import { becomes, linkTo } from './fixtures/link.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import { addMember, newFleetKeys, serverConfig } from './keys.ts'
import type { Link } from './link.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

async function server(config: string): Promise<NatsServer> {
  const started = await NatsServer.start(config)
  cleanUps.push(() => started.close())
  return started
}

function join({ url }: NatsServer, credential: Partial<FleetAccess>): Link {
  const link = linkTo({ servers: [url], name: 'laptop', ...credential })
  cleanUps.push(() => link.close(() => undefined))
  return link
}

const seedOf = (pair: KeyPair): string => Buffer.from(pair.getSeed()).toString('utf8')
const known = createUser()

describe.each([
  ['token', 'authorization { token: "right" }', { token: 'right' }, { token: 'wrong' }, /token is not the one/],
  [
    'password',
    'authorization { user: mira, password: "right" }',
    { username: 'mira', password: 'right' },
    { username: 'mira', password: 'wrong' },
    /username mira and password are not what it wants/,
  ],
  [
    'nkey',
    `authorization { users: [{ nkey: ${known.getPublicKey()} }] }`,
    { nkeySeed: seedOf(known) },
    { nkeySeed: seedOf(createUser()) },
    /does not know the key of nkey_seed.*hxe hosts keys NAME/,
  ],
])('a server that wants a %s', (_kind, config, right, wrong, reason) => {
  it('lets in who has it, and tells others in words what is wrong, until it is put right', async () => {
    const nats = await server(config)
    await becomes(join(nats, right), /^connected: null/)
    const link = join(nats, wrong)
    await becomes(link, reason)
    expect(link.problem).not.toMatch(/authorization violation/i)
    expect(link.state).toBe('connecting')
    await becomes(join(nats, {}), /shows no credential: set creds_file, nkey_seed/)
    nats.config = ''
    nats.reload()
    await becomes(link, /^connected: null/)
  })
})

describe('a server that wants .creds of its fleet', () => {
  const day = 24 * 3600
  /** A user of an account as the fleet's own are, but for when it ends. */
  async function credsOf(account: KeyPair, options: { exp?: number } = {}): Promise<string> {
    const user = createUser()
    const jwt = await encodeUser('laptop', user, account, {} as Partial<User>, { algorithm: Algorithms.v2, ...options })
    return Buffer.from(fmtCreds(jwt, user)).toString('utf8')
  }
  async function fleet() {
    const { keys, files } = await newFleetKeys('hxe', 'jwt')
    const accountSeed = files.find(({ path }) => path === 'account.nk')?.text ?? ''
    const added = await addMember(keys, { name: 'laptop', kind: 'controller', at: '2026-03-01T12:00:00Z', accountSeed })
    const config = serverConfig(added.keys, '/unused')
    const nats = await server(config.slice(config.search(/^operator/m)))
    const creds = added.files.find(({ path }) => path === 'laptop.creds')?.text ?? ''
    return { nats, creds, account: fromSeed(Buffer.from(accountSeed.trim())) }
  }
  const nowS = (): number => Math.floor(Date.now() / 1000)

  it('lets in who has them, and says of others that they have expired, or are of another account', async () => {
    const { nats, creds, account } = await fleet()
    await becomes(join(nats, { creds }), /^connected: null/)
    await becomes(
      join(nats, { creds: await credsOf(account, { exp: nowS() - day }) }),
      /creds_file has expired on \d{4}-/,
    )
    await becomes(
      join(nats, { creds: await credsOf(createAccount()) }),
      /creds_file is of another account, or was withdrawn/,
    )
  })

  it('shows out whose creds end while they are connected, and says so', async () => {
    const { nats, account } = await fleet()
    const link = join(nats, { creds: await credsOf(account, { exp: nowS() + 8 }) })
    await becomes(link, /^connected: null/)
    await becomes(link, /^lost: .*creds_file has expired/)
  })
})

describe('a credential that is none', () => {
  it.each([
    [{ creds: 'nonsense' }, 'creds_file holds no credential'],
    [{ nkeySeed: 'nonsense' }, 'nkey_seed is no seed'],
  ])('%j is said to be none before anything is tried', (credential, reason) => {
    expect(() => linkTo({ servers: ['nats://127.0.0.1:1'], name: 'laptop', ...credential })).toThrow(reason)
  })
})

describe('what the server lets one not do', () => {
  it('is told in words, and not for ever', async () => {
    const nats = await server(
      `authorization { users: [{ user: mira, password: "p", permissions: { publish: ["a"], subscribe: ["a"] } }] }`,
    )
    const link = join(nats, { username: 'mira', password: 'p' })
    await becomes(link, /^connected: null/)
    link.wire.publish('hxe.v1.up.laptop.hb', new Uint8Array())
    await becomes(link, /^connected: .*does not let this host say anything under hxe\.v1\.up\.laptop\.hb/)
    await nats.end()
    await becomes(link, /^lost: .*has gone/)
    await nats.begin()
    await becomes(link, /^connected: null/)
  })
})

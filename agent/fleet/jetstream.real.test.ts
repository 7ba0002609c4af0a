import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../os/index.ts'
import { NatsServer } from './fixtures/natsserver.ts'
import { JetStreamAccess } from './jetstream.ts'
import { Link } from './link.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean()
})

async function accessTo(server: NatsServer, more = {}) {
  let begun = false
  const link = new Link(
    {
      access: { servers: [server.url], name: 'test', ...more },
      id: 'test',
      clock: systemClock,
      random: Math.random,
      log: { warn: () => undefined, info: () => undefined },
    },
    {
      opened() {
        if (begun) return access.regained()
        begun = true
        const end = access.begin()
        cleanUps.push(async () => end())
      },
      lost: () => access.lost(),
      changed: () => undefined,
    },
  )
  const access = new JetStreamAccess(link.connection, systemClock)
  link.begin()
  cleanUps.push(() => link.close(() => undefined))
  return access
}
const server = async (config = ''): Promise<NatsServer> => {
  const begun = await NatsServer.start(config)
  cleanUps.push(() => begun.close())
  return begun
}
const becomes = (access: JetStreamAccess, problem: RegExp | undefined) =>
  expect
    .poll(
      () => (problem ? problem.test(access.problem ?? '') : access.problem === undefined && access.tools !== undefined),
      {
        timeout: 30_000,
      },
    )
    .toBe(true)

it('JetStream of a server is to be had, and said to be missing, as it is there and is not', async () => {
  const nats = await server()
  const access = await accessTo(nats)
  let turns = 0
  access.onTurn(() => turns++)
  await becomes(access, undefined)
  await nats.end()
  await becomes(access, /has gone/)
  expect(access.tools).toBeUndefined()
  nats.hasJetStream = false
  await nats.begin()
  await becomes(access, /has no JetStream: its configuration needs a jetstream block/)
  await nats.end()
  nats.hasJetStream = true
  await nats.begin()
  await becomes(access, undefined)
  const before = turns
  await nats.end()
  await nats.begin()
  await expect.poll(() => turns, { timeout: 30_000 }).toBeGreaterThan(before + 1)
  await becomes(access, undefined)
})

it('an account without JetStream, and a key that may not ask, are told of in words', async () => {
  const nats = await server(`
    accounts {
      plain { users = [{ user: plain, password: plain }] }
      kept { jetstream: enabled, users = [
        { user: kept, password: kept }
        { user: less, password: less, permissions { publish: { allow: ["hxe.>"] } } }
      ] }
    }`)
  await becomes(await accessTo(nats, { username: 'kept', password: 'kept' }), undefined)
  await becomes(await accessTo(nats, { username: 'plain', password: 'plain' }), /not enabled for the account/)
  await becomes(await accessTo(nats, { username: 'less', password: 'less' }), /refuses JetStream to this agent/)
})

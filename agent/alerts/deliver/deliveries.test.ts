import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { configurationOf } from '../../config/fixtures/load.ts'
import { unit } from '../../store/fixtures/records.ts'
import { openStore } from '../../store/index.ts'
import { hookTo, openReceiver } from './fixtures/receiver.ts'
import { alertOf, noticeOf, openWorld } from './fixtures/world.ts'

let dataDir: string
const cleanups: (() => unknown)[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-deliver-'))
})
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const patience = { timeout: 15_000, interval: 5 }
const hook = (url: string, ...more: string[]): string => hookTo('hook', url, ...more)

async function receiver(...answers: Parameters<typeof openReceiver>) {
  const opened = await openReceiver(...answers)
  cleanups.push(opened.close)
  return opened
}

async function world(...options: [hcl: string, more?: Parameters<typeof openWorld>[2]]) {
  const opened = await openWorld(dataDir, ...options)
  cleanups.push(opened.close)
  return opened
}

it('posts a signed message with the alerts as the API has them', async () => {
  const { url, received } = await receiver(200)
  const { deliveries, outcomes } = await world(hook(url, 'secret = "s3cret"', 'headers = { X-Team = "a" }'))
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes).toHaveLength(1), patience)
  const [first] = received
  if (!first) throw new Error('Nothing was received')
  const { headers, body, method } = first
  expect(method).toBe('POST')
  expect(JSON.parse(body)).toMatchObject({
    version: '1',
    status: 'firing',
    groupLabels: { service: 'web' },
    alerts: [{ name: 'service-down', summary: 'web is down' }],
  })
  expect(headers).toMatchObject({ 'webhook-id': 'n1', 'x-team': 'a' })
  const signed = `n1.${headers['webhook-timestamp']}.${body}`
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 's3cret').update(signed).digest('base64')}`)
})

it('tries a receiver that fails, hangs and cuts off again, with the same id, until it recovers', async () => {
  const { url, received } = await receiver(
    500,
    () => undefined,
    (response) => response.destroy(),
    200,
  )
  const { deliveries, outcomes, failing, clock } = await world(hook(url, 'timeout = "300ms"'))
  const begunAtMs = clock.nowMs()
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes.at(-1)?.state).toBe('delivered'), patience)
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['n1']))
  expect(outcomes.map(({ state }) => state).slice(0, -1)).toEqual(['waiting', 'waiting', 'waiting'])
  expect(clock.nowMs() - begunAtMs).toBe(7_000)
  expect(failing).toHaveLength(1)
  expect(deliveries.notifications()).toContainEqual(
    expect.objectContaining({ name: 'hook', waiting: 0, delivered: 1, gaveUp: 0 }),
  )
})

it('takes a message for told by the status alone, also where what follows drips on or is cut off', async () => {
  const { url, received } = await receiver(
    (response) => response.writeHead(200).write('drip'),
    (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('cut')
      setImmediate(() => response.destroy())
    },
    200,
  )
  const { deliveries, outcomes } = await world(hook(url, 'timeout = "300ms"'))
  for (const id of ['n1', 'n2', 'n3']) await deliveries.deliver(noticeOf(id, 'hook'))
  await vi.waitFor(() => expect(outcomes).toHaveLength(3), patience)
  expect(outcomes.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 delivered', 'n2 delivered', 'n3 delivered'])
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['n1', 'n2', 'n3'])
})

it('gives up at once what the receiver refuses for good, and goes on with the next', async () => {
  const { url } = await receiver(404, 302, 200)
  const { deliveries, outcomes } = await world(hook(url))
  for (const id of ['n1', 'n2', 'n3']) await deliveries.deliver(noticeOf(id, 'hook'))
  await vi.waitFor(() => expect(outcomes).toHaveLength(3), patience)
  expect(outcomes.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 gave-up', 'n2 gave-up', 'n3 delivered'])
  const listed = await deliveries.deliveries({ limit: 10, state: 'gave-up' })
  expect(listed.map(({ id }) => id)).toEqual(['n2', 'n1'])
  expect(await deliveries.deliveries({ limit: 10, alert: 'a1' })).toHaveLength(3)
  expect(JSON.stringify(listed)).not.toContain('nobody’s business')
})

it('keeps what waits while files with errors leave the agent without a configuration', async () => {
  const { url } = await receiver(200)
  const configuration = await configurationOf(hook(url))
  let current: typeof configuration | undefined
  const { deliveries, outcomes } = await world(hook(url), { configuration: () => current })
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes[0]?.state).toBe('waiting'), patience)
  current = configuration
  await vi.waitFor(() => expect(outcomes.at(-1)?.state).toBe('delivered'), patience)
})

it('gives up what has not arrived in a day', async () => {
  const { url, received } = await receiver(503)
  const { deliveries, outcomes, clock } = await world(hook(url))
  const begunAtMs = clock.nowMs()
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes.at(-1)?.state).toBe('gave-up'), { ...patience, timeout: 55_000 })
  expect(clock.nowMs() - begunAtMs).toBeLessThanOrEqual(86_400_000)
  expect(received.length).toBeGreaterThan(280)
}, 60_000)

it('keeps the order to one receiver and does not let another wait for it', async () => {
  const [slow, quick] = [await receiver(500, 500, 200), await receiver(200)]
  const { deliveries, outcomes } = await world(hook(slow.url) + hookTo('other', quick.url))
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await deliveries.deliver(noticeOf('n2', 'hook', { status: 'resolved' }))
  await deliveries.deliver(noticeOf('m1', 'other'))
  await vi.waitFor(() => expect(outcomes.filter(({ state }) => state === 'delivered')).toHaveLength(3), patience)
  expect(slow.received.map(({ headers }) => headers['webhook-id'])).toEqual(['n1', 'n1', 'n1', 'n2'])
})

it('tells nothing twice that was handed over twice', async () => {
  const { url, received } = await receiver(200)
  const { deliveries, outcomes } = await world(hook(url))
  await Promise.all([deliveries.deliver(noticeOf('n1', 'hook')), deliveries.deliver(noticeOf('n1', 'hook'))])
  await deliveries.deliver(noticeOf('n2', 'hook'))
  await vi.waitFor(() => expect(outcomes).toHaveLength(2), patience)
  expect(received).toHaveLength(2)
})

it('tells no end where none is asked for, but what was missed', async () => {
  const { url, received } = await receiver(200)
  const { deliveries, outcomes } = await world(hook(url, 'send_resolved = false'))
  await deliveries.deliver(noticeOf('n1', 'hook', { status: 'resolved' }))
  await deliveries.deliver(noticeOf('n2', 'hook'))
  await deliveries.deliver(noticeOf('n3', 'hook', { status: 'resolved', missed: 1 }))
  await vi.waitFor(() => expect(outcomes).toHaveLength(2), patience)
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['n2', 'n3'])
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ missed: 1 })
})

it('loses nothing to kill -9: what was handed over arrives, under the same id', async () => {
  const { url, received } = await receiver(...Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? 500 : 200)))
  const script = join(import.meta.dirname, 'fixtures/delivers-until-killed.ts')
  const promised: string[] = []
  for (const first of [0, 100]) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir, hook(url), String(first)])
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    // A program that is compiled as it starts takes its time on a busy machine.
    await vi.waitFor(() => expect(said.split('\n').length).toBeGreaterThan(4), { timeout: 50_000, interval: 2 })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
    promised.push(...said.split('\n').slice(0, -1))
  }
  const { deliveries } = await world(hook(url))
  await vi.waitFor(
    () => expect(deliveries.notifications().find(({ name }) => name === 'hook')?.waiting).toBe(0),
    patience,
  )
  const arrived = new Set(received.map(({ headers }) => headers['webhook-id']))
  expect(promised.filter((id) => !arrived.has(id))).toEqual([])
  // Each was told with its own body: a repeat is one.
  const bodies = new Map<unknown, Set<string>>()
  for (const { headers, body } of received) {
    const id = headers['webhook-id']
    bodies.set(id, (bodies.get(id) ?? new Set()).add(body))
  }
  expect([...bodies.values()].every((texts) => texts.size === 1)).toBe(true)
}, 150_000)

it('says with a notification what it lacks, and the others go on', async () => {
  const { url } = await receiver(200)
  const lacking = 'notification "chat" {\n  type = "slack"\n  webhook_url = "env:NOT_THERE"\n}\n'
  const { deliveries, outcomes } = await world(lacking + hook(url))
  const [, chat] = deliveries.notifications()
  expect(chat).toMatchObject({ name: 'chat', problem: 'The environment variable NOT_THERE is not set.' })
  await deliveries.deliver(noticeOf('n1', 'chat'))
  await deliveries.deliver(noticeOf('n2', 'hook'))
  await vi.waitFor(
    () => expect(outcomes.some(({ id, state }) => id === 'n2' && state === 'delivered')).toBe(true),
    patience,
  )
})

it('shows on the desktop, with the page of the service', async () => {
  const { deliveries, shown } = await world('')
  await deliveries.deliver(noticeOf('n1', 'desktop'))
  await vi.waitFor(() => expect(shown).toHaveLength(1), patience)
  expect(shown[0]).toMatchObject({ id: 'n1', title: 'web is down', path: '/services/web' })
})

it('tries what was given up once more when somebody asks, under the same id, and nothing that has arrived', async () => {
  const { url, received } = await receiver(404, 200)
  const { deliveries, outcomes } = await world(hook(url))
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes.at(-1)?.state).toBe('gave-up'), patience)
  await Promise.all([deliveries.retry('n1'), deliveries.retry('n1')])
  await vi.waitFor(() => expect(outcomes.at(-1)?.state).toBe('delivered'), patience)
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['n1', 'n1'])
  expect(deliveries.notifications()).toContainEqual(
    expect.objectContaining({ name: 'hook', waiting: 0, delivered: 1, gaveUp: 0 }),
  )
  await expect(deliveries.retry('n1')).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(deliveries.retry('n2')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

// Fault 48.
it('sends no message of which a bit was flipped on the disk, says so, and goes on with the next', async () => {
  const hcl = (url: string) => hook(url) + hookTo('other', url)
  const hangs = await receiver(() => undefined)
  // As in every agent something else is known that a new database gets.
  const store = await openStore({ dataDir })
  await store.putUnit(unit('web'))
  await store.close()
  const before = await openWorld(dataDir, hcl(hangs.url))
  for (const [id, to] of [
    ['n1', 'hook'],
    ['n2', 'hook'],
    ['n3', 'other'],
  ] as const)
    await before.deliveries.deliver(noticeOf(id, to, { alerts: [alertOf({ id, summary: `${id} is down` })] }))
  await vi.waitFor(() => expect(hangs.received).toHaveLength(2), patience)
  await before.close()
  const file = join(dataDir, 'hxe.db')
  const good = readFileSync(file)
  // In a name, in what is listed, and in the word that says that it waits.
  for (const [place, by] of [
    ['n1 is down', 4],
    ['"id":"n1","notification"', 7],
    ['n1hookwaiting', 7],
  ] as const) {
    const bytes = Buffer.from(good)
    // Also where it stood before the row was written anew.
    for (let at = bytes.indexOf(place); at >= 0; at = bytes.indexOf(place, at + 1))
      bytes.writeUInt8(bytes.readUInt8(at + by) ^ 1, at + by)
    writeFileSync(file, bytes)
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    const up = await openReceiver(200)
    const { deliveries, failing, close } = await openWorld(dataDir, hcl(up.url))
    const waits = () => deliveries.notifications().reduce((sum, { waiting }) => sum + waiting, 0)
    await vi.waitFor(() => expect(waits()).toBe(0), patience)
    const told = up.told().map(({ alerts }) => alerts[0]?.summary)
    const lost = failing.map(({ id, text }) => `${id}: ${text}`)
    // Where SQLite itself finds the damage, what waited goes with the whole database, and that is said as well.
    const gone = ['n1', 'n2', 'n3'].filter((id) => !told.includes(`${id} is down`))
    expect(gone).toContain('n1')
    expect(told).toHaveLength(3 - gone.length)
    expect(lost.toSorted()).toEqual(gone.map((id) => `${id}: What it said was damaged on the disk`))
    if (place !== 'n1hookwaiting') expect(gone).toEqual(['n1'])
    const listed = await deliveries.deliveries({ limit: 10, state: 'gave-up' })
    expect(listed.map(({ id }) => id)).toContain(gone.at(-1))
    await close()
    up.close()
  }
})

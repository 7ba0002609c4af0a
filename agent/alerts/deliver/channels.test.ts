import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hookTo, openReceiver } from './fixtures/receiver.ts'
import { alertOf, noticeOf, openWorld } from './fixtures/world.ts'
import { failedTestAfterMs } from './trial.ts'

const pem = readFileSync(join(import.meta.dirname, '../../os/dial/fixtures/self-signed.pem'))
const patience = { timeout: 15_000, interval: 5 }
const cleanups: (() => unknown)[] = []
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-channels-'))
})
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

async function receiver(...answers: Parameters<typeof openReceiver>) {
  const opened = await openReceiver(...answers)
  cleanups.push(opened.close)
  return opened
}

async function world(hcl: string, more?: Parameters<typeof openWorld>[2]) {
  const opened = await openWorld(dataDir, hcl, more)
  cleanups.push(opened.close)
  return opened
}

interface Mail {
  to: string[]
  text: string
}

async function smtp(options: SMTPServerOptions = {}) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    key: pem,
    cert: pem,
    authOptional: true,
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise<void>((resolve) => server.close(resolve)))
  return { mails, port: (server.server.address() as AddressInfo).port }
}

const mailHcl = (port: number, more = ''): string => `agent {
  alerts {
    email {
      smtp_server = "127.0.0.1:${port}"
      to          = ["ops@example.com"]
      ${more}
    }
  }
}
`

it('sends a mail with text and HTML, under the id of its delivery', async () => {
  const { mails, port } = await smtp()
  const { deliveries, outcomes } = await world(mailHcl(port, 'from = "hxe@example.com"'))
  const alerts = [alertOf({ summary: '<b>web</b> is down\r\nBcc: everyone@example.com' })]
  await deliveries.deliver(noticeOf('n1', 'mail', { alerts }))
  await vi.waitFor(() => expect(outcomes.at(-1)).toMatchObject({ state: 'delivered' }), patience)
  const [mail] = mails
  expect(mail?.to).toEqual(['ops@example.com'])
  expect(mail?.text).toContain('Message-ID: <n1@box>')
  expect(mail?.text).toContain('multipart/alternative')
  expect(mail?.text).toContain('&lt;b&gt;web&lt;/b&gt;')
  expect(mail?.text.split('\r\n\r\n', 1)[0]).not.toMatch(/^Bcc:/m)
})

it('tells no password to a mail server whose certificate nobody vouches for', async () => {
  let told = ''
  const { port, mails } = await smtp({
    onAuth(auth, _session, done) {
      told = `${auth.username} ${auth.password}`
      done(null, { user: auth.username })
    },
  })
  const { deliveries, outcomes } = await world(mailHcl(port, 'username = "me"\n      password = "canary"'))
  await deliveries.deliver(noticeOf('n1', 'mail'))
  await vi.waitFor(() => expect(outcomes[0]).toMatchObject({ state: 'waiting' }), patience)
  expect([told, mails]).toEqual(['', []])
})

it('gives up a mail that the server refuses for good, and tries one that it refuses for now', async () => {
  const answers = [450, 550]
  const refuse = (code: number) => Object.assign(new Error('No'), { responseCode: code })
  const { port } = await smtp({ onRcptTo: (_address, _session, done) => done(refuse(answers.shift() ?? 550)) })
  const { deliveries, outcomes } = await world(mailHcl(port))
  await deliveries.deliver(noticeOf('n1', 'mail'))
  await vi.waitFor(() => expect(outcomes).toHaveLength(2), patience)
  expect(outcomes.map(({ state, text }) => `${state}: ${text}`)).toEqual([
    'waiting: The mail server answered 450',
    'gave-up: The mail server answered 550',
  ])
})

it.each(['slack', 'discord'])('writes to %s without calling anyone', async (type) => {
  const { received, url } = await receiver(200)
  const hcl = `notification "chat" {\n  type = "${type}"\n  webhook_url = "${url}"\n  allow_private = true\n}\n`
  const { deliveries, outcomes } = await world(hcl)
  await deliveries.deliver(noticeOf('n1', 'chat', { alerts: [alertOf({ summary: '<!channel> @everyone is down' })] }))
  await vi.waitFor(() => expect(outcomes.at(-1)).toMatchObject({ state: 'delivered' }), patience)
  const body = JSON.parse(received[0]?.body ?? '{}')
  if (type === 'slack') expect(JSON.stringify(body)).not.toContain('<!channel>')
  else
    expect(body).toMatchObject({ allowed_mentions: { parse: [] }, embeds: [{ title: '<!channel> @everyone is down' }] })
})

it('writes to a Telegram chat by its bot', async () => {
  const { received, port } = await receiver(200)
  const hcl = `notification "chat" {\n  type = "telegram"\n  token = "T0KEN"\n  chat_id = "42"\n  url = "http://127.0.0.1:${port}"\n  allow_private = true\n}\n`
  const { deliveries, outcomes } = await world(hcl)
  await deliveries.deliver(noticeOf('n1', 'chat'))
  await vi.waitFor(() => expect(outcomes.at(-1)).toMatchObject({ state: 'delivered' }), patience)
  expect(received[0]?.path).toBe('/botT0KEN/sendMessage')
  expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({ chat_id: '42' })
  expect(JSON.stringify(deliveries.notifications())).not.toContain('T0KEN')
})

it('triggers and resolves one incident of PagerDuty, and another one of low urgency of what was missed', async () => {
  const { received, url } = await receiver(202)
  const hcl = `notification "duty" {\n  type = "pagerduty"\n  routing_key = "K"\n  url = "${url}"\n  allow_private = true\n}\n`
  const { deliveries, outcomes } = await world(hcl)
  await deliveries.deliver(noticeOf('n1', 'duty'))
  await deliveries.deliver(noticeOf('n2', 'duty', { status: 'resolved' }))
  await deliveries.deliver(noticeOf('n3', 'duty', { status: 'resolved', missed: 2 }))
  await vi.waitFor(() => expect(outcomes).toHaveLength(3), patience)
  const [first, second, missed] = received.map(({ body }) => JSON.parse(body))
  expect(first).toMatchObject({ event_action: 'trigger', routing_key: 'K', payload: { severity: 'critical' } })
  expect(second).toMatchObject({ event_action: 'resolve', dedup_key: first.dedup_key })
  expect(missed).toMatchObject({ event_action: 'trigger', payload: { severity: 'info' } })
  expect(missed.dedup_key).not.toBe(first.dedup_key)
  expect((await deliveries.preview({ name: 'duty', alerts: [] })).body).toContain('"routing_key": "••••••"')
})

it('gives a command the message on its input and few variables, and ends it with its children in time', async () => {
  const out = join(dataDir, 'out')
  const script = `cat > ${out}; env > ${out}.env`
  const hcl = `notification "run" {\n  type = "command"\n  command = "/bin/sh -c '${script}'"\n}\nnotification "hang" {\n  type = "command"\n  command = "/bin/sh -c 'sleep 1000 & echo $! > ${out}.pid; wait'"\n  timeout = "500ms"\n}\n`
  const { deliveries, outcomes } = await world(hcl, { env: { PATH: process.env.PATH ?? '', SECRET: 'canary' } })
  const alerts = [alertOf({ summary: '$(touch /tmp/x); `id`' })]
  await deliveries.deliver(noticeOf('n1', 'run', { alerts }))
  await deliveries.deliver(noticeOf('n2', 'hang'))
  await vi.waitFor(() => expect(new Set(outcomes.map(({ id }) => id)).size).toBe(2), patience)
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ alerts: [{ summary: '$(touch /tmp/x); `id`' }] })
  const env = readFileSync(`${out}.env`, 'utf8')
  expect(env).toContain('HXE_TITLE=$(touch /tmp/x); `id`')
  expect(env).not.toContain('canary')
  expect(outcomes.find(({ id }) => id === 'n2')?.text).toBe('The command was ended after 0.5 s')
  const pid = await vi.waitFor(() => {
    const written = Number(readFileSync(`${out}.pid`, 'utf8'))
    expect(written).toBeGreaterThan(0)
    return written
  }, patience)
  const isAlive = (): boolean => {
    try {
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }
  await vi.waitFor(() => expect(isAlive()).toBe(false), patience)
})

// Attacks 27 and 28.
it.each([
  'http://127.0.0.1',
  'http://2130706433',
  'http://0x7f.1',
  'http://0177.0.0.1',
  'http://localhost',
  'http://localhost.',
  'http://0.0.0.0',
  'http://[::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[fd00::1]',
  'http://169.254.169.254',
  'http://10.0.0.1',
])('reaches nothing at %s, and says what is wrong', async (base) => {
  const { received, port } = await receiver(200)
  const { deliveries } = await world(`notification "hook" {\n  type = "webhook"\n  url = "${base}:${port}/"\n}\n`)
  expect(deliveries.notifications().find(({ name }) => name === 'hook')?.problem).toBeDefined()
  expect(await deliveries.sendTest('hook')).toMatchObject({ delivered: false })
  expect(received).toEqual([])
})

it('never reaches link-local and metadata addresses, whatever is allowed', async () => {
  for (const url of ['http://169.254.169.254/', 'http://[fe80::1]/', 'http://[::ffff:a9fe:a9fe]/']) {
    const { deliveries, close } = await openWorld(dataDir, hookTo('hook', url))
    expect(await deliveries.sendTest('hook')).toMatchObject({ delivered: false })
    await close()
  }
})

it('follows no redirect to a place that it may not reach', async () => {
  const inner = await receiver(200)
  const outer = await receiver((response) => response.writeHead(302, { location: inner.url }).end())
  const { deliveries, outcomes } = await world(hookTo('hook', outer.url))
  await deliveries.deliver(noticeOf('n1', 'hook'))
  await vi.waitFor(() => expect(outcomes[0]).toMatchObject({ state: 'gave-up' }), patience)
  expect(inner.received).toEqual([])
})

// Attack 29.
it('answers a test that fails in the same words and after the same time, whatever it was', async () => {
  const failing = await receiver(500)
  const hanging = await receiver(() => undefined)
  const closed = await openReceiver(200)
  closed.close()
  const urls = [failing.url, failing.url.replace('hook', 'other'), closed.url, hanging.url]
  const hcl = urls.map((url, index) => hookTo(`n${index}`, url, 'timeout = "400ms"')).join('')
  const { deliveries, clock } = await world(hcl)
  const answers: string[] = []
  for (const index of urls.keys()) {
    const begunAtMs = clock.nowMs()
    const { delivered, text } = await deliveries.sendTest(`n${index}`)
    answers.push(`${delivered} ${text} ${clock.nowMs() - begunAtMs}`)
  }
  const words = "false The test did not arrive. The agent's log says why."
  expect(new Set(answers)).toEqual(new Set([`${words} ${failedTestAfterMs}`]))
})

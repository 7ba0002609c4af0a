import { EventEmitter, once } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Contract, Role } from '../../contract/index.ts'
import { systemClock } from '../os/index.ts'
import { routes } from './fixtures/client.ts'
import { createFakeCore, event, service } from './fixtures/core.ts'
import { createRouter, servePort } from './index.ts'
import type { AgentPort } from './port.ts'

type Client = ContractRouterClient<Contract>

let fake: ReturnType<typeof createFakeCore>
let logged: object[]
const cleanups: (() => void)[] = []

beforeEach(() => {
  fake = createFakeCore()
  logged = []
})
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

function router() {
  const log = {
    info: (fields: object) => void logged.push(fields),
    error: (fields: object) => void logged.push(fields),
  }
  return createRouter(fake.core, { log, clock: systemClock, checkOutputs: true })
}

/** A window's end of a port whose other end the agent serves. */
function connect(
  role: Role = 'admin',
  wrap = (port: MessagePort): AgentPort => port as unknown as AgentPort,
): { client: Client; port: MessagePort } {
  const { port1, port2 } = new MessageChannel()
  cleanups.push(servePort(router(), wrap(port1), { author: 'ada', role }), () => port2.close())
  port2.start()
  return { client: createORPCClient(new RPCLink({ port: port2 as unknown as globalThis.MessagePort })), port: port2 }
}

describe('the router over a message port', () => {
  test('answers, refuses and streams as over REST', async () => {
    const { client } = connect()
    expect((await client.services.list({})).items.map(({ name }) => name)).toEqual(['web', 'api'])
    await expect(client.services.get({ name: 'wbe' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      defined: true,
      data: { suggestion: 'web' },
    })
    await expect(client.services.list({ limit: -1 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { errors: [{ path: 'limit' }] },
    })
    await client.services.stop({ name: 'web' })
    expect(logged).toEqual([
      {
        audit: {
          author: 'ada',
          role: 'admin',
          carrier: 'window',
          procedure: 'services.stop',
          subject: 'web',
          result: 'done',
        },
        correlationId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ])
    fake.state.push(fake.snapshot(1))
    const stream = await client.state.watch({})
    expect(await stream.next()).toMatchObject({ value: { seq: 1, type: 'snapshot' } })
    fake.state.push(fake.snapshot(2))
    expect(await stream.next()).toMatchObject({ value: { seq: 2 } })
  })

  test('names the request in what it refuses, as the line of the log and REST do', async () => {
    const { client } = connect()
    const idOf = (refused: { data?: { correlationId?: unknown } }) => refused.data?.correlationId
    const refusal: unknown = await client.services.stop({ name: 'wbe' }).then(() => undefined, idOf)
    expect(refusal).toMatch(/^[0-9a-f]{32}$/)
    expect(logged).toEqual([
      { audit: expect.objectContaining({ procedure: 'services.stop', result: 'NOT_FOUND' }), correlationId: refusal },
    ])

    const invalid: unknown = await client.services.list({ limit: -1 }).then(() => undefined, idOf)
    expect(invalid).toMatch(/^[0-9a-f]{32}$/)
    expect(invalid).not.toBe(refusal)

    const { items } = await client.services.act({ verb: 'stop', names: ['web', 'wbe'] })
    expect(items.map((result) => (result.ok ? 'done' : result.problem.correlationId))).toEqual([
      'done',
      (logged.at(-1) as { correlationId: string }).correlationId,
    ])
  })

  test('ends a stream in the agent when the window breaks it off, aborts it, or goes away', async () => {
    for (const leave of ['break', 'abort', 'close'] as const) {
      const { client, port } = connect()
      const abort = new AbortController()
      const stream = await client.events.follow({}, { signal: abort.signal })
      const waiting = stream.next().catch(() => undefined)
      await vi.waitFor(() => expect(fake.eventFeed.readers()).toBe(1))
      if (leave === 'break') void stream.return?.(undefined)
      else if (leave === 'abort') abort.abort()
      else port.close()
      await vi.waitFor(() => expect([leave, fake.eventFeed.readers()]).toEqual([leave, 0]))
      await Promise.race([
        waiting,
        once(port, 'close').catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, 10)),
      ])
    }
  })

  test('is served to a port of the shape that Electron’s main process has', async () => {
    const { client } = connect('admin', (port) => {
      // MessagePortMain is an EventEmitter whose messages come as { data }, and has no addEventListener.
      const main = Object.assign(new EventEmitter(), {
        postMessage: (message: unknown) => port.postMessage(message),
        start: () => port.start(),
        close: () => port.close(),
      })
      port.on('message', (data) => main.emit('message', { data }))
      port.on('close', () => main.emit('close'))
      return main as unknown as AgentPort
    })
    expect((await client.agent.info()).name).toBe('here')
  })

  test('carries 500 services in one message', async () => {
    for (let i = 0; i < 500; i++) fake.services.set(`s${i}`, service(`s${i}`))
    expect((await connect().client.services.list({})).items).toHaveLength(502)
  })
})

describe('the role of a caller', () => {
  const order: Role[] = ['viewer', 'operator', 'editor', 'admin']
  const inputOf: Record<string, object> = {
    'services.signal': { name: 'web', signal: 'SIGHUP' },
    'services.exec': { name: 'web', argv: ['true'] },
    'runs.create': { argv: ['true'] },
    'fixes.apply': { action: { kind: 'open-logs', service: 'web' } },
  }

  test.each(order)('decides every procedure of the contract: %s', async (role) => {
    const { client } = connect(role)
    for (const { name, role: needed } of routes) {
      const procedure = name
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], client) as (
        input: object,
      ) => Promise<unknown>
      const allowed = order.indexOf(role) >= order.indexOf(needed as Role)
      const outcome = await procedure(inputOf[name] ?? { name: 'web' }).then(
        () => 'allowed',
        (error: { code: string }) => (error.code === 'FORBIDDEN' ? 'forbidden' : 'allowed'),
      )
      expect([role, name, outcome]).toEqual([role, name, allowed ? 'allowed' : 'forbidden'])
    }
  })

  test('that is refused leaves its line and reaches nothing', async () => {
    await expect(connect('viewer').client.services.stop({ name: 'web' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { needs: 'operator' },
    })
    expect(fake.calls).toEqual([])
    expect(logged).toEqual([
      {
        audit: expect.objectContaining({ procedure: 'services.stop', result: 'FORBIDDEN' }),
        correlationId: expect.any(String),
      },
    ])
  })
})

test('events of the past are found by their number', async () => {
  fake.events.push(event(1), event(2))
  expect((await connect().client.events.list({})).items.map(({ seq }) => seq)).toEqual([2, 1])
})

import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { ORPCError } from '@orpc/contract'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../agent/os/index.ts'
import { createFakeCore } from '../agent/server/fixtures/core.ts'
import { createRouter, servePort } from '../agent/server/index.ts'
import { correlationOf } from '../contract/index.ts'
import { type AgentClient, forwardTo } from './forward.ts'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

/** A window's end of a port that leads through to an agent elsewhere. */
function windowOf(agent: AgentClient): AgentClient {
  const { port1, port2 } = new MessageChannel()
  cleanUps.push(() => port1.close())
  forwardTo(agent).upgrade(port1)
  port1.start()
  port2.start()
  return createORPCClient(new RPCLink({ port: port2 as unknown as globalThis.MessagePort }))
}

/** A client of an agent elsewhere. */
function agentElsewhere() {
  const fake = createFakeCore()
  const log = { info: () => undefined, error: () => undefined }
  const router = createRouter(fake.core, { log, clock: systemClock, checkOutputs: true })
  const { port1, port2 } = new MessageChannel()
  cleanUps.push(servePort(router, port1 as never, { author: 'ada', role: 'admin' }))
  port2.start()
  const agent: AgentClient = createORPCClient(new RPCLink({ port: port2 as unknown as globalThis.MessagePort }))
  return { fake, agent }
}

test('a call is answered by the agent elsewhere, at whatever depth of the contract, and a stream goes through', async () => {
  const { fake, agent } = agentElsewhere()
  const client = windowOf(agent)
  expect((await client.services.list({})).items.map(({ name }) => name)).toEqual(['web', 'api'])
  expect((await client.fleet.rollouts.list()).items).toHaveLength(1)
  fake.state.push(fake.snapshot(1))
  const stream = await client.state.watch({})
  expect((await stream.next()).value).toMatchObject({ type: 'snapshot', seq: 1 })
  await stream.return?.(undefined)
})

test('that an agent elsewhere does not answer is said in words', async () => {
  const agent: AgentClient = createORPCClient({ call: () => Promise.reject(new Error('connect ECONNREFUSED')) })
  await expect(windowOf(agent).services.list({})).rejects.toThrow('The agent does not answer')
})

test('what an agent elsewhere has refused keeps its words and the name of the request', async () => {
  const data = { reason: 'needed', correlationId: 'deploy-42' }
  const refusal = new ORPCError('CONFLICT', { defined: true, status: 409, message: 'Needed by web', data })
  const agent: AgentClient = createORPCClient({ call: () => Promise.reject(refusal) })
  const error = await windowOf(agent)
    .services.stop({ name: 'db' })
    .catch((refused: unknown) => refused)
  expect(error).toMatchObject({ code: 'CONFLICT', defined: true, message: 'Needed by web', data })
  expect(correlationOf(error)).toBe('deploy-42')
})

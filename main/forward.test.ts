import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { ORPCError } from '@orpc/contract'
import { afterEach, expect, test } from 'vitest'
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

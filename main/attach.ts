import { setTimeout as delay } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { contract, errorOfProblem, fetchProblems, type Service, type StateMessage } from '../contract/index.ts'
import { type AgentClient, forwardTo } from './forward.ts'
import { Mirror } from './mirror.ts'
import type { PanelAgent } from './panelagent.ts'

const answerWithinMs = 5_000
const lookAgainMs = 100

function clientOf(url: string, token: string, host?: string): AgentClient {
  const through = host === undefined ? '' : `/hosts/${encodeURIComponent(host)}`
  return createORPCClient(
    new OpenAPILink(contract, {
      url: `${url}/api/v1${through}`,
      headers: { authorization: `Bearer ${token}` },
      customErrorResponseBodyDecoder: errorOfProblem,
      fetch: (request, init) => fetchProblems(request, { ...init, cache: 'no-store' }),
    }),
  )
}

/** Joins an agent over REST; undefined when nobody answers there. */
export async function attach(url: string, token: string, dataDir: string): Promise<PanelAgent | undefined> {
  const client = clientOf(url, token)
  const mirror = new Mirror()
  const answers = () =>
    client.agent.info(undefined, { signal: AbortSignal.timeout(answerWithinMs) }).then(
      ({ stopping }) => !stopping,
      () => false,
    )
  if (!(await answers())) return undefined
  for (const service of (await client.services.list({})).items) mirror.take(deltaOf(service))
  const handler = forwardTo(client)
  return {
    own: false,
    dataDir,
    services: () => mirror.list(),
    config: () => mirror.config,
    alerts: () => mirror.alerts,
    changes: (signal) => mirror.changes(signal),
    act: (name, verb) => client.services[verb]({ name }),
    async actOnMany(names, verb) {
      const { items } = await client.services.act({ verb, names: [...names] })
      return items.flatMap((each) => (each.ok ? [] : { name: each.name, why: each.problem.detail }))
    },
    serve(port, host) {
      const serving = host === undefined ? handler : forwardTo(clientOf(url, token, host))
      serving.upgrade(port)
      port.start()
      return () => port.close()
    },
    closed: follow(client, mirror, answers),
    async end(services) {
      await client.agent.shutdown(services === undefined ? {} : { services })
    },
  }
}

function deltaOf(service: Service): StateMessage {
  return { type: 'delta', seq: 0, services: [service], usage: [], removed: [] }
}

/** Follows until the agent has ended: its stream broke off, and it does not answer either. */
async function follow(client: AgentClient, mirror: Mirror, answers: () => Promise<boolean>): Promise<number> {
  do {
    try {
      for await (const message of await client.state.watch({ pace: 'background' })) mirror.take(message)
    } catch {
      // A stream that breaks off is judged by whether the agent still answers.
    }
    await delay(lookAgainMs)
  } while (await answers())
  return 0
}

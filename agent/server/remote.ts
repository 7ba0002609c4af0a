import type { AnyRouter } from '@orpc/server'
import { everyHost, mapContract } from '../../contract/index.ts'
import { type Core, CoreError } from '../core.ts'
import type { EveryHost } from '../everyhost/index.ts'
import { type ChainLog, createChain } from './chain.ts'
import type { CallContext } from './context.ts'
import { withoutOutput } from './unchecked.ts'

interface Implementer {
  handler(answer: (call: RemoteCall) => Promise<unknown>): unknown
}
interface RemoteCall {
  input: unknown
  context: CallContext
  signal?: AbortSignal
  lastEventId?: string | undefined
  path: readonly string[]
}

/**
 * The contract once more, answered by another host, or by all: each handler passes the call on, to the host of the context. What it
 * needs of a role and of an audit line is the same as here; what the other host thinks of it is the other host's. What
 * comes back is not checked: another version of the agent may answer more.
 */
export function createRemoteRouter(core: Core, log: ChainLog, all: () => Promise<EveryHost>): AnyRouter {
  const chain = createChain(core, log)
  const pass = async ({ input, context, signal, lastEventId, path }: RemoteCall): Promise<unknown> => {
    if (context.host === undefined) throw new CoreError('NOT_FOUND', 'No host is named.')
    const options = { ...(signal ? { signal } : {}), ...(lastEventId === undefined ? {} : { lastEventId }) }
    if (context.host === everyHost) return (await all()).call(path, input, options, context.caller)
    return core.fleet.call(context.host, path, input, options, context.caller)
  }
  return mapContract<Implementer>(chain, (_described, made) => withoutOutput(made.handler(pass))) as AnyRouter
}

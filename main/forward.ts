import type { ContractRouterClient } from '@orpc/contract'
import { implement, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { type Contract, mapContract } from '../contract/index.ts'

export type AgentClient = ContractRouterClient<Contract>
type Forward = (input: unknown, options: { signal?: AbortSignal; lastEventId?: string }) => Promise<unknown>

/** What the agent refused goes on as it is; that it cannot be reached is a refusal of its own. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ORPCError || (error instanceof Error && error.name === 'AbortError')) return error
  return new ORPCError('UNAVAILABLE', {
    message: 'The agent does not answer. It may have ended; the panel looks for it again.',
    data: { part: 'agent' },
    cause: error,
  })
}

/** The contract over a port, each call handed on to an agent elsewhere. */
export function forwardTo(client: AgentClient): RPCHandler<Record<never, never>> {
  const router = mapContract<Forward>(client, (procedure, forward) =>
    implement(procedure).handler(async ({ input, signal, lastEventId }) => {
      try {
        return await forward(input, {
          ...(signal ? { signal } : {}),
          ...(lastEventId === undefined ? {} : { lastEventId }),
        })
      } catch (error) {
        throw refusalOf(error)
      }
    }),
  )
  return new RPCHandler(router as ConstructorParameters<typeof RPCHandler>[0])
}

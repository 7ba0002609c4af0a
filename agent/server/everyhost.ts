import { call, ORPCError, type Procedure } from '@orpc/server'
import { type FleetHost, isView, nodeAt } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { type Core, CoreError } from '../core.ts'
import type { EveryHost } from '../everyhost/index.ts'
import type { Clock } from '../os/index.ts'
import { type ChainLog, toWireError } from './chain.ts'
import type { AgentRouter } from './router.ts'
import { streamOf } from './stream.ts'

// biome-ignore lint/suspicious/noExplicitAny: procedures of any input and output
type AnyProcedure = Procedure<any, any, any, any, any, any>

interface Parts {
  core: Core
  router: AgentRouter
  log: ChainLog
  clock: Clock
  /** Who this agent reads other hosts as, for all who look at them. */
  author: string
}

/** Among all hosts a refusal says whose it is. */
function named(error: unknown, host: string): unknown {
  if (!(error instanceof ORPCError) || error.message.includes(host)) return error
  const { code, status, defined, message, data } = error
  return new ORPCError(code, { status, defined, message: `${host}: ${message}`, data, cause: error })
}

/** All hosts of the fleet as one; loaded only where somebody looks at them so. */
export async function openEveryHost({ core, router, log, clock, author }: Parts): Promise<EveryHost> {
  const { EveryHost } = await import('../everyhost/index.ts')
  /** This host is asked like the others, by its own router. */
  const here = (path: readonly string[], input: unknown, options: object, caller: Caller): Promise<unknown> => {
    const procedure = nodeAt(router, path)
    if (typeof procedure !== 'object' || procedure === null)
      throw new CoreError('NOT_FOUND', `This host has no ${path.join('.')}.`)
    return call(
      procedure as AnyProcedure,
      input as never,
      { context: { caller, carrier: 'all hosts' }, path, ...options } as never,
    )
  }
  return new EveryHost({
    hosts: {
      clock,
      random: Math.random,
      list: () => core.fleet.hosts(),
      find: (name) => core.fleet.host(name),
      watch: (signal) => core.fleet.watch(undefined, signal),
      call: async (host: FleetHost, path, input, options, caller) =>
        host.self
          ? here(path, input, options, caller)
          : core.fleet.call(host.id, path, input, options, caller).catch((error: unknown) => {
              throw named(error, host.name)
            }),
    },
    reader: { author, role: 'viewer' },
    info: () => core.info(),
    config: () => core.config.status(),
    events: (query, caller) => core.fleet.events(query, caller),
    isView,
    stream: (signal, open, idOf) => streamOf(signal, open, (error) => toWireError(error, log, 'all hosts'), idOf),
  })
}

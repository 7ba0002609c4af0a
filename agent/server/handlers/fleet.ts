import type { Core } from '../../core.ts'
import type { Clock } from '../../os/index.ts'
import { present } from '../../present.ts'
import { type Chain, type ChainLog, toWireError } from '../chain.ts'
import { readTime, sequenceOf } from '../paging.ts'
import { streamOf } from '../stream.ts'
import { bundleHandlers } from './bundles.ts'

export const fleetHandlers = (os: Chain, core: Core, log: ChainLog, clock: Clock) => ({
  hosts: {
    list: os.hosts.list.handler(({ input: { state } }) => ({
      items: core.fleet.hosts().filter((host) => state === undefined || host.state === state),
    })),
    remove: os.hosts.remove.handler(({ input }) => core.fleet.remove(input.host)),
    get: os.hosts.get.handler(({ input }) => core.fleet.host(input.host)),
  },
  fleet: {
    commands: {
      create: os.fleet.commands.create.handler(({ input, context }) =>
        core.fleet.commands.create(input, context.caller),
      ),
      list: os.fleet.commands.list.handler(({ input }) => ({
        items: core.fleet.commands.list().filter(({ host }) => input.host === undefined || host === input.host),
      })),
      withdraw: os.fleet.commands.withdraw.handler(({ input, context }) =>
        core.fleet.commands.withdraw(input.id, context.caller),
      ),
    },
    events: os.fleet.events.handler(({ input: { since, until, ...query }, context }) => {
      const iso = (path: string, text: string | undefined): string | undefined => {
        const atMs = readTime(path, text, clock.nowMs())
        return atMs === undefined ? undefined : new Date(atMs).toISOString()
      }
      return core.fleet.events(
        present({ ...query, since: iso('since', since), until: iso('until', until) }),
        context.caller,
      )
    }),
    bundles: bundleHandlers(os, core),
    rollouts: {
      create: os.fleet.rollouts.create.handler(({ input, context }) =>
        core.fleet.rollouts.create(input, context.caller),
      ),
      list: os.fleet.rollouts.list.handler(() => ({ items: core.fleet.rollouts.list() })),
      get: os.fleet.rollouts.get.handler(({ input }) => core.fleet.rollouts.get(input.id)),
      pause: os.fleet.rollouts.pause.handler(({ input, context }) =>
        core.fleet.rollouts.pause(input.id, context.caller),
      ),
      resume: os.fleet.rollouts.resume.handler(({ input, context }) =>
        core.fleet.rollouts.resume(input.id, context.caller),
      ),
      abort: os.fleet.rollouts.abort.handler(({ input, context }) =>
        core.fleet.rollouts.abort(input.id, context.caller),
      ),
    },
    connection: {
      get: os.fleet.connection.get.handler(() => core.fleet.connection.get()),
      try: os.fleet.connection.try.handler(({ input }) => core.fleet.connection.try(input)),
      set: os.fleet.connection.set.handler(({ input: { unchecked, ...connection }, context }) =>
        core.fleet.connection.set(connection, { unchecked }, context.caller),
      ),
      remove: os.fleet.connection.remove.handler(({ context }) => core.fleet.connection.remove(context.caller)),
    },
    dev: {
      get: os.fleet.dev.get.handler(() => core.fleet.dev.get()),
      start: os.fleet.dev.start.handler(({ input, context }) => core.fleet.dev.start(input.port, context.caller)),
      stop: os.fleet.dev.stop.handler(({ context }) => core.fleet.dev.stop(context.caller)),
    },
    watch: os.fleet.watch.handler(({ input, context, signal, lastEventId }) =>
      streamOf(
        signal,
        (inner) => core.fleet.watch(sequenceOf(lastEventId) ?? input.since, inner),
        (error) => toWireError(error, log, 'fleet.watch', context.caller.trace),
        (message) => String(message.seq),
      ),
    ),
    status: os.fleet.status.handler(() => core.fleet.status()),
  },
})

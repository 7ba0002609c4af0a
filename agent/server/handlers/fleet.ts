import type { Core } from '../../core.ts'
import { type Chain, type ChainLog, toWireError } from '../chain.ts'
import { streamOf } from '../stream.ts'

export const fleetHandlers = (os: Chain, core: Core, log: ChainLog) => ({
  hosts: {
    list: os.hosts.list.handler(({ input: { state } }) => ({
      items: core.fleet.hosts().filter((host) => state === undefined || host.state === state),
    })),
    remove: os.hosts.remove.handler(({ input }) => core.fleet.remove(input.host)),
    get: os.hosts.get.handler(({ input }) => core.fleet.host(input.host)),
  },
  fleet: {
    watch: os.fleet.watch.handler(({ signal }) =>
      streamOf(
        signal,
        (inner) => core.fleet.watch(inner),
        (error) => toWireError(error, log, 'fleet.watch'),
      ),
    ),
    status: os.fleet.status.handler(() => core.fleet.status()),
  },
})

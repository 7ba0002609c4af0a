import type { Core } from '../../core.ts'
import type { Chain } from '../chain.ts'

export const fleetHandlers = (os: Chain, core: Core) => ({
  hosts: {
    list: os.hosts.list.handler(({ input: { state } }) => ({
      items: core.fleet.hosts().filter((host) => state === undefined || host.state === state),
    })),
    remove: os.hosts.remove.handler(({ input }) => core.fleet.remove(input.host)),
    get: os.hosts.get.handler(({ input }) => core.fleet.host(input.host)),
  },
  fleet: {
    status: os.fleet.status.handler(() => core.fleet.status()),
  },
})

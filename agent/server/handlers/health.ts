import type { Core } from '../../core.ts'
import type { Chain } from '../chain.ts'

export const healthHandlers = (os: Chain, core: Core) => ({
  health: os.services.health.handler(({ input }) => core.health.of(input.name)),
  probe: os.services.probe.handler(({ input }) => core.health.probe(input.name)),
})

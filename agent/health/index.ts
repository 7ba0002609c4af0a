import type { HealthDesk } from './types.ts'

export type { HealthDesk } from './types.ts'

/** An agent that probes nothing. */
export const quietHealth: HealthDesk = {
  of: () => ({ health: 'none', items: [] }),
  probe: async () => ({ health: 'none', items: [] }),
}

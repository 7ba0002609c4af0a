import type { ServiceHealth } from '../../contract/index.ts'

/** What carriers ask about probes. */
export interface HealthDesk {
  /** @throws NOT_FOUND with a suggestion */
  of(name: string): ServiceHealth
  /** Probes once, now. @throws NOT_FOUND, CONFLICT where nothing runs */
  probe(name: string): Promise<ServiceHealth>
}

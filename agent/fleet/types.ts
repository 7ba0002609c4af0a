import type { ClientContext, ClientOptions } from '@orpc/client'
import type { FleetHost, FleetStatus } from '../../contract/index.ts'

/** What carriers ask about the fleet. */
export interface FleetDesk extends FleetSide {
  /** Now and after each change, at most once a second. */
  watch(signal: AbortSignal): AsyncIterable<{ status: FleetStatus; hosts: FleetHost[] }>
}

/** One way of belonging to a fleet, or to none. */
export interface FleetSide {
  status(): FleetStatus
  /** This host first, then by name. */
  hosts(): FleetHost[]
  /** @throws NOT_FOUND with a suggestion */
  host(name: string): FleetHost
  /** Takes a host that has gone off the list. @throws NOT_FOUND, CONFLICT for this host */
  remove(name: string): FleetHost
  /** Whether that is this host. @throws NOT_FOUND */
  isSelf(name: string): boolean
  /** Calls a procedure of another host. @throws what that host answers, or UNAVAILABLE where it does not */
  call(
    host: string,
    path: readonly string[],
    input: unknown,
    options: Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>,
    caller: { author: string },
  ): Promise<unknown>
}

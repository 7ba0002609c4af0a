import { create } from 'zustand'
import type { FleetHost, FleetStatus } from '../../contract/index.ts'
import { homeClient } from '../connection/index.ts'

interface FleetState {
  /** Null until the agent of this panel has told of it. */
  status: FleetStatus | null
  hosts: readonly FleetHost[]
  /** The host that is shown; null is this computer. */
  chosen: string | null
}

export const useFleet = create<FleetState>()(() => ({ status: null, hosts: [], chosen: null }))

/** Shows another host; null is this computer. */
export function chooseHost(chosen: string | null): void {
  if (useFleet.getState().chosen !== chosen) useFleet.setState({ chosen })
}

const againMs = 2_000

/** Hears who is in the fleet, whichever host is shown, and begins again where that breaks off. Returns what stops it. */
export function followFleet(): () => void {
  const ended = new AbortController()
  const { signal } = ended
  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { status, hosts } of await homeClient.fleet.watch(undefined, { signal }))
          useFleet.setState({ status, hosts })
      } catch {
        // The connection's own banner says that the agent is away; what was known of the fleet stays.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
  void follow()
  return () => ended.abort()
}

import { type Connection, type ConnectionEvents, connect as connectTo, type Sight, sightOfPage } from './connection.ts'
import { openWindowCarrier } from './window.ts'

export { client } from './client.ts'
export type { Connection } from './connection.ts'
export type { ConnectionState } from './types.ts'

/** Joins the agent: over the window's port where there is one, over HTTP in a browser. */
export function connect(events: ConnectionEvents, sight: Sight = sightOfPage): Connection {
  const bridge = window.hxe
  const open = async () => {
    if (bridge) return openWindowCarrier(bridge)
    // The REST client is of no use in the window, so only a browser loads it.
    const { openWebCarrier } = await import('./web.ts')
    return openWebCarrier()
  }
  return connectTo(open, events, sight)
}

import { setHome } from './client.ts'
import { type Connection, type ConnectionEvents, connect as connectTo, type Sight, sightOfPage } from './connection.ts'
import { openWindowCarrier } from './window.ts'

export { client, homeClient } from './client.ts'
export type { Connection } from './connection.ts'
export type { ConnectionState } from './types.ts'

/** Over the window's port where there is one, over HTTP in a browser; to another host through the agent of the panel. */
const openTo = (host?: string) => async () => {
  const bridge = window.hxe
  if (bridge) return openWindowCarrier(bridge, host)
  // The REST client is of no use in the window, so only a browser loads it.
  const { openWebCarrier } = await import('./web.ts')
  return openWebCarrier(host)
}

/** Joins an agent: the panel's own, or another host of its fleet. */
export function connect(events: ConnectionEvents, sight: Sight = sightOfPage, host?: string): Connection {
  setHome(openTo())
  return connectTo(openTo(host), events, sight)
}

import type { SupportedMessagePort } from '@orpc/client/message-port'
import { RPCHandler } from '@orpc/server/message-port'
import type { Caller } from '../caller.ts'
import type { CallContext } from './context.ts'
import type { AgentRouter } from './router.ts'

/** A router's handler is made once, however many windows there are. */
const handlers = new WeakMap<AgentRouter, RPCHandler<CallContext>>()

/** What Electron's MessagePortMain and Node's MessagePort have in common. */
export type AgentPort = SupportedMessagePort & { start?(): void; close?(): void }

/**
 * Serves the router over a message port until the port closes. Works with Electron's `MessagePortMain` (its messages
 * come as events with `data`) and with the MessagePort of Node and of browsers. With a host it is that of the fleet that
 * answers, and the router the one that passes calls on. Returns what closes it.
 */
export function servePort(router: AgentRouter, port: AgentPort, caller: Caller, host?: string): () => void {
  let handler = handlers.get(router)
  if (!handler) {
    handler = new RPCHandler<CallContext>(router)
    handlers.set(router, handler)
  }
  handler.upgrade(port, { context: { caller, carrier: 'window', ...(host === undefined ? {} : { host }) } })
  port.start?.()
  return () => port.close?.()
}

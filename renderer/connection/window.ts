import { RPCLink } from '@orpc/client/message-port'
import type { Carrier } from './types.ts'

/** A port that has not come by then is asked for again. */
const portTimeoutMs = 5_000

/** In the window: a MessagePort that the main process hands on through the preload script. */
export async function openWindowCarrier(bridge: HxeBridge, host?: string): Promise<Carrier> {
  const port = await askForPort(bridge, host)
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
  const link = new RPCLink({ port })
  port.start()
  return { kind: 'window', link, closed, close: () => port.close() }
}

let requests = 0

function askForPort(bridge: HxeBridge, host: string | undefined): Promise<MessagePort> {
  const request = ++requests
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      window.removeEventListener('message', take)
    }
    const take = (event: MessageEvent): void => {
      const port = event.ports[0]
      if (event.source !== window || event.data?.type !== 'hxe-port' || event.data.request !== request || !port) return
      end()
      resolve(port)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error('The window gave no connection to the agent within 5 s'))
    }, portTimeoutMs)
    window.addEventListener('message', take)
    bridge.requestPort(request, host)
  })
}

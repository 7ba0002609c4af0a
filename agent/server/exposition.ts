import { createServer, type Server } from 'node:http'
import { expositionType } from '../metrics/index.ts'
import type { Access } from './access.ts'
import { pathOfTarget } from './pages.ts'
import { notSignedIn, sendRawProblem } from './reply.ts'

const loopback = '127.0.0.1'
const maxConnections = 32

export interface Endpoint {
  host: string
  port: number
}

/** `:9090`, `9090` and `0.0.0.0:9090`; undefined for what is none. Where no host is written it is loopback. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const found = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?(\d{1,5})$/.exec(text.trim())
  if (!found) return undefined
  const port = Number(found[2])
  const host = (found[1] ?? '').replace(/^\[(.*)\]$/, '$1')
  if (port > 65_535) return undefined
  if (host === '' || host === 'localhost') return { host: loopback, port }
  // An address alone says which interface is meant.
  const isAddress = host.includes(':') ? URL.canParse(`http://[${host}]`) : /^(?:\d{1,3}\.){3}\d{1,3}$/.test(host)
  return isAddress ? { host, port } : undefined
}

export interface ExpositionOptions {
  access: Access
  exposition: () => string
}

/** A listener that answers `/metrics` to whoever has the token, and nothing else. No cookie counts here. */
function createExposition({ access, exposition }: ExpositionOptions): Server {
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 2_000 },
    ({ method, url = '/', headers }, response) => {
      const apiKey = headers['x-api-key']
      const identity = access.identify({
        authorization: headers.authorization,
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      })
      if (pathOfTarget(url) !== '/metrics') {
        const message = 'This listener has /metrics and nothing else.'
        return sendRawProblem(response, { status: 404, code: 'NOT_FOUND', message })
      }
      if (!identity) return sendRawProblem(response, notSignedIn)
      if (method !== 'GET') {
        const refused = { status: 405, code: 'METHOD_NOT_ALLOWED', message: `${method} is not possible here, GET is.` }
        return sendRawProblem(response, { ...refused, headers: { allow: 'GET' } })
      }
      const body = exposition()
      response.writeHead(200, {
        'content-type': expositionType,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      response.end(body)
    },
  )
  server.maxConnections = maxConnections
  return server
}

/** The listener that `prometheus_endpoint` asks for, while it does. */
export function openExposition(options: ExpositionOptions) {
  let server: Server | undefined
  let listening: string | undefined
  /** One change after the other. */
  let turn: Promise<unknown> = Promise.resolve()

  async function close(): Promise<void> {
    const closing = server
    server = undefined
    listening = undefined
    if (!closing) return
    const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
    closing.closeAllConnections()
    await closed
  }

  async function listen(text: string | undefined): Promise<string | undefined> {
    if (text === listening) return undefined
    await close()
    if (text === undefined || text === '') return undefined
    const endpoint = parseEndpoint(text)
    if (!endpoint) return `prometheus_endpoint "${text}" is no address: write ":9090", or "192.168.1.5:9090".`
    const starting = createExposition(options)
    try {
      await new Promise<void>((resolve, reject) => {
        starting.once('error', reject)
        starting.listen(endpoint, resolve)
      })
    } catch (error) {
      return `Metrics are not served at ${text}: ${reasonOf(error, endpoint)}. Everything else runs; change prometheus_endpoint, or free the port.`
    }
    starting.on('error', () => undefined)
    server = starting
    listening = text
    return undefined
  }

  return {
    /** Listens there, and nowhere else any more. Gives why not, as a sentence. */
    set(text: string | undefined): Promise<string | undefined> {
      const set = turn.then(() => listen(text))
      turn = set.catch(() => undefined)
      return set
    },
    port: (): number | undefined => {
      const address = server?.address()
      return typeof address === 'object' && address ? address.port : undefined
    },
    close: (): Promise<void> => turn.then(close),
  }
}

function reasonOf(error: unknown, { host, port }: Endpoint): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `port ${port} is taken`
  if (code === 'EACCES') return `this user may not listen on port ${port}`
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine`
  return message
}

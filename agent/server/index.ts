import { randomBytes } from 'node:crypto'
import { everyHost } from '../../contract/index.ts'
import type { Core } from '../core.ts'
import type { EveryHost } from '../everyhost/index.ts'
import { type Clock, distPath, type PortHolder, systemClock } from '../os/index.ts'
import { createAccess } from './access.ts'
import type { ChainLog } from './chain.ts'
import { openEveryHost } from './everyhost.ts'
import { openExposition } from './exposition.ts'
import { listenOn } from './listen.ts'
import { createRemoteRouter } from './remote.ts'
import { createRest } from './rest.ts'
import { type AgentRouter, createRouter } from './router.ts'

export { describeServerBlock } from './block.ts'
export { ensureToken, readAgentFile, readToken, writeAgentFile } from './datadir.ts'
export { PortTakenError } from './listen.ts'
export { type AgentPort, servePort } from './port.ts'
export { type AgentRouter, createRouter } from './router.ts'

export interface ServerOptions {
  /** From `ensureToken`. */
  token: string
  /** The operating system's user: the author of what is changed. */
  author: string
  version: string
  log: ChainLog
  /** Absent: 7420, or a free one. 0: a free one. */
  port?: number
  /** Names who holds a port that was asked for. */
  holderOf?: (port: number) => Promise<PortHolder | 'hidden' | undefined>
  clock?: Clock
  random?: (bytes: number) => Buffer
  /** The built panel; `dist/renderer` by default. */
  panelDir?: string
  /** See `RouterOptions`. */
  checkOutputs?: boolean
}

export interface AgentServer {
  /** `http://127.0.0.1:PORT`. */
  url: string
  port: number
  /** For `servePort`: the window has the same procedures as REST. */
  router: AgentRouter
  /** The same procedures, answered by another host of the fleet. */
  remoteRouter(): AgentRouter
  /** A one-time address of the panel for a browser, good for five minutes. */
  signInUrl(): { url: string; expiresAt: string }
  /** Serves `/metrics` at this address as well, and at no other any more. Gives why not, as a sentence. */
  serveMetrics(endpoint: string | undefined): Promise<string | undefined>
  /** Where it is served besides, if it is. */
  metricsPort(): number | undefined
  /** Ends streams and connections; resolves when the port is free. */
  close(): Promise<void>
}

/** Reads what serves HTTP, most of the program: to be begun while an agent waits for other things anyway. */
export const loadHttp = (): Promise<typeof import('./http.ts')> => import('./http.ts')

/** How long answers that are under way may take once the server closes. */
const closeGraceMs = 1000

/**
 * Serves REST, the panel and the reference on loopback.
 * @throws {PortTakenError} when the port asked for is taken
 */
export async function createServer(core: Core, options: ServerOptions): Promise<AgentServer> {
  const { token, author, log, version, clock = systemClock, random = randomBytes } = options
  const access = createAccess({ token, author, clock, random })
  let port = 0
  const url = (): string => `http://127.0.0.1:${port}`
  const signInUrl = (): { url: string; expiresAt: string } => {
    const { code, expiresAtMs } = access.newCode()
    return { url: `${url()}/?code=${code}`, expiresAt: new Date(expiresAtMs).toISOString() }
  }
  const closing = new AbortController()
  const router = createRouter(core, {
    log,
    clock,
    signIn: signInUrl,
    checkOutputs: options.checkOutputs ?? false,
  })
  let remote: AgentRouter | undefined
  let all: Promise<EveryHost> | undefined
  const allHosts = (): Promise<EveryHost> => {
    all ??= openEveryHost({ core, router, log, clock, author })
    return all
  }
  const remoteRouter = (): AgentRouter => {
    remote ??= createRemoteRouter(core, log, allHosts) as AgentRouter
    return remote
  }
  const { createHttp } = await loadHttp()
  const { app, server } = await createHttp({
    core,
    rest: createRest(router, clock, closing.signal, {
      router: remoteRouter,
      isSelf: (host) => host !== everyHost && core.fleet.isSelf(host),
    }),
    access,
    log,
    version,
    panelDir: options.panelDir ?? distPath('renderer'),
    port: () => port,
  })
  try {
    port = await listenOn(server, options.port, options.holderOf ?? (async () => undefined))
  } catch (error) {
    await app.close()
    throw error
  }
  const exposition = openExposition({ access, exposition: () => core.metrics.exposition() })
  return {
    url: url(),
    port,
    router,
    remoteRouter,
    signInUrl,
    serveMetrics: (endpoint) => exposition.set(endpoint),
    metricsPort: () => exposition.port(),
    async close() {
      closing.abort()
      void all?.then((every) => every.end())
      await exposition.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cancel = clock.after(closeGraceMs, () => server.closeAllConnections())
      await closed
      cancel()
      await app.close()
    },
  }
}

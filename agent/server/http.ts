import { randomBytes } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Core } from '../core.ts'
import { expositionType } from '../metrics/index.ts'
import { correlated, newTrace, readTrace, type Trace, traceparentOf } from '../trace.ts'
import { type Access, cookieName, type Identity, readCookie } from './access.ts'
import type { ChainLog } from './chain.ts'
import { docsCss, docsHtml, docsJs } from './docs.ts'
import { changesState, headerValues, refusalOf } from './gate.ts'
import { decodeUtf8, JsonRefusal, parseJson } from './json.ts'
import { describeApi } from './openapi.ts'
import { addPages, answerUnknown, isReserved, pathOf, sendFile, signInPage } from './pages.ts'
import { notSignedIn, type Refused, sendProblem, sendRawProblem } from './reply.ts'
import { apiPrefix, type createRest } from './rest.ts'

const maxBodyBytes = 1024 * 1024
/** Whole configurations come in one body. */
const maxConfigBodyBytes = 16 * 1024 * 1024
const maxConnections = 512

const randomText = (): string => randomBytes(8).toString('hex')

export interface HttpOptions {
  core: Core
  rest: ReturnType<typeof createRest>
  access: Access
  log: ChainLog
  version: string
  panelDir: string
  /** Known once it listens. */
  port: () => number
}

/** Limits on what a connection may cost before it has said who it is. */
function createBareServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  port: () => number,
): Server {
  const server = createHttpServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 2000,
      noDelay: true,
    },
    (request, response) => {
      const { method = 'GET', url = '/', rawHeaders } = request
      const refusal = refusalOf({ method, url, rawHeaders }, port())
      if (refusal) sendRawProblem(response, refusal)
      else handle(request, response)
    },
  )
  server.maxConnections = maxConnections
  server.maxHeadersCount = 100
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const [status, reason] =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431', 'Request Header Fields Too Large']
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? ['408', 'Request Timeout']
          : ['400', 'Bad Request']
    socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })
  return server
}

const notJson: Refused = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'A body must be JSON, with "Content-Type: application/json" and no Content-Encoding.',
}

function refusedBody(error: FastifyError | JsonRefusal): Refused | undefined {
  if (error instanceof JsonRefusal) {
    const item = { path: error.path, message: error.message, ...error.position }
    return { status: 400, code: 'BAD_INPUT', message: error.message, data: { errors: [item] } }
  }
  if (error.statusCode === 413) {
    return { status: 413, code: 'PAYLOAD_TOO_LARGE', message: 'The body is larger than this address takes.' }
  }
  if (error.statusCode === 415) return notJson
  const status = error.statusCode
  // A path out of the panel's folder: that there is something is nobody's business.
  if (status === 403) return { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this address.' }
  if (status === undefined || status < 400 || status >= 500) return undefined
  return { status, code: 'BAD_INPUT', message: error.message }
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: ChainLog): FastifyReply {
  const refused = refusedBody(error)
  if (refused) return sendProblem(reply, refused)
  const id = randomBytes(6).toString('hex')
  log.error(
    { err: error, errorId: id, method: request.method, ...correlated(request.trace) },
    'a request failed unexpectedly',
  )
  const message = `Something went wrong inside the agent. Its log, agent.log, has the details under ${id}.`
  return sendProblem(reply, { status: 500, code: 'INTERNAL_SERVER_ERROR', message, data: { id } })
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/json\s*(;\s*charset=utf-8\s*)?$/i,
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, body.length === 0 ? undefined : parseJson(decodeUtf8(body as Buffer)))
      } catch (error) {
        done(error as Error)
      }
    },
  )
}

const opensPage = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith('/api') && headers.accept?.includes('text/html') === true

/** A person who opens a page gets one; everything else gets the problem. */
function turnAway(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!opensPage(request)) return sendProblem(reply, notSignedIn)
  return reply
    .code(notSignedIn.status)
    .headers({ ...notSignedIn.headers, 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' })
    .send(signInPage)
}

/** The routes of one listener. What answers at which address is in interface.md. */
export async function createHttp(options: HttpOptions): Promise<{ app: FastifyInstance; server: Server }> {
  const { core, rest, access, log, version, port } = options
  let server: Server | undefined
  const app = Fastify({
    serverFactory: (handle) => {
      server = createBareServer(handle, port)
      return server
    },
    bodyLimit: maxBodyBytes,
    trustProxy: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, log),
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, log))
  readBodies(app)

  const identify = (request: FastifyRequest): Identity | undefined =>
    access.identify({
      authorization: request.headers.authorization,
      apiKey: headerValues(request.raw.rawHeaders, 'x-api-key').join(', ') || undefined,
      session: readCookie(request.headers.cookie, cookieName(port())),
    })

  const isOpen = (request: FastifyRequest): boolean => {
    const { open } = request.routeOptions.config
    return open === 'always' || (open === 'panel' && !isReserved(pathOf(request)))
  }

  /** What a request is known by is told with its answer, also where it is turned away. */
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    const trace = readTrace(request.headers) ?? newTrace(randomText)
    request.trace = trace
    reply.header('x-correlation-id', trace.correlationId)
    request.spanId = randomText()
    reply.header('traceresponse', traceparentOf(trace, request.spanId))
  })
  app.decorateRequest('trace', undefined)
  app.decorateRequest('spanId', undefined)

  /** Turns away who is not let in, before a body is read. A route that does not say it is open is not. */
  app.addHook('onRequest', async (request, reply) => {
    if (isOpen(request)) return
    const identity = identify(request)
    if (!identity) return turnAway(request, reply)
    const fromPage = request.headers.origin !== undefined || request.headers['sec-fetch-site'] === 'same-origin'
    if (identity.by === 'session' && changesState(request.method) && !fromPage) {
      const message = 'A change with a browser’s session must come from the panel’s own page.'
      return sendProblem(reply, { status: 403, code: 'FORBIDDEN', message })
    }
    if (request.headers['content-encoding'] !== undefined) return sendProblem(reply, notJson)
    request.identity = identity
  })
  app.decorateRequest('identity', undefined)
  app.setNotFoundHandler(answerUnknown)

  await addPages(app, { panelDir: options.panelDir, access, port })

  app.get('/healthz', { config: { open: 'always' } }, () => ({ status: 'ok' }))
  app.get('/readyz', { config: { open: 'always' } }, (request, reply) => {
    const parts = core.readiness()
    const ok = parts.every((part) => part.ok)
    const status = ok ? 'ok' : 'unavailable'
    return reply.code(ok ? 200 : 503).send(identify(request) ? { status, parts } : { status })
  })

  // The panel's page of that name has the same address; a browser asks for a page, and Prometheus does not.
  app.get('/metrics', (request, reply) =>
    opensPage(request)
      ? sendFile(reply, 'index.html')
      : reply.headers({ 'content-type': expositionType, 'cache-control': 'no-store' }).send(core.metrics.exposition()),
  )

  let document: ReturnType<typeof describeApi> | undefined
  app.get('/openapi.json', () => {
    document ??= describeApi(version)
    return document
  })
  app.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(docsHtml))
  app.get('/docs/docs.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(docsCss))
  app.get('/docs/docs.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(docsJs))
  const api = (request: FastifyRequest, reply: FastifyReply) => {
    if (!request.identity) throw new Error('a request reached the API without an identity')
    return rest(request, reply, request.identity.caller)
  }
  app.all('/api/*', api)
  app.all(`${apiPrefix}/config/*`, { bodyLimit: maxConfigBodyBytes }, api)

  await app.ready()
  if (!server) throw new Error('Fastify made no server')
  return { app, server }
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | undefined
    trace: Trace | undefined
    spanId: string | undefined
  }
}

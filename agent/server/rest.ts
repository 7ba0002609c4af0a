import type { IncomingHttpHeaders } from 'node:http'
import { StandardOpenAPICodec, StandardOpenAPIMatcher } from '@orpc/openapi/standard'
import {
  StandardBracketNotationSerializer,
  StandardOpenAPIJsonSerializer,
  StandardOpenAPISerializer,
} from '@orpc/openapi-client/standard'
import type { AnyRouter } from '@orpc/server'
import { StandardHandler } from '@orpc/server/standard'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problemOf } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import type { Clock } from '../os/index.ts'
import type { CallContext } from './context.ts'
import { maxPage } from './paging.ts'
import { type Refused, sendProblem } from './reply.ts'
import type { AgentRouter } from './router.ts'
import { sendEvents } from './sse.ts'

export const apiPrefix = '/api/v1'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What handlers answer is JSON already: walking and copying it, as the stock serializer does, would double the cost of a list. */
class AsIs extends StandardOpenAPIJsonSerializer {
  override serialize(data: unknown): [json: unknown, hasBlob: boolean] {
    return [data, false]
  }
}

type StandardRequest = Parameters<StandardHandler<CallContext>['handle']>[0]

/**
 * The address that was asked for. Undefined when its path would mean another one once dots and backslashes are
 * resolved. Bytes that a client did not encode are UTF-8, as from `curl http://…/services/größe`.
 */
function addressOf(request: FastifyRequest): URL | undefined {
  const target = Buffer.from(request.raw.url ?? '/', 'latin1').toString('utf8')
  const path = target.split('?', 1)[0] ?? ''
  const misleading = path.includes('\\') || path.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part))
  return misleading ? undefined : new URL(`http://${request.headers.host}${target}`)
}

function isStream(body: unknown): body is AsyncIterator<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'next' in body
}

/** Streams that a list's own address gives on request. */
function followAddress(url: URL, headers: IncomingHttpHeaders): void {
  const path = url.pathname.slice(apiPrefix.length)
  const wanted = url.searchParams.get('follow')
  url.searchParams.delete('follow')
  if (path === '/events') {
    if (wanted === 'true' || headers.accept?.includes('text/event-stream')) url.pathname = `${apiPrefix}/events/follow`
    return
  }
  const service = /^\/services\/([^/]+)\/logs$/.exec(path)?.[1]
  if (wanted !== 'true' || (path !== '/logs' && service === undefined)) return
  url.pathname = `${apiPrefix}/logs/follow`
  if (service !== undefined) url.searchParams.set('service', decodeURIComponent(service))
}

/** `limit` beyond any number that fits is still only cut. */
function cutLimit(url: URL): void {
  if (/^\d{6,}$/.test(url.searchParams.get('limit') ?? '')) url.searchParams.set('limit', String(maxPage))
}

function hasMembers(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

/** `POST …/start?wait=running`: what stands in the query of a call is part of its input; the body goes first. */
function inputOf({ body }: FastifyRequest, url: URL, revision: string | undefined): unknown {
  if (body !== undefined && !hasMembers(body)) return body
  const query = Object.fromEntries(url.searchParams)
  return { ...query, ...body, ...(revision === undefined ? {} : { revision }) }
}

const conditionalMethods: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE'])

/** `If-Match: "12"`: the revision that a change is made for; any other text is one that no revision has. */
function preconditionOf({ method, headers }: FastifyRequest, url: URL): string | undefined {
  const isConditional = conditionalMethods.has(method) || url.pathname === `${apiPrefix}/config/apply`
  const given = headers['if-match']?.trim()
  if (!isConditional || given === undefined || given === '*') return undefined
  return /^(?:W\/)?"?(\d{1,15})"?$/.exec(given)?.[1] ?? given
}

/** Why a precondition cannot be met, whatever runs; undefined where that is to be seen. */
function refusedPrecondition(precondition: string, body: unknown): Refused | undefined {
  if (!/^\d+$/.test(precondition)) {
    const message = `If-Match takes one revision, as in If-Match: "12", or *. ${precondition} is none.`
    return { status: 412, code: 'PRECONDITION_FAILED', message, data: { reason: 'no-revision' } }
  }
  const said = hasMembers(body) ? body.revision : undefined
  if (said === undefined || Number(said) === Number(precondition)) return undefined
  const errors = [{ path: 'revision', message: `is not ${precondition}, as If-Match has it` }]
  const message = `The body is for another revision than If-Match, ${precondition}. Say it once.`
  return { status: 400, code: 'BAD_INPUT', message, data: { errors } }
}

/** Signals that abort when the client goes away, or all together when the server closes. */
function createSignals(closing: AbortSignal) {
  const open = new Set<AbortController>()
  closing.addEventListener('abort', () => {
    for (const controller of open) controller.abort()
  })
  return (reply: FastifyReply): AbortSignal => {
    const controller = new AbortController()
    open.add(controller)
    reply.raw.once('close', () => {
      open.delete(controller)
      if (!reply.raw.writableFinished) controller.abort()
    })
    return controller.signal
  }
}

/** `/hosts/NAME/services` is `/services` of that host; its own entry, `/hosts/NAME`, is this one's. */
function takeHost(url: URL): string | undefined {
  const found = /^\/hosts\/([^/]+)(\/.+)$/.exec(url.pathname.slice(apiPrefix.length))
  if (!found?.[1] || !found[2]) return undefined
  url.pathname = `${apiPrefix}${found[2]}`
  return decodeURIComponent(found[1])
}

/** What answers calls for other hosts, and which hosts those are. */
export interface RemoteHosts {
  router: () => AnyRouter
  /** @throws NOT_FOUND for a host that is not known */
  isSelf: (host: string) => boolean
}

/** Answers `/api/v1` from the router until `closing` is aborted. */
export function createRest(router: AgentRouter, clock: Clock, closing: AbortSignal, remote: RemoteHosts) {
  const serializer = new StandardOpenAPISerializer(new AsIs(), new StandardBracketNotationSerializer())
  const matcher = new StandardOpenAPIMatcher()
  const codec = new StandardOpenAPICodec(serializer, { customErrorResponseBodyEncoder: problemOf })
  const handler = new StandardHandler(router, matcher, codec, {})
  let remoteHandler: StandardHandler<CallContext> | undefined
  const signalOf = createSignals(closing)

  async function allowedMethods(pathname: string): Promise<string[]> {
    const path = pathname.slice(apiPrefix.length) as `/${string}`
    const found = await Promise.all(methods.map(async (method) => ((await matcher.match(method, path)) ? method : '')))
    return found.filter(Boolean)
  }

  async function sendUnmatched(reply: FastifyReply, method: string, pathname: string): Promise<void> {
    const allowed = pathname.startsWith(`${apiPrefix}/`) ? await allowedMethods(pathname) : []
    if (allowed.length === 0) {
      const message = 'There is nothing at this address; /docs lists what there is.'
      sendProblem(reply, { status: 404, code: 'NOT_FOUND', message })
      return
    }
    const allow = allowed.join(', ')
    const message = `${method} is not possible here, ${allow} is.`
    sendProblem(reply, { status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } })
  }

  return async function handle(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<FastifyReply> {
    const { trace, spanId } = request
    const url = addressOf(request)
    if (!url) {
      await sendUnmatched(reply, request.method, '')
      return reply
    }
    const asked = url.pathname
    let host: string | undefined
    try {
      host = takeHost(url)
      if (host !== undefined && remote.isSelf(host)) host = undefined
    } catch (error) {
      if (!(error instanceof CoreError)) throw error
      return sendProblem(reply, { status: 404, code: 'NOT_FOUND', message: error.message })
    }
    if (request.method === 'GET') followAddress(url, request.headers)
    cutLimit(url)
    const precondition = preconditionOf(request, url)
    const refused = precondition === undefined ? undefined : refusedPrecondition(precondition, request.body)
    if (refused) return sendProblem(reply, refused)
    const standard: StandardRequest = {
      method: request.method,
      url,
      headers: request.headers,
      body: async () => inputOf(request, url, precondition),
      signal: signalOf(reply),
    }
    if (host !== undefined)
      remoteHandler ??= new StandardHandler(remote.router(), new StandardOpenAPIMatcher(), codec, {})
    const { matched, response } = await (host === undefined ? handler : (remoteHandler ?? handler)).handle(standard, {
      prefix: apiPrefix,
      context: {
        caller,
        carrier: 'rest',
        trace,
        spanId,
        isConditional: precondition !== undefined,
        ...(host === undefined ? {} : { host }),
      },
    })
    if (!matched) {
      await sendUnmatched(reply, request.method, asked)
      return reply
    }
    const { status, body } = response
    if (isStream(body)) {
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      reply.raw.writeHead(status, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      await sendEvents(reply.raw, body, clock, closing)
      return reply
    }
    if (status >= 400 && trace && hasMembers(body)) body.correlationId = trace.correlationId
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    return reply
      .code(status)
      .headers({ 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
      .send(Buffer.from(JSON.stringify(body)))
  }
}

import type { IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import type { DialPolicy } from './addresses.ts'
import { DialError, describeFailure, dial, dialTls } from './dial.ts'

export interface HttpCall {
  url: string
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  policy: DialPolicy
  /** For all of it: looking up the name, connecting, TLS, headers, and the last byte of the body. */
  timeoutMs: number
  /** Of the body so much is read; what is more is not waited for. */
  maxBodyBytes: number
  /** How many redirects are followed; none unless said. */
  maxRedirects?: number
  /** Whether a redirect is followed, by its status. */
  follows?: (status: number) => boolean
  /** The status is what was asked for: a body that does not end, or breaks off, takes nothing from it. */
  isStatusEnough?: boolean
  skipVerify?: boolean
  signal?: AbortSignal
}

export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
  /** There was more than `maxBodyBytes`. */
  truncated: boolean
  /** Where the answer came from, after redirects. */
  url: string
}

/** How far a call had come when its time was over. */
type Stage = { name: 'connect' | 'headers' | 'body'; bytes: number; where: string }

const redirects = new Set([301, 302, 303, 307, 308])

/** One request over a connection of its own, bounded in time and size. @throws {DialError} with a sentence */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(new Error('timeout')), call.timeoutMs)
  const signal = call.signal ? AbortSignal.any([call.signal, timeout.signal]) : timeout.signal
  const stage: Stage = { name: 'connect', bytes: 0, where: call.url }
  try {
    return await followRedirects(call, signal, stage)
  } catch (error) {
    if (timeout.signal.aborted) throw new DialError('timeout', timeoutText(stage, call.timeoutMs), { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function timeoutText({ name, bytes, where }: Stage, timeoutMs: number): string {
  const within = `within ${timeoutMs >= 1000 ? `${timeoutMs / 1000} s` : `${timeoutMs} ms`}`
  if (name === 'connect') return `${where} could not be connected to ${within}`
  if (name === 'headers') return `${where} took the connection and did not answer ${within}`
  return `the answer of ${where} did not end ${within} (${bytes} bytes came)`
}

async function followRedirects(call: HttpCall, signal: AbortSignal, stage: Stage): Promise<HttpAnswer> {
  const { maxRedirects = 0, follows = (status) => redirects.has(status) } = call
  let url = parsed(call.url)
  let step: Pick<HttpCall, 'method' | 'headers' | 'body'> = call
  for (let count = 0; ; count++) {
    const answer = await callOnce({ ...call, ...step, body: step.body }, url, signal, stage)
    const location = answer.headers.location
    if (typeof location !== 'string' || !redirects.has(answer.status) || !follows(answer.status)) return answer
    if (maxRedirects === 0) return answer
    if (count >= maxRedirects) {
      throw new DialError('redirects', `redirected more than ${maxRedirects} times, at last to ${shown(location)}`)
    }
    const next = parsed(location, url)
    step = redirected(step, answer.status, next.origin === url.origin)
    url = next
  }
}

/** What is asked at the new place: a form is not posted twice, and what was meant for one host is not told to another. */
function redirected(
  { method = 'GET', headers = {}, body }: Pick<HttpCall, 'method' | 'headers' | 'body'>,
  status: number,
  isSameOrigin: boolean,
): Pick<HttpCall, 'method' | 'headers' | 'body'> {
  const isForeign = (name: string): boolean => /^(?:authorization|cookie|host|x-.*)$/i.test(name)
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => isSameOrigin || !isForeign(name)))
  if (status === 307 || status === 308 || method === 'GET' || method === 'HEAD') {
    return { method, headers: kept, ...(body === undefined ? {} : { body }) }
  }
  return { method: 'GET', headers: kept }
}

function parsed(text: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  if (!url) throw new DialError('url', `"${shown(text)}" is no address`)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw new DialError('url', `${url.protocol.slice(0, -1)} is not spoken, only http and https`)
}

/** Without the user, the query and the fragment of an address, which may be secret. */
function shown(text: string): string {
  const plain = text.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//')
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain
}

async function callOnce(
  call: Omit<HttpCall, 'body'> & { body: HttpCall['body'] | undefined },
  url: URL,
  signal: AbortSignal,
  stage: Stage,
): Promise<HttpAnswer> {
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const target = { host: url.hostname, port, policy: call.policy, signal }
  stage.name = 'connect'
  stage.where = url.host
  const socket = isTls
    ? await dialTls({ ...target, skipVerify: call.skipVerify ?? false, protocols: ['http/1.1'] })
    : await dial(target)
  stage.name = 'headers'
  try {
    const response = await send(call, url, socket, signal)
    stage.name = 'body'
    const reading = readBody(response, call.maxBodyBytes, stage, signal)
    const { body, truncated } = await (call.isStatusEnough ? reading.catch(() => noBody) : reading)
    return { status: response.statusCode ?? 0, headers: response.headers, body, truncated, url: url.href }
  } catch (error) {
    if (signal.aborted) throw error
    throw describeFailure(error, url.hostname, port)
  } finally {
    socket.destroy()
  }
}

const noBody = { body: Buffer.alloc(0), truncated: true }

function send(
  { method = 'GET', headers = {}, body }: { method?: string; headers?: HttpCall['headers']; body: HttpCall['body'] },
  url: URL,
  socket: Awaited<ReturnType<typeof dial>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    const request = requestHttp({
      createConnection: () => socket,
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        host: url.host,
        'user-agent': 'hxe',
        accept: '*/*',
        connection: 'close',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(user === '' ? {} : { auth: `${user}:${password}` }),
      signal,
    })
    request.once('response', resolve)
    request.on('error', reject)
    request.end(body)
  })
}

function readBody(
  response: IncomingMessage,
  maxBytes: number,
  stage: Stage,
  signal: AbortSignal,
): Promise<{ body: Buffer; truncated: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const done = (truncated: boolean): void => resolve({ body: Buffer.concat(chunks, bytes), truncated })
    const end = (): void => reject(signal.reason)
    signal.addEventListener('abort', end, { once: true })
    response.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, maxBytes - bytes)
      chunks.push(kept)
      bytes += kept.length
      stage.bytes = bytes
      if (kept.length < chunk.length) done(true)
    })
    response.once('end', () => done(false))
    response.on('error', reject)
    response.once('close', () => {
      signal.removeEventListener('abort', end)
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
    })
  })
}

import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { CliError, exitCodes } from './exit.ts'
import { type AnswerStatus, isRefused, reasonOf, refusal, streamProblem } from './refusal.ts'
import { EventParser } from './sse.ts'

export interface Address {
  /** `http://127.0.0.1:7420`, without a path. */
  url: string
  token: string | undefined
  /** Of the fleet that the agent belongs to, where another one than this is asked. */
  host?: string | undefined
  /** For messages: the data directory of a local agent. */
  dataDir?: string | undefined
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below `/api/v1`, its parts encoded; see `servicePath`. */
  path: string
  query?: Query | undefined
  body?: unknown
  /** How long the agent may take to begin its answer. */
  timeoutMs?: number | undefined
  signal?: AbortSignal | undefined
  lastEventId?: string | undefined
  /** Of a stream: the agent has taken the request, items may be long in coming. */
  onOpen?: (() => void) | undefined
}

export interface StreamItem<Item> {
  id: string
  item: Item
}

const strayHint = 'Look at the address (--url, HXE_URL), or leave it out for the agent of this machine.'
const startHint = 'Start it with "hxe agent", or open the panel.'
const answerLimitMs = 15_000
const maxAnswerBytes = 512 * 2 ** 20

export const servicePath = (name: string, rest = ''): string => `/services/${encodeURIComponent(name)}${rest}`

/** The contract over REST, as small as the command's start-up wants it. Types are the contract's own; the agent is trusted to keep them. */
export class Client {
  readonly address: Address
  #pool: HttpAgent
  /** One command is one request, however many calls it takes. */
  #correlationId: string | undefined
  constructor(address: Address) {
    this.address = address
    this.#pool = new HttpAgent({ keepAlive: true, maxSockets: 16 })
  }

  get<Answer>(path: string, query?: Query, options: Partial<Call> = {}): Promise<Answer> {
    return this.call({ ...options, method: 'GET', path, query })
  }

  post<Answer>(path: string, options: Partial<Call> = {}): Promise<Answer> {
    return this.call({ ...options, method: 'POST', path })
  }

  /** @throws {CliError} with the exit code that the refusal or the failure to reach the agent deserves */
  async call<Answer>(call: Call): Promise<Answer> {
    const response = await this.#send(call, 'application/json')
    const text = await readAll(response).catch((error: unknown) => {
      throw this.#unreachable(error)
    })
    if ((response.statusCode ?? 0) >= 400) throw refusal(statusOf(response), text)
    return parseAnswer(text, this.address.url) as Answer
  }

  /** The items of a stream until it ends. @throws {CliError} as `call` does, also when the connection breaks */
  async *stream<Item>(call: Call): AsyncGenerator<StreamItem<Item>> {
    const response = await this.#send(call, 'text/event-stream')
    if ((response.statusCode ?? 0) >= 400) throw refusal(statusOf(response), await readAll(response))
    call.onOpen?.()
    const parser = new EventParser()
    try {
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        for (const { event, data, id } of parser.push(chunk)) {
          if (event === 'done') return
          const item = parseAnswer(data, this.address.url)
          if (event === 'error') throw streamProblem(item)
          yield { id, item: item as Item }
        }
      }
    } catch (error) {
      throw error instanceof CliError ? error : this.#unreachable(error)
    } finally {
      response.destroy()
    }
    throw new CliError(exitCodes.noAgent, 'The agent ended the connection.')
  }

  close(): void {
    this.#pool.destroy()
  }

  async #send(call: Call, accept: string): Promise<IncomingMessage> {
    const url = this.#urlOf(call)
    const body = call.method === 'POST' ? JSON.stringify(call.body ?? {}) : undefined
    const open = url.protocol === 'https:' ? process.getBuiltinModule('node:https').request : httpRequest
    const headers: Record<string, string> = { accept, ...this.#authorization() }
    // Reading brings nothing about, so it needs no name, and a command that only reads starts faster.
    if (call.method !== 'GET') headers['x-correlation-id'] = this.#named()
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
    if (call.lastEventId) headers['last-event-id'] = call.lastEventId
    return new Promise((resolve, reject) => {
      const limitMs = call.timeoutMs ?? answerLimitMs
      const request: ClientRequest = open(url, {
        method: call.method,
        headers,
        ...(url.protocol === 'https:' ? {} : { agent: this.#pool }),
        ...(call.signal ? { signal: call.signal } : {}),
      })
      // Covers connecting as well as a long silence before the answer.
      request.setTimeout(limitMs, () =>
        request.destroy(new Error(`it gave no answer within ${Math.round(limitMs / 1000)} s`)),
      )
      request.once('response', (response) => {
        request.setTimeout(0)
        resolve(response)
      })
      request.once('error', (error) => reject(this.#unreachable(error)))
      request.end(body)
    })
  }

  #named(): string {
    this.#correlationId ??= process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex')
    return this.#correlationId
  }

  #urlOf({ path, query = {} }: Call): URL {
    const { host } = this.address
    const place = host === undefined ? '' : `/hosts/${encodeURIComponent(host)}`
    const url = new URL(`/api/v1${place}${path}`, this.address.url)
    for (const [name, value] of Object.entries(query)) {
      if (Array.isArray(value)) for (const one of value) url.searchParams.append(`${name}[]`, one)
      else if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }

  #authorization(): Record<string, string> {
    const { token } = this.address
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  #unreachable(error: unknown): CliError {
    if (error instanceof CliError) return error
    const { url, dataDir } = this.address
    const why = reasonOf(error)
    const message =
      dataDir === undefined
        ? `No agent answers at ${url}: ${why}.`
        : `The agent of ${dataDir} does not answer at ${url}: ${why}.`
    const hint =
      dataDir === undefined ? strayHint : isRefused(error) ? startHint : `Its own log says more: ${dataDir}/agent.log`
    return new CliError(exitCodes.noAgent, message, { hint, cause: error })
  }
}

const statusOf = ({ statusCode = 0, statusMessage = '', headers }: IncomingMessage): AnswerStatus => ({
  status: statusCode,
  text: statusMessage,
  contentType: headers['content-type'] ?? '',
})

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxAnswerBytes) throw new Error('its answer is larger than 512 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseAnswer(text: string, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(exitCodes.failed, `What answers at ${url} is no HXE agent: its answer is not JSON.`, {
      cause: error,
    })
  }
}

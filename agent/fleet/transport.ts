import { AuthorizationError, type ConnectionOptions, deferred, type Server, type Transport } from 'nats'
import { describeFailure, dial, encrypt } from '../os/index.ts'

/** What the server has not taken from us by then it will not take: the connection is ended, and made anew. */
const mostUnsentBytes = 32 * 1024 * 1024
/** The server's first line, by which it introduces itself. */
const mostInfoBytes = 1024 * 1024

type Socket = Awaited<ReturnType<typeof dial>>

/** How servers of a fleet are reached. The library hands its options on, so a connection carries its own along. */
export interface Way {
  /** Nothing is said to a server that does not encrypt. */
  mustEncrypt: boolean
  tls: { ca?: string; cert?: string; key?: string }
  /** Told of every attempt that fails, in words. */
  failed: (why: string) => void
}
export type WayOptions = ConnectionOptions & { way: Way }

/**
 * What carries the protocol, in place of the library's own. That one leaves sockets of attempts behind that were given
 * up, so an agent would not end; takes a certificate for "localhost" from any address; and takes what was sent in the clear
 * before the encryption as if it had been sent in it.
 */
export class FleetTransport implements Transport {
  readonly lang = 'hxe'
  readonly version = '1'
  closeError?: Error
  #socket: Socket | undefined
  #arrived: Uint8Array[] = []
  #wake: () => void = () => {}
  #say: (why: string) => void = () => {}
  #isConnected = false
  #isDone = false
  #isDiscarded = false
  #isEncrypted = false
  readonly #attempt = new AbortController()
  readonly #closed = deferred<Error | undefined>()

  get isClosed(): boolean {
    return this.#isDone
  }
  isEncrypted(): boolean {
    return this.#isEncrypted
  }

  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    const { way } = options as WayOptions
    const { listen, hostname: host, port } = server
    const { signal } = this.#attempt
    this.#say = (why) => way.failed(`${listen} ${why}`)
    try {
      const socket = await dial({ host, port, policy: 'nearby', signal })
      this.#socket = socket
      const { info, line, rest } = await firstLine(socket, signal, listen)
      if (way.mustEncrypt && info.tls_required !== true && info.tls_available !== true)
        throw new Error(`${listen} offers no encryption, and without it nothing is said to it`)
      if (way.mustEncrypt || info.tls_required === true) {
        if (info.tls_verify === true && way.tls.cert === undefined)
          throw new Error(`${listen} wants a certificate of this host: set tls { cert_file, key_file }`)
        if (rest.byteLength > 0) throw new Error(`${listen} has spoken out of turn, as somebody in between would`)
        this.#socket = await encrypt(socket, port, { name: server.tlsName || host, signal, ...way.tls })
        this.#isEncrypted = true
      }
      this.#listen(this.#socket, [line, rest], way, server, info)
    } catch (error) {
      // Who gives an attempt up knows why.
      if (!signal.aborted) way.failed((error as Error).message)
      this.discard()
      throw error
    }
  }

  #listen(
    socket: Socket,
    first: readonly Uint8Array[],
    way: Way,
    { hostname, port }: Server,
    { tls_verify }: ServerInfo,
  ): void {
    this.#isConnected = true
    this.#arrived = first.filter(({ byteLength }) => byteLength > 0)
    let hasAnswered = false
    socket.on('data', (data: Uint8Array) => {
      hasAnswered = true
      this.#arrived.push(data)
      this.#wake()
    })
    let failure: Error | undefined
    socket.on('error', (error) => {
      failure = describeFailure(error, hostname, port)
    })
    socket.on('close', () => {
      // A server that does not like a certificate may say so, or simply end.
      if (!hasAnswered && tls_verify === true) this.#say('does not take the certificate of tls { cert_file }')
      else if (failure) way.failed(failure.message)
      else if (!hasAnswered) this.#say('closed the connection before it had let us in')
      this.#end(failure)
    })
    socket.resume()
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    for (;;) {
      if (this.#arrived.length === 0 && !this.#isDone) await new Promise<void>((resolve) => (this.#wake = resolve))
      const arrived = this.#arrived
      this.#arrived = []
      // The library's reader is the next connection's by then.
      if (this.#isDiscarded) return
      yield* arrived
      if (this.#isDone && this.#arrived.length === 0) return
    }
  }

  send(frame: Uint8Array): void {
    const socket = this.#socket
    if (!socket || this.#isDone) return
    socket.write(frame)
    if (socket.writableLength > mostUnsentBytes) {
      this.#say('takes nothing any more')
      this.#end(new Error('The server takes nothing any more'))
    }
  }

  /** The library closes what it gives up, too: by its own limit of time, or since it was refused. */
  async close(error?: Error): Promise<void> {
    if (error && !this.#isDone && !(error instanceof AuthorizationError)) this.#say('does not answer')
    this.#end(error)
  }
  disconnect(): void {
    this.#end(undefined)
  }
  closed(): Promise<Error | undefined> {
    return this.#closed
  }
  discard(): void {
    this.#isDiscarded = true
    this.#drop()
  }

  #end(error: Error | undefined): void {
    if (this.#isDone) return
    this.#drop()
    if (error) this.closeError = error
    // An attempt that has not come to a connection is told of by its own failure.
    if (this.#isConnected) this.#closed.resolve(error)
  }

  #drop(): void {
    this.#isDone = true
    this.#attempt.abort()
    this.#wake()
    this.#socket?.removeAllListeners()
    // What is destroyed in the middle of something may still fail.
    this.#socket?.on('error', () => undefined)
    this.#socket?.destroy()
  }
}

interface ServerInfo {
  /** It wants a certificate from us, too. */
  tls_verify?: boolean
  tls_required?: boolean
  tls_available?: boolean
}
interface FirstLine {
  info: ServerInfo
  line: Uint8Array
  rest: Uint8Array
}

/** The line that a server begins with, and what came behind it. */
function firstLine(socket: Socket, signal: AbortSignal, listen: string): Promise<FirstLine> {
  return new Promise((resolve, reject) => {
    let come = Buffer.alloc(0)
    const settle = (work: () => void): void => {
      signal.removeEventListener('abort', aborted)
      socket.removeAllListeners()
      socket.pause()
      work()
    }
    const fail = (error: unknown): void => settle(() => reject(error))
    const aborted = (): void => fail(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    socket.on('error', fail)
    socket.on('close', () => fail(new Error(`${listen} closed the connection before it had answered`)))
    socket.on('data', (data: Uint8Array) => {
      come = Buffer.concat([come, data])
      const end = come.indexOf('\r\n')
      if (end < 0 && come.byteLength < mostInfoBytes) return
      const line = come.subarray(0, end + 2)
      const info = readInfo(line.toString('utf8'))
      if (info) settle(() => resolve({ info, line, rest: come.subarray(end + 2) }))
      else fail(new Error(`what answers at ${listen} is no NATS server`))
    })
  })
}

function readInfo(line: string): ServerInfo | undefined {
  const [, text] = /^INFO\s+(\{.*\})\s*$/i.exec(line) ?? []
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ServerInfo)
  } catch {
    return undefined
  }
}

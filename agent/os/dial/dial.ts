import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { addressRefusal, type DialPolicy } from './addresses.ts'

export interface DialTarget {
  /** A name or an address; brackets around an IPv6 address are taken off. */
  host: string
  port: number
  policy: DialPolicy
  /** Ends the attempt, whatever it is at. */
  signal: AbortSignal
}

/** A connection that did not come about, as a sentence for a person. */
export class DialError extends Error {
  override name = 'DialError'
  /** The system's code, or `refused-address`. */
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** How long one of several addresses is tried before the next one is. */
const nextAddressAfterMs = 2_000

/**
 * A TCP connection. The name is looked up once, and each address that came of it is judged before it is dialled, so that
 * no second answer of a name server can lead elsewhere. @throws {DialError}
 */
export async function dial({ host: given, port, policy, signal }: DialTarget): Promise<Socket> {
  const host = given.replace(/^\[(.*)\]$/, '$1')
  const addresses = await addressesOf(host, signal)
  const refusals = addresses.map((address) => addressRefusal(address, policy))
  const allowed = addresses.filter((_, index) => refusals[index] === undefined)
  if (allowed.length === 0) {
    const who = addresses[0] === host ? host : `${host} is ${addresses[0]}, which`
    throw new DialError('refused-address', `${who} ${refusals[0] ?? 'has no address'}`)
  }
  let failure: unknown
  for (const [index, address] of allowed.entries()) {
    const isLast = index === allowed.length - 1
    const limit = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(nextAddressAfterMs)])
    try {
      return await dialAddress(address, port, limit)
    } catch (error) {
      signal.throwIfAborted()
      failure ??= error
    }
  }
  throw describeFailure(failure, host, port)
}

/** How a connection is encrypted, and whom it must lead to. */
export interface Encryption {
  /** The name or address that the certificate must be for. */
  name: string
  signal: AbortSignal
  skipVerify?: boolean
  protocols?: readonly string[]
  /** In PEM form: who signs the other side's certificate, if not one of those that are known to all, and our own. */
  ca?: string
  cert?: string
  key?: string
}

/** A TLS connection on top; the certificate is verified for the host unless said otherwise. @throws {DialError} */
export async function dialTls(
  target: DialTarget & { servername?: string; skipVerify?: boolean; protocols?: readonly string[] },
): Promise<TLSSocket> {
  const { host, port, servername, ...how } = target
  const socket = await dial(target)
  return encrypt(socket, port, { ...how, name: servername ?? host.replace(/^\[(.*)\]$/, '$1') })
}

/** Encrypts a connection that is there, which is ended where that does not come about. @throws {DialError} */
export function encrypt(
  socket: Socket,
  port: number,
  { name, signal, skipVerify = false, protocols, ca, cert, key }: Encryption,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      // A name alone is sent along: an address is no server name (RFC 6066).
      ...(isIP(name) === 0 ? { servername: name } : { host: name }),
      // Said in so many words, since Node can be told by its environment to go lower, or not to verify at all.
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !skipVerify,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    })
    const end = (): void => void secure.destroy(signal.reason instanceof Error ? signal.reason : undefined)
    signal.addEventListener('abort', end, { once: true })
    secure.once('secureConnect', () => {
      signal.removeEventListener('abort', end)
      secure.removeAllListeners('error')
      resolve(secure)
    })
    secure.once('error', (error) => {
      signal.removeEventListener('abort', end)
      socket.destroy()
      reject(signal.aborted ? error : describeFailure(error, name, port))
    })
  })
}

async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  // RFC 6761: the name is this machine's, whatever a name server says; and to ask for it takes one of few threads.
  if (/^(?:.+\.)?localhost\.?$/i.test(host)) return ['127.0.0.1', '::1']
  const asked = lookup(host, { all: true, order: 'verbatim' }).then(
    (found) => found.map(({ address }) => address),
    (error: unknown) => {
      throw describeFailure(error, host, 0)
    },
  )
  return abortable(asked, signal)
}

/** A look-up cannot be called off; whoever has no more time does not wait for it. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}

function dialAddress(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect({ host: address, port })
    const end = (): void => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', end, { once: true })
    socket.once('connect', () => {
      signal.removeEventListener('abort', end)
      socket.removeAllListeners('error')
      socket.setNoDelay(true)
      resolve(socket)
    })
    socket.once('error', (error) => {
      signal.removeEventListener('abort', end)
      reject(error)
    })
  })
}

/** What went wrong on the way to a host, as a sentence. */
export function describeFailure(error: unknown, host: string, port: number): DialError {
  if (error instanceof DialError) return error
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new DialError(code, sentences[code]?.(host, where) ?? ofTls(code, message, where), { cause: error })
}

const sentences: Readonly<Record<string, (host: string, where: string) => string>> = {
  ECONNREFUSED: (_host, where) => `connection refused by ${where}`,
  ECONNRESET: (_host, where) => `${where} closed the connection before it had answered`,
  EPIPE: (_host, where) => `${where} closed the connection before it had answered`,
  ETIMEDOUT: (_host, where) => `${where} does not answer`,
  EHOSTUNREACH: (host) => `there is no way to ${host}`,
  ENETUNREACH: (host) => `there is no way to ${host}`,
  ENOTFOUND: (host) => `there is no host named ${host}`,
  EAI_AGAIN: (host) => `no name server says where ${host} is`,
  EADDRNOTAVAIL: (_host, where) => `this machine has no port left for a connection to ${where}`,
  EMFILE: () => 'the agent has no file left to open',
}

const certificates: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its issuer is signed by itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
}

function ofTls(code: string, message: string, where: string): string {
  const certificate = certificates[code]
  if (certificate !== undefined) return `the certificate of ${where} is not trusted: ${certificate} (${code})`
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return `${where} does not speak TLS (${code})`
  return `${where}: ${message}`
}

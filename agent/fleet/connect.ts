import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection,
  NatsConnectionImpl,
  nkeyAuthenticator,
  ProtocolHandler,
  setTransportFactory,
} from 'nats'
import { FleetTransport, type Way, type WayOptions } from './transport.ts'

/** How to reach the servers and say who one is, every value known. */
export interface FleetAccess {
  servers: string[]
  /** What this side is called in the server's own lists. */
  name: string
  token?: string
  username?: string
  password?: string
  nkeySeed?: string
  /** The text of a `.creds` file. */
  creds?: string
  tls?: { ca?: string; cert?: string; key?: string }
}

const pingEveryMs = 5_000
const lostPings = 2
const connectTimeoutMs = 5_000

/** Whether the server is on this machine and asks for nothing: for development. */
export function isUnprotected(access: FleetAccess): boolean {
  const hasCredential = [access.token, access.username, access.nkeySeed, access.creds, access.tls?.cert].some(Boolean)
  return !hasCredential && access.servers.every((server) => isLoopback(server))
}

/** Why one may not connect so; undefined where one may. What goes over a network is encrypted and signed in for. */
export function refusedAccess(access: FleetAccess): string | undefined {
  if (access.servers.length === 0) return 'the nats block names no servers'
  const remote = access.servers.find((server) => !isLoopback(server))
  if (remote === undefined) return undefined
  const isEncrypted = /^tls:/i.test(remote) || access.tls !== undefined
  if (!isEncrypted) return `${remote} is not on this machine, so it needs encryption: write tls:// in front of it`
  const hasCredential = [access.token, access.username, access.nkeySeed, access.creds, access.tls?.cert].some(Boolean)
  return hasCredential
    ? undefined
    : `${remote} is not on this machine, so it needs a credential: creds_file, nkey_seed, token, username, or tls { cert_file }`
}

function isLoopback(server: string): boolean {
  const host = hostOf(server)
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function hostOf(server: string): string {
  const text = server.includes('://') ? server : `nats://${server}`
  return URL.canParse(text) ? new URL(text.replace(/^(nats|tls|wss?):/i, 'http:')).hostname : text
}

/**
 * A connection that has not been begun. The library hands one out only when it is there, which is too late to give an
 * attempt up; so it is put together here as the library does. @throws where a credential is none
 */
export function openNats(
  access: FleetAccess,
  id: string,
  { failed, waitMs }: { failed: Way['failed']; waitMs: () => number },
): { connection: NatsConnection; begin: () => Promise<void> } {
  setTransportFactory({ factory: () => new FleetTransport() })
  const mustEncrypt = access.tls !== undefined || access.servers.some((server) => /^tls:/i.test(server))
  const options: WayOptions = {
    servers: access.servers.map((server) => server.replace(/^tls:\/\//i, 'nats://')),
    name: access.name,
    // A plain `_INBOX.>` would let every client read everybody's replies.
    inboxPrefix: `_INBOX_${id}`,
    reconnect: true,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: waitMs,
    // Credentials may be put right on the server meanwhile.
    ignoreAuthErrorAbort: true,
    pingInterval: pingEveryMs,
    maxPingOut: lostPings,
    timeout: connectTimeoutMs,
    noAsyncTraces: true,
    resolve: false,
    ...authOf(access),
    ...(mustEncrypt ? { tls: {} } : {}),
    way: { mustEncrypt, tls: { ...access.tls }, failed },
  }
  const connection = Reflect.construct(NatsConnectionImpl, [options]) as NatsConnectionImpl
  const protocol = new ProtocolHandler(connection.options, connection)
  connection.protocol = protocol
  return { connection: connection as NatsConnection, begin: () => protocol.dialLoop() }
}

function authOf(access: FleetAccess): Partial<ConnectionOptions> {
  if (access.creds !== undefined)
    return tried('creds_file holds no credential: a user JWT and its seed', () =>
      credsAuthenticator(Buffer.from(access.creds ?? '')),
    )
  if (access.nkeySeed !== undefined)
    return tried('nkey_seed is no seed of an nkey, which begins with SU', () =>
      nkeyAuthenticator(Buffer.from(access.nkeySeed?.trim() ?? '')),
    )
  if (access.token !== undefined) return { token: access.token }
  if (access.username !== undefined) return { user: access.username, pass: access.password ?? '' }
  return {}
}

/** The library finds out only in the middle of a connection, which it then closes for good. */
function tried(problem: string, make: () => Authenticator): Partial<ConnectionOptions> {
  try {
    const authenticator = make()
    authenticator('nonce')
    return { authenticator }
  } catch (error) {
    throw new Error(`The fleet is not joined: ${problem}; \`hxe hosts keys\` makes one.`, { cause: error })
  }
}

const safeSince: readonly (readonly [number, number, number])[] = [
  [2, 12, 12],
  [2, 14, 3],
]

/** Versions of the server with published holes; 2.12.12 and 2.14.3 are the first of their lines without. */
export function serverWarning(version: string): string | undefined {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number)
  const isSafe = safeSince.some(
    ([safeMajor, safeMinor, safePatch], index) =>
      major === safeMajor &&
      (minor === safeMinor ? patch >= safePatch : minor > safeMinor && index === safeSince.length - 1),
  )
  return isSafe || major > 2
    ? undefined
    : `The server's version ${version} has published security holes; 2.12.12 and 2.14.3 are the first without.`
}

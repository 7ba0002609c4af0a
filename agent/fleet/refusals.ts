import { AuthorizationError, PermissionViolationError, UserAuthenticationExpiredError } from 'nats'
import { messageOf } from '../../contract/failure.ts'
import type { FleetAccess } from './connect.ts'

/** What the server has refused, why that may be, and what to do about it. */
export function sayRefusal(error: unknown, access: FleetAccess, nowMs: number): string {
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError)
    return sayCredential(access, nowMs)
  if (error instanceof PermissionViolationError) {
    const { operation, subject } = error
    const verb = operation === 'publish' ? 'say anything under' : 'hear'
    return `The server of the fleet does not let this host ${verb} ${subject}: its key is meant for something else, or the server's configuration is older than it. \`hxe hosts keys\` writes what it needs.`
  }
  return `The server of the fleet has refused something: ${messageOf(error)}.`
}

const anew = '`hxe hosts keys NAME` makes a new one'

/** The server says no more than that it refuses; what is known here says which setting it is about. */
function sayCredential(access: FleetAccess, nowMs: number): string {
  const refuses = 'The server of the fleet refuses this host'
  if (access.creds !== undefined) {
    const expiredMs = expiryOf(access.creds)
    if (expiredMs !== undefined && expiredMs <= nowMs)
      return `${refuses}: its creds_file has expired on ${new Date(expiredMs).toISOString().slice(0, 10)}; ${anew}.`
    return `${refuses}: its creds_file is of another account, or was withdrawn; ${anew}.`
  }
  if (access.nkeySeed !== undefined)
    return `${refuses}: it does not know the key of nkey_seed, or does not any more; ${anew}, and the server has to read its configuration again.`
  if (access.token !== undefined) return `${refuses}: token is not the one that it wants.`
  if (access.username !== undefined)
    return `${refuses}: username ${access.username} and password are not what it wants.`
  if (access.tls?.cert !== undefined) return `${refuses}: the certificate of tls { cert_file } is none of a member.`
  return `${refuses}, which shows no credential: set creds_file, nkey_seed, token, or username and password in the nats block.`
}

/** Until when the JWT of a `.creds` file is good; undefined where it is so for ever, or is none. */
function expiryOf(creds: string): number | undefined {
  const payload = /BEGIN NATS USER JWT-+\s*[^.\s]+\.([^.\s]+)\./.exec(creds)?.[1]
  if (payload === undefined) return undefined
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}

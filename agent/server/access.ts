import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../caller.ts'
import type { Clock } from '../os/index.ts'

const codeLifeMs = 5 * 60_000
const sessionIdleMs = 12 * 3_600_000
const sessionLifeMs = 7 * 24 * 3_600_000
const maxCodes = 32
const maxSessions = 64

export interface AccessOptions {
  /** The local administrator's token. Only its digest is kept. */
  token: string
  /** The operating system's user: the author of every change until there are users. */
  author: string
  clock: Clock
  random: (bytes: number) => Buffer
}

export interface Credentials {
  authorization?: string | undefined
  apiKey?: string | undefined
  /** The value of the session cookie. */
  session?: string | undefined
}

export interface Identity {
  caller: Caller
  /** A cookie is sent by the browser on its own, so a change made with one must show that our page asked for it. */
  by: 'token' | 'session'
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
const keyOf = (text: string): string => digest(text).toString('hex')

function bearerOf(authorization: string): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1]
}

/** Who a request is from: the token, or a browser's session that began with a one-time code. */
export function createAccess({ token, author, clock, random }: AccessOptions) {
  const tokenDigest = digest(token)
  const codes = new Map<string, { expiresMs: number }>()
  const sessions = new Map<string, { bornMs: number; usedMs: number }>()
  const identityBy = (by: Identity['by']): Identity => ({ caller: { author, role: 'admin' }, by })

  /** Maps keep their order of insertion, so the first is the oldest. */
  function makeRoom(map: Map<string, unknown>, most: number): void {
    for (const key of map.keys()) {
      if (map.size < most) return
      map.delete(key)
    }
  }

  function sessionLives(value: string): boolean {
    const key = keyOf(value)
    const session = sessions.get(key)
    const nowMs = clock.monotonicMs()
    if (!session) return false
    if (nowMs - session.usedMs > sessionIdleMs || nowMs - session.bornMs > sessionLifeMs) {
      sessions.delete(key)
      return false
    }
    session.usedMs = nowMs
    return true
  }

  return {
    /** A credential that is wrong is not made good by another one beside it. */
    identify(credentials: Credentials): Identity | undefined {
      const { authorization, apiKey, session } = credentials
      const given = authorization !== undefined ? bearerOf(authorization) : apiKey
      if (given !== undefined) return timingSafeEqual(digest(given), tokenDigest) ? identityBy('token') : undefined
      if (authorization !== undefined) return undefined
      return session !== undefined && sessionLives(session) ? identityBy('session') : undefined
    },
    /** A code that opens the panel once, within five minutes. */
    newCode(): { code: string; expiresAtMs: number } {
      makeRoom(codes, maxCodes)
      const code = random(24).toString('base64url')
      codes.set(keyOf(code), { expiresMs: clock.monotonicMs() + codeLifeMs })
      return { code, expiresAtMs: clock.nowMs() + codeLifeMs }
    },
    /** Exchanges a code for the value of a session cookie. Of two that race with one code, one wins. */
    redeem(code: string): string | undefined {
      const key = keyOf(code)
      const found = codes.get(key)
      codes.delete(key)
      const nowMs = clock.monotonicMs()
      if (!found || nowMs > found.expiresMs) return undefined
      makeRoom(sessions, maxSessions)
      const value = random(32).toString('base64url')
      sessions.set(keyOf(value), { bornMs: nowMs, usedMs: nowMs })
      return value
    },
  }
}
export type Access = ReturnType<typeof createAccess>

export const cookieName = (port: number): string => `__Host-hxe-${port}`

/** `__Host-` demands Secure; browsers count http://127.0.0.1 and http://localhost as trustworthy. */
export function sessionCookie(port: number, value: string): string {
  const maxAgeS = Math.floor(sessionLifeMs / 1000)
  return `${cookieName(port)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; Secure; SameSite=Strict`
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

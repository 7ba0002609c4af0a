import { fromPublic, fromSeed } from '@nats-io/nkeys'
import type { Call, Envelope } from './message.ts'

/** Signs what is sent; undefined where nothing is signed, on a server for development. */
export interface Signer {
  publicKey: string
  sign(call: Call): Envelope
  /** Signs what is kept; it can never be taken for a call, nor a call for it. */
  seal(text: string): Sealed
}

/** A text that is kept where others may write, with who says it. */
export interface Sealed {
  text: string
  key?: string | undefined
  sig?: string | undefined
}

const sealed = (text: string): Buffer => Buffer.from(`hxe kept\n${text}`)

/** @throws with a sentence where the seed is none */
export function signerOf(seed: string): Signer {
  const pair = pairOf(seed)
  const publicKey = pair.getPublicKey()
  return {
    publicKey,
    sign(call) {
      const text = JSON.stringify(call)
      return { call: text, key: publicKey, sig: Buffer.from(pair.sign(Buffer.from(text))).toString('base64url') }
    },
    seal: (text) => ({ text, key: publicKey, sig: Buffer.from(pair.sign(sealed(text))).toString('base64url') }),
  }
}

function pairOf(seed: string): ReturnType<typeof fromSeed> {
  try {
    return fromSeed(Buffer.from(seed.trim()))
  } catch {
    throw new Error('signing_seed is no seed of an nkey; `hxe hosts keys` makes one')
  }
}

export const unsigned = (call: Call): Envelope => ({ call: JSON.stringify(call) })

/** Whether the call was signed by one of the keys that this host trusts. */
export const isSignedBy = ({ call, key, sig }: Envelope, trusted: ReadonlySet<string>): boolean =>
  isVerified(Buffer.from(call), key, sig, trusted)

/** The same of what is kept. */
export const isSealedBy = ({ text, key, sig }: Sealed, trusted: ReadonlySet<string>): boolean =>
  isVerified(sealed(text), key, sig, trusted)

function isVerified(
  bytes: Uint8Array,
  key: string | undefined,
  sig: string | undefined,
  trusted: ReadonlySet<string>,
): boolean {
  if (key === undefined || sig === undefined || !trusted.has(key)) return false
  try {
    return fromPublic(key).verify(bytes, Buffer.from(sig, 'base64url'))
  } catch {
    return false
  }
}

/** The public key of whoever signs in so: its id in the fleet. Undefined for credentials that are no keys. */
export function idOfCredential(access: { nkeySeed?: string; creds?: string }): string | undefined {
  const seed = access.nkeySeed ?? /-----BEGIN USER NKEY SEED-----\s*(\S+)/.exec(access.creds ?? '')?.[1]
  if (seed === undefined) return undefined
  try {
    return fromSeed(Buffer.from(seed.trim())).getPublicKey()
  } catch {
    return undefined
  }
}

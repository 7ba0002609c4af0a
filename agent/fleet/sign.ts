import type { KeyObject } from 'node:crypto'
import { fromPublic, fromSeed } from '@nats-io/nkeys'
import { isSignature, privateKeyOf, publicKeyOf, signBy } from './ed25519.ts'
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

const sealed = (text: string): Uint8Array => Buffer.from(`hxe kept\n${text}`)

/** @throws with a sentence where the seed is none */
export function signerOf(seed: string): Signer {
  const pair = pairOf(seed)
  const publicKey = pair.getPublicKey()
  const privateKey = privateKeyOf(seed)
  return {
    publicKey,
    sign(call) {
      const text = JSON.stringify(call)
      return { call: text, key: publicKey, sig: signBy(privateKey, Buffer.from(text)) }
    },
    seal: (text) => ({ text, key: publicKey, sig: signBy(privateKey, sealed(text)) }),
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
    return isSignature(keyOf(key), bytes, sig)
  } catch {
    return false
  }
}

/** Only keys that are trusted come here, which are few. */
const keys = new Map<string, KeyObject>()

function keyOf(key: string): KeyObject {
  const known = keys.get(key)
  if (known) return known
  // Its check sum is looked at, too.
  const made = publicKeyOf(fromPublic(key).getPublicKey())
  keys.set(key, made)
  return made
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

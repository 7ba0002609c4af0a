import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/**
 * Signatures as nkeys make them, by the system's library: the keys' own is JavaScript, and takes some twenty times as long,
 * with every call of every host. The two forms are what RFC 8410 puts around 32 bytes of a key.
 */
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicHead = Buffer.from('302a300506032b6570032100', 'hex')
/** The text of a key is base32 (RFC 4648) of its kind, itself and a check sum of two bytes. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const keyBytes = 32

export const privateKeyOf = (seed: string): KeyObject =>
  // Two bytes tell the kind of a seed.
  createPrivateKey({ key: Buffer.concat([privateHead, bytesOf(seed, 2)]), format: 'der', type: 'pkcs8' })

export const publicKeyOf = (key: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHead, bytesOf(key, 1)]), format: 'der', type: 'spki' })

export const signBy = (key: KeyObject, bytes: Uint8Array): string => sign(null, bytes, key).toString('base64url')

export const isSignature = (key: KeyObject, bytes: Uint8Array, signature: string): boolean =>
  verify(null, bytes, key, Buffer.from(signature, 'base64url'))

function bytesOf(text: string, from: number): Buffer {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const letter of text.trim()) {
    const value = alphabet.indexOf(letter)
    if (value < 0) throw new Error('it has letters that no key has')
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  const key = Buffer.from(bytes.slice(from, from + keyBytes))
  if (key.byteLength !== keyBytes) throw new Error('it is too short for a key')
  return key
}

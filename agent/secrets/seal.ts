import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Names the way it was sealed, so that another may come one day: AES-256 in GCM under a nonce of its own. */
const header = 'hxe1:'
const cipher = 'aes-256-gcm'
export const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** What was sealed cannot be had. Its message does not tell a damaged text from a wrong key: nothing is to be learnt from it. */
export class SealError extends Error {
  override name = 'SealError'
}

/** What a text is of. It can be opened as nothing else, so that nobody puts one in the place of another. */
export type About = readonly [purpose: string, ...names: string[]]

export const isSealed = (text: string): boolean => text.startsWith(header)

export function seal(text: string, about: About, key: Uint8Array): string {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  sealing.setAAD(bound(about))
  const hidden = [sealing.update(text, 'utf8'), sealing.final()]
  return header + Buffer.concat([nonce, ...hidden, sealing.getAuthTag()]).toString('base64url')
}

/** @throws {SealError} */
export function unseal(sealed: string, about: About, key: Uint8Array): string {
  const bytes = Buffer.from(isSealed(sealed) ? sealed.slice(header.length) : '', 'base64url')
  try {
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    opening.setAAD(bound(about))
    opening.setAuthTag(bytes.subarray(-tagBytes))
    const text = opening.update(bytes.subarray(nonceBytes, -tagBytes))
    return Buffer.concat([text, opening.final()]).toString('utf8')
  } catch {
    // Whatever it was, there is one answer.
    throw new SealError('This was sealed with another key, or has been changed since.')
  }
}

const bound = (about: About): Buffer => Buffer.from(JSON.stringify([header, ...about]))

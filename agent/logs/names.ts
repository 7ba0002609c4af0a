import { createHash } from 'node:crypto'
import { basename } from 'node:path'

/** Names that Windows keeps for devices, whatever their ending. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
/** Room for an ending below the 255 bytes of most file systems. */
const longestNameBytes = 200
const foldsCase = process.platform !== 'linux'

const escapeByte = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
const escapeAll = (text: string): string => [...Buffer.from(text)].map(escapeByte).join('')

/**
 * The folder of an instance under `logs/`: its name, where that is a plain one. Whatever a file system could
 * read as something else is percent-encoded (`/`, a leading dot, on systems that fold case capital letters too),
 * so no name leads out of `logs/` and no two names share a folder.
 */
export function folderName(instance: string, caseFolding: boolean = foldsCase): string {
  const unsafe = caseFolding ? /[^a-z0-9_.#@+=,-]+/g : /[^A-Za-z0-9_.#@+=,-]+/g
  const encoded = instance
    .replace(unsafe, escapeAll)
    .replace(/^\./, '%2E')
    .replace(/\.$/, '%2E')
    .replace(deviceName, (match) => escapeAll(match.slice(0, 1)) + match.slice(1))
  if (encoded === '') return '%'
  if (encoded.length <= longestNameBytes) return encoded
  // `%%` begins no other encoding; the index of a segment carries the whole name.
  return `%%${createHash('sha256').update(instance).digest('hex')}`
}

/** Whether the lines of `instance` are meant by the name `service`: itself, or one of its replicas `service#0`. */
export function isInstanceOf(instance: string, service: string): boolean {
  return (
    instance === service || (instance.startsWith(`${service}#`) && /^\d+$/.test(instance.slice(service.length + 1)))
  )
}

const cookiePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/

/** Whether a text can be the name of spool files; everything else is refused before it reaches a path. */
export function isCookie(text: string): boolean {
  return cookiePattern.test(text)
}

export type Stream = 'stdout' | 'stderr'
export const streams: readonly Stream[] = ['stdout', 'stderr']

export function spoolFile(cookie: string, stream: Stream): string {
  return `${cookie}.${stream === 'stdout' ? 'out' : 'err'}`
}

/** The cookie of a spool file's name; undefined for a file that is not a spool. */
export function cookieOf(file: string): string | undefined {
  if (!/\.(?:out|err)$/.test(file) || basename(file) !== file) return undefined
  const cookie = file.slice(0, -4)
  return isCookie(cookie) ? cookie : undefined
}

/** Names a run in an index in eight bytes, as 16 hexadecimal digits. */
export function runIdOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('hex').slice(0, 16)
}

const segmentPattern = /^(\d{8,15})\.(log|idx)$/

export function segmentFile(number: number, ending: 'log' | 'idx'): string {
  return `${String(number).padStart(8, '0')}.${ending}`
}

/** The numbers of the segments among a folder's files, ascending, whichever of the two files is there. */
export function segmentNumbers(files: readonly string[]): number[] {
  const numbers = new Set<number>()
  for (const file of files) {
    const match = segmentPattern.exec(file)
    if (match) numbers.add(Number(match[1]))
  }
  return [...numbers].sort((a, b) => a - b)
}

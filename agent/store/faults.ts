import { basename } from 'node:path'
import { freeBytes } from './files.ts'
import type { Fault } from './protocol.ts'

/** An error of SQLite or of the file system, or one of ours that means damage. */
export interface FaultError extends Error {
  code?: string
  /** SQLite's extended result code; its low byte is the primary one. */
  errcode?: number
  errstr?: string
  damaged?: boolean
}

/** Written by a newer version of HXE. */
export class VersionFault extends Error {
  override name = 'VersionFault'
  constructor(path: string, found: number, known: number) {
    super(
      `${path} was written by a newer HXE: it has format ${found}, this version knows formats up to ${known}. ` +
        `Nothing was changed. Use the newer version, or move ${basename(path)} away to begin with an empty one.`,
    )
  }
}

const primary = { busy: 5, locked: 6, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 } as const
/** A statement's `all` gives the message of a failure without its code. */
const codeByMessage: ReadonlyMap<string, number> = new Map([
  ['database is locked', primary.busy],
  ['database table is locked', primary.locked],
  ['attempt to write a readonly database', primary.readonly],
  ['disk I/O error', primary.ioerr],
  ['database disk image is malformed', primary.corrupt],
  ['database or disk is full', primary.full],
  ['unable to open database file', primary.cantopen],
  ['file is not a database', primary.notadb],
])
const diskCodes: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOENT',
])

function isFull(dataDir: string): boolean {
  try {
    return dataDir !== '' && freeBytes(dataDir) < 64 * 1024
  } catch {
    return false
  }
}

function diskWords(dataDir: string, error: FaultError, code: number): string {
  if (code === primary.full || error.code === 'ENOSPC' || isFull(dataDir)) {
    return `the disk is full: ${dataDir} has ${spaceWords(dataDir)} left`
  }
  if (code === primary.readonly || error.code === 'EROFS') return `${dataDir} cannot be written: it is read-only`
  return `the database in ${dataDir} cannot be written: ${error.errstr ?? error.message}`
}

function spaceWords(dataDir: string): string {
  try {
    return `${freeBytes(dataDir)} bytes`
  } catch {
    return 'no space'
  }
}

function primaryCode(error: FaultError): number {
  return error.errcode === undefined ? (codeByMessage.get(error.message) ?? 0) : error.errcode & 0xff
}

/** What an error of the database means, in words, and what may be done about it. */
export function faultOf(cause: unknown, dataDir: string): Fault {
  if (cause instanceof VersionFault) return { kind: 'version', message: cause.message }
  const error: FaultError = cause instanceof Error ? cause : new Error(String(cause))
  const code = error.code === 'ERR_SQLITE_ERROR' ? primaryCode(error) : 0
  if (code === primary.busy || code === primary.locked) {
    return { kind: 'busy', message: `the database in ${dataDir} is locked by another process` }
  }
  if (error.damaged || code === primary.corrupt || code === primary.notadb) {
    return { kind: 'replaced', message: `the database in ${dataDir} is damaged: ${error.errstr ?? error.message}` }
  }
  const disk: readonly number[] = [primary.full, primary.readonly, primary.ioerr, primary.cantopen]
  if (disk.includes(code) || diskCodes.has(error.code ?? '')) {
    return { kind: 'disk', message: diskWords(dataDir, error, code) }
  }
  return { kind: 'other', message: `the database in ${dataDir} failed: ${error.message}` }
}

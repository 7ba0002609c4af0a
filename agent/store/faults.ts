import { basename } from 'node:path'
import { freeBytes, refusalToWrite } from './files.ts'
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
/** What is wrong with the disk when the system says this. */
const diskWords: Readonly<Record<string, string>> = {
  EROFS:
    'the disk that it is on is read-only now. Linux does that to a disk with errors: dmesg tells more. As soon as it can be written again, this goes on by itself',
  EIO: 'the disk that it is on reports errors. dmesg tells more; save what you need from it',
  EACCES: 'this user has no right to. Give it the right, or take another folder with --data-dir',
  EPERM: 'the system does not permit it. Give this user the right, or take another folder with --data-dir',
  EDQUOT: 'the disk quota of this user is used up. Free some of it, and this goes on by itself',
  EMFILE: 'the agent has no file descriptors left',
  ENFILE: 'the machine has no file descriptors left',
  ENOENT: 'it is not there any more',
}

function isFull(dataDir: string): boolean {
  try {
    return dataDir !== '' && freeBytes(dataDir) < 64 * 1024
  } catch {
    return false
  }
}

/** SQLite tells of most things that a disk can have as "disk I/O error"; what it is, the system says when it is asked. */
function diskCodeOf(dataDir: string, error: FaultError, code: number): string {
  if (error.code !== undefined && error.code in diskWords) return error.code
  if (code === primary.readonly) return 'EROFS'
  const refusal = refusalToWrite(dataDir)
  return refusal !== undefined && refusal in diskWords ? refusal : 'EIO'
}

function diskFault(dataDir: string, error: FaultError, code: number): Fault {
  const technical = error.errstr ?? error.message
  if (code === primary.full || error.code === 'ENOSPC' || isFull(dataDir)) {
    const left = spaceWords(dataDir)
    return {
      kind: 'disk',
      message: `the disk is full: ${dataDir} has ${left} left. Free some, and this goes on by itself`,
      technical,
    }
  }
  const why = diskWords[diskCodeOf(dataDir, error, code)]
  return { kind: 'disk', message: `${dataDir} cannot be written: ${why}`, technical }
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
  if (disk.includes(code) || error.code === 'ENOSPC' || (error.code ?? '') in diskWords) {
    return diskFault(dataDir, error, code)
  }
  return { kind: 'other', message: `the database in ${dataDir} failed: ${error.message}` }
}

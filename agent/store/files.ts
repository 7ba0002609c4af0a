/**
 * The database's files, before and after SQLite has them. Runs in the store's worker, where waiting for a disk holds
 * nobody up; hence `node:fs` directly.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  utimesSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

const fileName = 'hxe.db'
const companions = ['-wal', '-shm', '-journal']

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

export function exists(path: string): boolean {
  return statOf(path) !== undefined
}

/** A rename is on disk only when its directory is. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Creates an empty private file where none is, also not a link to one. */
export function createPrivate(path: string): void {
  closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600))
}

export function removeWithCompanions(path: string): void {
  for (const suffix of ['', ...companions]) rmSync(path + suffix, { force: true })
}

/**
 * What makes a file unfit before SQLite opens it: not a plain file of its own (a planted link or pipe), or nothing in
 * it. The companions count as well, and so does one that has lost its database.
 */
export function unfitness(path: string): string | undefined {
  const stat = statOf(path)
  if (stat && (!stat.isFile() || stat.nlink > 1)) return 'it is not a plain file of its own'
  if (stat && stat.size === 0) return 'it is empty'
  for (const suffix of companions) {
    const companion = statOf(path + suffix)
    if (!companion) continue
    if (!companion.isFile() || companion.nlink > 1) return `its ${suffix} file is not a plain file of its own`
    if (!stat) return `its ${suffix} file is there without it`
  }
  return undefined
}

/** Renames a database with its companions, which keeps them readable together. Never deletes. @returns the new name */
export function setAside(path: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  let target = `${path}.damaged-${time}`
  for (let i = 2; ['', ...companions].some((suffix) => exists(target + suffix)); i++) {
    target = `${path}.damaged-${time}-${i}`
  }
  for (const suffix of ['', ...companions]) {
    if (exists(path + suffix)) renameSync(path + suffix, target + suffix)
  }
  syncDirectory(dirname(path))
  return basename(target)
}

const versionOffset = 60
const walHeaderBytes = 32
const frameHeaderBytes = 24

/** The format in the newest first page that a write-ahead log holds. */
function versionInLog(path: string): number {
  const log = readFileSync(path)
  if (log.length < walHeaderBytes) return 0
  const pageBytes = log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  const step = frameHeaderBytes + pageBytes
  let found = 0
  for (let at = walHeaderBytes; pageBytes >= 512 && at + step <= log.length; at += step) {
    // Frames of an earlier round of the log have other salts.
    if (!log.subarray(at + 8, at + 16).equals(salts)) break
    if (log.readUInt32BE(at) === 1) found = log.readUInt32BE(at + frameHeaderBytes + versionOffset)
  }
  return found
}

/** The format a database has, read without opening it, since that alone may change its files. */
export function versionOnDisk(path: string): number {
  const header = Buffer.alloc(100)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, header, 0, header.length, 0)
  } finally {
    closeSync(fd)
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') return 0
  const log = `${path}-wal`
  return Math.max(header.readUInt32BE(versionOffset), exists(log) ? versionInLog(log) : 0)
}

export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Whether a file that is open still is the one at its path: a database deleted under the agent takes writes into nowhere. */
export function isSameFile(fd: number, path: string): boolean {
  const open = fstatSync(fd)
  const there = statOf(path)
  return there !== undefined && there.ino === open.ino && there.dev === open.dev
}

export function databasePath(dataDir: string): string {
  return join(dataDir, fileName)
}

/** The system's code for why nothing can be written in a folder; undefined when it can. */
export function refusalToWrite(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK)
    // A disk that became read-only by its errors may refuse only what really writes.
    const { atime, mtime } = lstatSync(folder)
    utimesSync(folder, atime, mtime)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

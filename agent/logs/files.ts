// Worker-side: uses node:fs directly, since these calls are made for every chunk of every service's output.

import fs from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import { segmentFile, segmentNumbers } from './names.ts'
import {
  type ChunkRecord,
  decodeChunk,
  decodeHeader,
  decodeRecord,
  headerLength,
  type IndexHeader,
  type IndexRecord,
  recordBytes,
} from './record.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR } = fs.constants

export const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EMFILE: 'the agent has no file descriptors left',
  ENFILE: 'the system has no file descriptors left',
  EIO: 'the disk reports an error',
  ENOTDIR: 'something in its path is not a folder',
}

/** Why the system has refused something, in words. */
export const causeOf = (error: unknown): string => causes[errorCode(error)] ?? messageOf(error)

/** A path that is there, but is not what it must be: a link, a pipe, a folder in place of a file. */
export class MisplacedError extends Error {
  override name = 'MisplacedError'
}

function kindOf(stats: fs.Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  return stats.isFile() ? 'a file' : 'neither file nor folder'
}

/** Makes a folder only its owner may enter, or finds it there; never through a link. @throws {MisplacedError} or the system's error */
export function ensureFolder(path: string): fs.Stats {
  try {
    fs.mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const stats = fs.lstatSync(path)
  if (!stats.isDirectory()) throw new MisplacedError(`${path} is ${kindOf(stats)}, not a folder`)
  return stats
}

/** Gives a file or folder of ours back the mode that it was made with. Whether it could be done. */
export function regainAccess(path: string, kind: 'file' | 'folder'): boolean {
  try {
    const stats = fs.lstatSync(path)
    if (kind === 'file' ? !stats.isFile() : !stats.isDirectory()) return false
    fs.chmodSync(path, kind === 'file' ? 0o600 : 0o700)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EROFS'].includes(errorCode(error))) return false
    throw error
  }
}

/** Whether a folder is there and is one, not a link to one. */
function isFolder(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/**
 * Opens a regular file that is there already. A link in its place is refused, a pipe does not block.
 * @throws {MisplacedError} or the system's error
 */
export function openExisting(path: string, mode: 'read' | 'write'): number {
  return openWithSize(path, mode).fd
}

function openWithSize(path: string, mode: 'read' | 'write'): { fd: number; sizeBytes: number } {
  const flags = (mode === 'read' ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_NONBLOCK
  let fd: number
  try {
    fd = fs.openSync(path, flags)
  } catch (error) {
    if (errorCode(error) === 'ELOOP') throw new MisplacedError(`${path} is a symbolic link, not a file`)
    if (errorCode(error) !== 'EACCES' || !regainAccess(path, 'file')) throw error
    fd = fs.openSync(path, flags)
  }
  const stats = fs.fstatSync(fd)
  if (stats.isFile()) return { fd, sizeBytes: stats.size }
  fs.closeSync(fd)
  throw new MisplacedError(`${path} is ${kindOf(stats)}, not a file`)
}

/** Makes a file that must not be there yet, readable and writable by its owner alone. */
export function createFile(path: string): number {
  return fs.openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
}

export function listFiles(folder: string): string[] {
  try {
    return isFolder(folder) ? fs.readdirSync(folder) : []
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return []
    throw error
  }
}

export const listSegments = (folder: string): number[] => segmentNumbers(listFiles(folder))

/** Reads exactly `length` bytes, or fewer at the end of the file. */
export function readFully(fd: number, into: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const got = fs.readSync(fd, into, done, length - done, position + done)
    if (got === 0) break
    done += got
  }
  return done
}

const blockRecords = 256

/** An index opened for reading. Records are read in blocks, so that the newest few of a long index cost one read. */
export class IndexFile {
  readonly header: IndexHeader
  readonly count: number
  readonly #fd: number
  readonly #headerBytes: number
  readonly #block = Buffer.from(new ArrayBuffer(blockRecords * recordBytes))
  readonly #view = new DataView(this.#block.buffer)
  #first = 0
  #loaded = 0

  private constructor(fd: number, header: IndexHeader, headerBytes: number, sizeBytes: number) {
    this.#fd = fd
    this.header = header
    this.#headerBytes = headerBytes
    this.count = Math.max(0, Math.floor((sizeBytes - headerBytes) / recordBytes))
  }

  /** Undefined when there is no index or it has no valid beginning. */
  static open(folder: string, number: number): IndexFile | undefined {
    let file: { fd: number; sizeBytes: number }
    try {
      file = openWithSize(join(folder, segmentFile(number, 'idx')), 'read')
    } catch (error) {
      if (error instanceof MisplacedError || ['ENOENT', 'EACCES'].includes(errorCode(error))) return undefined
      throw error
    }
    const bytes = readHeaderBytes(file.fd)
    const header = bytes && decodeHeader(bytes)
    if (header) return new IndexFile(file.fd, header, bytes.length, file.sizeBytes)
    fs.closeSync(file.fd)
    return undefined
  }

  /** Bytes up to and without record `index`. */
  endOf(index: number): number {
    return this.#headerBytes + index * recordBytes
  }

  /** Unchecked; undefined beyond the end. */
  at(index: number): ChunkRecord | undefined {
    const at = this.#locate(index)
    return at === undefined ? undefined : decodeChunk(this.#view, at)
  }

  /** Undefined when the record is damaged or was not written whole. */
  checkedAt(index: number): IndexRecord | undefined {
    const at = this.#locate(index)
    return at === undefined ? undefined : decodeRecord(this.#block, at)
  }

  #locate(index: number): number | undefined {
    if (index < this.#first || index >= this.#first + this.#loaded) this.#load(index)
    return index < this.#first + this.#loaded ? (index - this.#first) * recordBytes : undefined
  }

  #load(index: number): void {
    // Reading backwards, the block ends with the wanted record; forwards it begins there.
    const backwards = index < this.#first || (this.#loaded === 0 && index === this.count - 1)
    this.#first = backwards ? Math.max(0, index + 1 - blockRecords) : index
    const records = Math.min(blockRecords, this.count - this.#first)
    const bytes = readFully(this.#fd, this.#block, records * recordBytes, this.endOf(this.#first))
    this.#loaded = Math.floor(bytes / recordBytes)
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}

/** Takes one read as a rule: most headers are a few hundred bytes. */
function readHeaderBytes(fd: number): Buffer | undefined {
  const first = Buffer.allocUnsafe(1024)
  const got = readFully(fd, first, first.length, 0)
  const length = headerLength(first.subarray(0, got))
  if (length === undefined || length <= got) return length === undefined ? undefined : first.subarray(0, length)
  const whole = Buffer.allocUnsafe(length)
  return readFully(fd, whole, length, 0) === length ? whole : undefined
}

function openNewest(folder: string): IndexFile | undefined {
  for (const number of listSegments(folder).reverse()) {
    const index = IndexFile.open(folder, number)
    if (index) return index
  }
  return undefined
}

/** The newest readable index of an instance's folder says whose it is. */
export function readHeader(folder: string): IndexHeader | undefined {
  const index = openNewest(folder)
  index?.close()
  return index?.header
}

/** The order of the newest record of an instance, 0 when there is none. */
export function newestOrder(folder: string): number {
  const index = openNewest(folder)
  if (!index) return 0
  const last = index.count > 0 ? index.checkedAt(index.count - 1) : undefined
  index.close()
  return last?.order ?? index.header.order
}

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

/** A file that is not what it must be, and what to do about it. */
export class FileError extends Error {
  override name = 'FileError'
  readonly path: string
  readonly code: 'SYMLINK' | 'NOT_REGULAR' | 'NOT_DIRECTORY' | 'FOREIGN' | 'OPEN_TO_OTHERS' | 'TOO_LARGE'
  constructor(code: FileError['code'], path: string, message: string) {
    super(message)
    this.code = code
    this.path = path
  }
}

const onWindows = process.platform === 'win32'
/** Missing on Windows, where making a symbolic link takes a privilege. */
const noFollow = constants.O_NOFOLLOW ?? 0
/** A planted FIFO must not hold up who opens it. */
const noWait = constants.O_NONBLOCK ?? 0
const othersBits = 0o077

function isOwn(stats: Stats): boolean {
  return onWindows || stats.uid === process.getuid?.()
}

/** Opens without following a link, worded when it is one. */
function openNoFollow(path: string, flags: number, mode = 0o600): number {
  try {
    return openSync(path, flags | noFollow | noWait, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ELOOP' && code !== 'EMLINK') throw error
    throw new FileError('SYMLINK', path, `${path} is a symbolic link, which is not followed here; remove it`)
  }
}

function requirePrivateFile(fd: number, path: string): void {
  const stats = fstatSync(fd)
  if (!stats.isFile()) throw new FileError('NOT_REGULAR', path, `${path} is not a regular file; remove it`)
  if (stats.nlink !== 1 && !onWindows) {
    throw new FileError(
      'NOT_REGULAR',
      path,
      `${path} has a second name (a hard link), so others may hold it; remove it`,
    )
  }
  if (!isOwn(stats)) throw new FileError('FOREIGN', path, `${path} belongs to uid ${stats.uid}, not to this user`)
}

/** Writes the whole file or leaves the old one: a temporary file beside it, flushed, renamed, the folder flushed. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  // Only here: it takes 10 ms to load, which the command line, that writes nothing, is spared.
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow
  const handle = await open(temporary, flags, options.mode ?? 0o600)
  try {
    try {
      await handle.writeFile(data)
      if (options.mode !== undefined) await handle.chmod(options.mode)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await removeQuietly(temporary)
    throw error
  }
  await flushDir(dirname(path))
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch {
    // It was renamed already, or the folder went with it; the first error is the one to tell.
  }
}

async function flushDir(path: string): Promise<void> {
  // Windows has no way to flush a folder and journals its names itself.
  if (onWindows) return
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder for this user alone, with its parents. @throws {FileError} when it is a link, no folder, or another's. */
export function ensurePrivateDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) {
    throw new FileError('SYMLINK', path, `${path} is a symbolic link; a private folder must be a folder itself`)
  }
  if (!stats.isDirectory()) throw new FileError('NOT_DIRECTORY', path, `${path} is not a folder`)
  if (!isOwn(stats)) throw new FileError('FOREIGN', path, `${path} belongs to uid ${stats.uid}, not to this user`)
  if (!onWindows && (stats.mode & othersBits) !== 0) chmodSync(path, 0o700)
}

/** Writes a file that must not have been there, readable by this user alone. @throws EEXIST when something is there, a link included. */
export function createSecretFile(path: string, bytes: string | Uint8Array): void {
  const fd = openNoFollow(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL)
  try {
    fchmodSync(fd, 0o600)
    writeFileSync(fd, bytes)
    fsyncSync(fd)
  } catch (error) {
    // A full disk: half of it would be taken for the whole.
    unlinkSync(path)
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Undefined when there is none. @throws {FileError} when it is not this user's own private regular file. */
export function readSecretFile(path: string): Buffer | undefined {
  let fd: number
  try {
    fd = openNoFollow(path, constants.O_RDONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    requirePrivateFile(fd, path)
    if (!onWindows && (fstatSync(fd).mode & othersBits) !== 0) {
      throw new FileError('OPEN_TO_OTHERS', path, `${path} can be read by others; run: chmod 600 ${path}`)
    }
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** A descriptor that appends to this user's own file, made when missing. The caller closes it. @throws {FileError} */
export function openAppendPrivate(path: string): number {
  const fd = openNoFollow(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT)
  try {
    requirePrivateFile(fd, path)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** UTF-8 text of a regular file. @throws {FileError} TOO_LARGE above `maxBytes` (16 MiB when not said), NOT_REGULAR */
export async function readTextFile(path: string, maxBytes = 16 * 1024 * 1024): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | noWait)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new FileError('NOT_REGULAR', path, `${path} is not a regular file`)
    if (stats.size > maxBytes) {
      throw new FileError('TOO_LARGE', path, `${path} has ${stats.size} bytes; at most ${maxBytes} are read`)
    }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

export interface DirEntry {
  name: string
  kind: 'file' | 'directory' | 'symlink' | 'other'
}

/** Sorted by name; empty when the folder does not exist. */
export async function listDir(path: string): Promise<DirEntry[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink?(): boolean }): DirEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink?.() ? 'symlink' : 'other'
}

export interface PathStat {
  kind: DirEntry['kind']
  sizeBytes: number
  /** What the file takes on disk, holes not counted. */
  allocatedBytes: number
  modifiedAtMs: number
  mode: number
  uid: number
  inode: number
}

/** Links followed; undefined when nothing is there. */
export async function statOf(path: string): Promise<PathStat | undefined> {
  try {
    const stats = await stat(path)
    return {
      kind: kindOf(stats),
      sizeBytes: stats.size,
      allocatedBytes: stats.blocks * 512,
      modifiedAtMs: stats.mtimeMs,
      mode: stats.mode & 0o7777,
      uid: stats.uid,
      inode: stats.ino,
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Where a path really leads, when that is inside `root`: no `..` and no link gets out. */
export async function realPathInside(
  root: string,
  path: string,
): Promise<{ path: string } | { problem: 'outside' | 'missing' }> {
  const realRoot = await realpath(root)
  const asked = join(realRoot, path)
  // Outside by its words alone: whether something is there is nobody's business.
  if (!isInside(realRoot, asked)) return { problem: 'outside' }
  let real: string
  try {
    real = await realpath(asked)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'missing' }
    throw error
  }
  return isInside(realRoot, real) ? { path: real } : { problem: 'outside' }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** A short file at once, for what a start needs on the way (env files, a task's status). @throws when it cannot be read */
export function readTextNow(path: string): string {
  return readFileSync(path, 'utf8')
}

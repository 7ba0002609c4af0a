import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export type Lock = { release(): void } | { heldBy: number | undefined }

/**
 * The pid of a lock's holder stands beside it: the lock file itself stays empty, so that both ways of locking it
 * (the kernel's lock through the C library, SQLite's where that cannot be called) exclude one another.
 */
const holderFileOf = (path: string): string => `${path}.pid`

/** Made when missing, never through a link. */
export function openLockFile(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600)
}

export function writeHolder(path: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0)
  const fd = openSync(holderFileOf(path), flags, 0o600)
  try {
    writeFileSync(fd, `${process.pid}\n`)
  } finally {
    closeSync(fd)
  }
}

export function readHolder(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(holderFileOf(path), 'latin1'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    // Taken this very moment, or removed by hand: held, by whom is not known.
    return undefined
  }
}

interface Database {
  exec(sql: string): void
  close(): void
}

/** What nobody refers to is collected, and a database that is collected lets go of its lock. */
const held = new Set<Database>()

/** An exclusive transaction that never ends: SQLite holds the system's lock for as long as this process lives. */
export function lockFileBySqlite(path: string): Lock {
  closeSync(openLockFile(path))
  const { DatabaseSync } = createRequire(import.meta.url)('@photostructure/sqlite') as {
    DatabaseSync: new (path: string, options: { timeout: number }) => Database
  }
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (/locked|busy/i.test((error as Error).message)) return { heldBy: readHolder(path) }
    throw error
  }
  writeHolder(path)
  held.add(database)
  return {
    release() {
      held.delete(database)
      database.close()
    },
  }
}

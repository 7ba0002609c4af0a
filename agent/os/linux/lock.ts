import { closeSync } from 'node:fs'
import { type Lock, openLockFile, readHolder, writeHolder } from '../lock.ts'
import type { Libc } from './libc.ts'

/**
 * A lock of the open file (OFD) over the whole of it: gone with its holder however that ends, and, unlike `flock`,
 * seen by SQLite's locks. Node opens with O_CLOEXEC and children close what is above 2, so no orphan keeps it.
 */
export function lockFileByKernel(libc: Libc, path: string): Lock {
  const fd = openLockFile(path)
  const code = libc.lockWhole(fd)
  if (code === 0) {
    writeHolder(path)
    return { release: () => closeSync(fd) }
  }
  closeSync(fd)
  const name = libc.nameOf(code)
  if (name === 'EAGAIN' || name === 'EWOULDBLOCK' || name === 'EACCES') return { heldBy: readHolder(path) }
  throw new Error(`${path} cannot be locked (${name}); is it on a network file system?`)
}

import { closeSync, constants, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import type { Libc } from './libc.ts'

const exclusiveNow = 2 | 4

/**
 * `flock` on a file: gone with its holder however that ends. Node opens with O_CLOEXEC and children close what is
 * above 2, so no orphan keeps the lock.
 */
export function lockFileByFlock(libc: Libc, path: string): { release(): void } | { heldBy: number | undefined } {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  if (libc.flock(fd, exclusiveNow) !== 0) {
    const code = libc.nameOf(libc.errno())
    const heldBy = readHolder(fd)
    closeSync(fd)
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return { heldBy }
    throw new Error(`${path} cannot be locked (${code}); is it on a network file system?`)
  }
  ftruncateSync(fd)
  writeSync(fd, `${process.pid}\n`, 0)
  return { release: () => closeSync(fd) }
}

function readHolder(fd: number): number | undefined {
  const text = Buffer.alloc(16)
  const pid = Number.parseInt(text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0)), 10)
  return Number.isNaN(pid) ? undefined : pid
}

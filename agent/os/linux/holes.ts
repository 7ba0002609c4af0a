import { loadLibc } from './libc.ts'

const keepSize = 1
const punchHole = 2

/** Frees what lies before `endBytes`; false when the file system cannot. */
export type HolePuncher = (fd: number, endBytes: number) => boolean

/** For the logs' worker too: needs nothing of the platform but the C library. Undefined where there is none. */
export function openHolePuncher(): HolePuncher | undefined {
  const libc = loadLibc()
  if (!libc) return undefined
  return (fd, endBytes) => endBytes > 0 && libc.fallocate(fd, keepSize | punchHole, 0, endBytes) === 0
}

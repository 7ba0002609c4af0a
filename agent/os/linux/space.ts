import { loadLibc } from './libc.ts'

const keepSize = 1
const punchHole = 2
const collapseRange = 8

/** Gives back what a file that is still written takes at its beginning. */
export interface SpaceFreer {
  /** Frees what lies before `endBytes`, everything staying where it is; false when the file system cannot. */
  punch(fd: number, endBytes: number): boolean
  /**
   * Takes the first bytes out of a file, so that it is so much shorter and all that is left lies so much further ahead; in
   * one step, also for those who append to it meanwhile. The name of the system's error when it is refused.
   */
  collapse(fd: number, bytes: number): string | undefined
}

/** For the logs' worker too: needs nothing of the platform but the C library. Undefined where there is none. */
export function openSpaceFreer(): SpaceFreer | undefined {
  const libc = loadLibc()
  if (!libc) return undefined
  return {
    punch: (fd, endBytes) => endBytes > 0 && libc.fallocate(fd, keepSize | punchHole, 0, endBytes) === 0,
    collapse: (fd, bytes) =>
      libc.fallocate(fd, collapseRange, 0, bytes) === 0 ? undefined : libc.nameOf(libc.errno()),
  }
}

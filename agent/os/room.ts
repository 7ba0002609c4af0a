import { accessSync, constants, statfsSync } from 'node:fs'

/** Whether another file can be written in a folder: its disk has blocks and inodes left, and takes writes. */
export function hasRoom(folder: string): boolean {
  try {
    const { bavail, bfree, ffree, files } = statfsSync(folder)
    // What a file system keeps for root is there for root.
    const blocks = process.getuid?.() === 0 ? bfree : bavail
    if (blocks === 0 || (files > 0 && ffree === 0)) return false
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    // A disk that cannot be asked (EROFS, EIO) takes nothing either.
    return false
  }
}

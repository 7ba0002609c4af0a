import { accessSync, constants, statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'

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

/** How much of the disk of a folder is free for users, from 0 to 1; undefined where it cannot be asked. */
export async function freeShare(folder: string): Promise<number | undefined> {
  try {
    const { bavail, blocks, bfree } = await statfs(folder)
    // As `df` counts it: without what only root may use.
    const all = blocks - bfree + bavail
    return all > 0 ? bavail / all : undefined
  } catch {
    // Who writes to it meets the same trouble and reports it.
    return undefined
  }
}

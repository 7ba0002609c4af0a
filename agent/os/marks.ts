import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'

/** What was in files and folders, as marks that are others when it is another. */
export interface FileMarks {
  /** By absolute path; null for what could not be read. */
  files: Record<string, string | null>
  /** By absolute path, of the names in it; null for what could not be listed. */
  folders: Record<string, string | null>
}

/** Larger files are no configuration; what is in them is not looked at. */
const maxFileBytes = 16 * 2 ** 20
/** Files that are open at once. */
const maxOpen = 32

export const markOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('base64url')

export const markOfNames = (names: readonly string[]): string => markOf([...names].sort().join('\0'))

/** The marks of the same files and folders as they are now. */
export async function readMarks({ files, folders }: FileMarks): Promise<FileMarks> {
  return { files: await eachOf(Object.keys(files), markFile), folders: await eachOf(Object.keys(folders), markFolder) }
}

async function eachOf<T>(paths: readonly string[], read: (path: string) => Promise<T>): Promise<Record<string, T>> {
  const found: Record<string, T> = Object.create(null)
  for (let at = 0; at < paths.length; at += maxOpen) {
    const some = paths.slice(at, at + maxOpen)
    const values = await Promise.all(some.map(read))
    some.forEach((path, index) => {
      const value = values[index]
      if (value !== undefined) found[path] = value
    })
  }
  return found
}

async function markFile(path: string): Promise<string | null> {
  try {
    // Opened without waiting, so that a FIFO put in its place stalls nothing.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      // What was not there, and is a folder now, is another thing to a load.
      if (stats.isDirectory()) return 'a folder'
      if (!stats.isFile() || stats.size > maxFileBytes) return null
      return markOf(await file.readFile())
    } finally {
      await file.close()
    }
  } catch {
    // That it cannot be read is its mark; why, the load tells.
    return null
  }
}

async function markFolder(path: string): Promise<string | null> {
  try {
    return markOfNames(await readdir(path))
  } catch {
    // A folder that is gone for now has the mark of an empty one, as it has for a load.
    return markOfNames([])
  }
}

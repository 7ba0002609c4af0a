import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What is below some paths. */
interface Tree {
  files: string[]
  folders: string[]
  /** There is more than was asked for. */
  isCut: boolean
}

/**
 * Everything below the paths that is not ignored; a path may be a file itself, or missing. Links to folders are not
 * followed, so that none leads in a circle or out of the tree.
 */
export async function walkTree(
  paths: readonly string[],
  isIgnored: (path: string) => boolean,
  maxFiles: number,
): Promise<Tree> {
  const tree: Tree = { files: [], folders: [], isCut: false }
  const waiting: string[] = []
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined)
    if (stats?.isDirectory()) waiting.push(path)
    else tree.files.push(path)
  }
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    tree.folders.push(folder)
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name)
      if (isIgnored(path)) continue
      if (tree.files.length + waiting.length >= maxFiles) return { ...tree, isCut: true }
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path)))) tree.files.push(path)
    }
  }
  return tree
}

const leadsToFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    // Gone meanwhile, or not for us to see: nothing of it is watched.
    return []
  }
}

/**
 * What an import sees of the disk: the chosen folder and nothing else, within bounds. Worker-side (and in the command
 * line, which does one thing): it uses node:fs directly, since whoever asks waits for all of it.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { limits } from './limits.ts'
import { type Folder, ImportError } from './types.ts'

/** Folders that hold other people's code, or what a build made. */
const skipped = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'dist',
  'build',
  'target',
  'venv',
  '__pycache__',
])

export interface ChosenFolder {
  /** Resolved. */
  path: string
  /** Names of files, relative, sorted by depth and name; `cut` when there was more than is looked at. */
  list(): { files: string[]; cut: boolean }
  /** @throws {ImportError} when it cannot be read, with the reason */
  text(file: string): string
  folderOf(file: string): Folder
}

/** @throws {ImportError} when it is no folder that can be read */
export function openFolder(path: string): ChosenFolder {
  let root: string
  try {
    root = realpathSync(resolve(path))
    if (!statSync(root).isDirectory()) throw new ImportError(`${path} is not a folder.`)
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError(`${path} cannot be read: ${reasonOf(error)}.`)
  }
  const text = (file: string): string => readInside(root, file)
  return {
    path: root,
    list: () => list(root),
    text,
    folderOf: (file) => {
      const folder = dirname(file)
      return { path: join(root, folder), read: (name) => readIfThere(() => text(join(folder, name))) }
    },
  }
}

function list(root: string): { files: string[]; cut: boolean } {
  const files: string[] = []
  let folders = ['']
  let seen = 0
  for (let depth = 0; depth <= limits.depth && folders.length > 0; depth += 1) {
    const next: string[] = []
    for (const folder of folders) {
      for (const entry of entriesOf(join(root, folder))) {
        seen += 1
        if (seen > limits.entries) return { files, cut: true }
        const name = join(folder, entry.name)
        if (entry.isDirectory()) {
          if (!skipped.has(entry.name) && !entry.name.startsWith('.')) next.push(name)
        } else if (entry.isFile() || entry.isSymbolicLink()) files.push(name)
      }
    }
    folders = next
  }
  return { files, cut: false }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A folder of another user, or one that has just gone, has nothing to say here.
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

function readInside(root: string, file: string): string {
  let descriptor: number | undefined
  try {
    const real = realpathSync(join(root, file))
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new ImportError('It leads out of the chosen folder, so it is not read.')
    }
    // A pipe that somebody put there must not hold the reader up.
    descriptor = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new ImportError('It is not a regular file.')
    if (stats.size > limits.fileBytes) throw new ImportError(`It is larger than ${limits.fileBytes / 2 ** 20} MiB.`)
    const bytes = readFileSync(descriptor)
    if (bytes.includes(0)) throw new ImportError('It is not a text file.')
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError(`It cannot be read: ${reasonOf(error)}.`)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function readIfThere(read: () => string): string | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ImportError) return undefined
    throw error
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'it is not there',
    EACCES: 'this user may not read it',
    EPERM: 'this user may not read it',
    ENOTDIR: 'it is not a folder',
    ELOOP: 'its links lead in a circle',
  }
  return words[code ?? ''] ?? message
}

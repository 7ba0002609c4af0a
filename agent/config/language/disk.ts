/** The files that an editor opens. Worker-side: it uses node:fs directly, as reading a configuration does. */
import { createHash } from 'node:crypto'
import { accessSync, constants, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ConfigFile, ConfigFolder, ConfigText } from '../../../contract/index.ts'
import { readWhole } from '../files/collect.ts'
import { folderOf } from '../files/disk.ts'
import type { LoadOptions } from '../load.ts'
import { openConfiguration } from '../load.ts'
import { Problems } from '../problems.ts'
import { nameOf } from './workspace.ts'

/** Files that are listed, and folders that are looked into for them. */
const maxFiles = 2000
const maxFolders = 500
const maxDepth = 6
/** As large as a file of the configuration may be. */
const maxBytes = 16 * 2 ** 20

/** The files that loading reads, and what else in the folder is named like one. */
export async function listFiles(options: LoadOptions): Promise<ConfigFolder> {
  const folder = folderOf(options.paths)
  const { names } = await openConfiguration(options, new Problems(), readWhole)
  const read = [...names, ...(options.variableFiles ?? [])].map((path) => resolve(path))
  const isRead = new Set(read)
  const others = hclBelow(folder).filter((path) => !isRead.has(path))
  const paths = [...isRead, ...others].slice(0, maxFiles)
  const items = paths.flatMap((path) => describeFile(path, folder, isRead.has(path)) ?? [])
  return { folder, items: items.sort((a, b) => compareNames(a.name, b.name)) }
}

/** The text of a file of the list; undefined for any other. */
export async function readText(name: string, options: LoadOptions): Promise<ConfigText | undefined> {
  const { folder, items } = await listFiles(options)
  const item = items.find((file) => file.name === name)
  if (item === undefined) return undefined
  const bytes = readFileSync(resolve(folder, name))
  return { ...item, sizeBytes: bytes.length, hash: hashOf(bytes), text: bytes.toString('utf8') }
}

/** Why a file cannot be written from here, if it cannot. */
export function readOnlyReason(path: string, folder: string): string | undefined {
  if (nameOf(path, folder) === path) return 'It is outside of the configuration folder.'
  if (!mayWrite(dirname(path))) return 'Its folder may not be written by the user that HXE runs as.'
  return mayWrite(path) ? undefined : 'It may not be written by the user that HXE runs as.'
}

function describeFile(path: string, folder: string, loaded: boolean): ConfigFile | undefined {
  try {
    const stat = statSync(path)
    if (!stat.isFile() || stat.size > maxBytes) return undefined
    const readOnly = readOnlyReason(path, folder)
    return {
      name: nameOf(path, folder),
      sizeBytes: stat.size,
      modifiedAt: stat.mtime.toISOString(),
      hash: hashOf(readFileSync(path)),
      loaded,
      ...(readOnly === undefined ? {} : { readOnly }),
    }
  } catch {
    // It has gone meanwhile, or may not be read: diagnostics say so where it matters.
    return undefined
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch (error) {
    // A file that is not there yet may be made.
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** Files named `*.hcl` below a folder, without following links and without what is hidden or belongs to packages. */
function hclBelow(root: string): string[] {
  const found: string[] = []
  let folders = 0
  const look = (folder: string, depth: number): void => {
    folders += 1
    if (depth > maxDepth || folders > maxFolders || found.length >= maxFiles) return
    for (const entry of entriesOf(folder)) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) look(path, depth + 1)
      else if (entry.name.endsWith('.hcl') && isFile(path)) found.push(path)
    }
  }
  look(root, 0)
  return found
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // A folder that may not be looked into has nothing to show.
    return []
  }
}

/** Names of a folder that are offered. */
const maxNames = 500

/** What is in a folder, folders first. */
export function listNames(folder: string): { name: string; isFolder: boolean }[] {
  return entriesOf(folder)
    .slice(0, maxNames)
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Files of the folder itself before those of folders in it. */
function compareNames(a: string, b: string): number {
  const depth = a.split('/').length - b.split('/').length
  return depth === 0 ? a.localeCompare(b, 'en') : depth
}
/** Names of a user database; none where the machine has none. */
export function accountNames(database: '/etc/passwd' | '/etc/group'): string[] {
  try {
    return readFileSync(database, 'utf8')
      .split('\n')
      .flatMap((line) => (line.includes(':') ? [line.slice(0, line.indexOf(':'))] : []))
      .sort()
  } catch {
    // macOS and Windows keep users elsewhere; then there is nothing to offer.
    return []
  }
}

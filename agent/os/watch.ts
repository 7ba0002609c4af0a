import { type FSWatcher, watch } from 'node:fs'
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve, sep } from 'node:path'

/** What is looked at: files, and folders in which names may come and go. */
export interface WatchScope {
  files: readonly string[]
  folders: readonly string[]
}

/** How each of it looks from outside, by its path: cheap, and another after every write. */
export type Picture = ReadonlyMap<string, string>

/** Folders that are watched at most; a scope with more is looked at instead. */
const mostWatches = 512
/** As the kernel has it: a path with more is a circle. */
const mostLinks = 40
/** Events about other names of a watched folder. More wake as well, so that a busy folder is not listened to all the time. */
const mostNoise = 500
/** Paths that are looked at together. */
const together = 64

export async function pictureOf({ files, folders }: WatchScope): Promise<Picture> {
  const picture = new Map<string, string>()
  const paths = [
    ...files.map((path) => ({ path, lookAt: fileLook })),
    ...folders.map((path) => ({ path, lookAt: folderLook })),
  ]
  for (let at = 0; at < paths.length; at += together) {
    const some = paths.slice(at, at + together)
    const looks = await Promise.all(some.map(({ path, lookAt }) => lookAt(path).catch(missing)))
    for (const [index, { path }] of some.entries()) picture.set(path, `${picture.get(path) ?? ''}${looks[index]}`)
  }
  return picture
}

const missing = (error: NodeJS.ErrnoException): string => error.code ?? 'unreadable'

async function fileLook(path: string): Promise<string> {
  const { ino, size, mtimeMs, mode } = await stat(path)
  return `${ino}:${size}:${mtimeMs}:${mode}`
}

const folderLook = async (path: string): Promise<string> => (await readdir(path)).sort().join('\0')

/** A watch that is set: `problem` says why it cannot tell of everything, so that one has to look instead. */
export interface Watch {
  problem?: string
  close(): void
}

/**
 * Calls back once, at the first sign that something in the scope may have changed: a file written in place or replaced, a
 * link on the way to it that leads elsewhere, a folder that goes or comes. After that it is over.
 */
export async function watchOnce(scope: WatchScope, onSign: () => void): Promise<Watch> {
  const places = await placesOf(scope)
  if (places.size > mostWatches)
    return {
      problem: `${places.size} folders are more than the ${mostWatches} that are watched`,
      close: () => undefined,
    }
  const watchers: FSWatcher[] = []
  const state: { problem?: string } = {}
  let noise = 0
  const close = (): void => {
    for (const watcher of watchers.splice(0)) watcher.close()
  }
  const sign = (): void => {
    if (watchers.length === 0) return
    close()
    onSign()
  }
  for (const [folder, names] of places) {
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        const cameOrWent = names.all && event === 'rename'
        const isOurs = name === null || cameOrWent || names.some.has(name) || name === basename(folder)
        if (isOurs || ++noise > mostNoise) sign()
      })
      // A watch that breaks is a sign: whoever looks sets the next one, and learns what is wrong with it.
      watcher.on('error', sign)
      watchers.push(watcher)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      // Gone since it was looked at: a sign of its own when the next look sees it.
      if (code !== 'ENOENT' && code !== 'ENOTDIR') state.problem ??= explain(code, message, folder)
    }
  }
  return { ...state, close }
}

function explain(code: string | undefined, message: string, folder: string): string {
  if (code === 'ENOSPC' || code === 'EMFILE')
    return 'the system has no file watches left; more are allowed by: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024'
  return `${folder} cannot be watched (${message})`
}

/** Of a folder, the names whose content counts, and whether any that comes or goes does. */
interface Names {
  some: Set<string>
  all: boolean
}

/** The folders to watch, and the names in each that count. */
async function placesOf({ files, folders }: WatchScope): Promise<Map<string, Names>> {
  const places = new Map<string, Names>()
  const links = new Map<string, Promise<string | null | undefined>>()
  const namesIn = (folder: string): Names => {
    const known = places.get(folder) ?? { some: new Set(), all: false }
    places.set(folder, known)
    return known
  }
  const add = (folder: string, name: string): void => void namesIn(folder).some.add(name)
  const ends = [
    ...files.map((path) => ({ path, isFolder: false })),
    ...folders.map((path) => ({ path, isFolder: true })),
  ]
  for (const { path, isFolder } of ends) {
    const end = await follow(path, links, add)
    if (isFolder && end !== undefined) namesIn(end).all = true
  }
  return places
}

/**
 * Goes along a path as the kernel does and tells of each name on it that may come to mean something else: links, the end,
 * and what is missing. Where it leads to, or `undefined` for nowhere.
 */
async function follow(
  path: string,
  links: Map<string, Promise<string | null | undefined>>,
  add: (folder: string, name: string) => void,
): Promise<string | undefined> {
  let left = resolve(path)
  for (let count = 0; count <= mostLinks; count += 1) {
    const { root } = parse(left)
    const names = left.slice(root.length).split(sep)
    let at = root
    let target: string | undefined
    for (const [index, name] of names.entries()) {
      const here = join(at, name)
      const known = links.get(here) ?? linkAt(here)
      links.set(here, known)
      const link = await known
      if (link === undefined) {
        add(at, name)
        return undefined
      }
      if (link !== null) {
        add(at, name)
        target = resolve(at, link, ...names.slice(index + 1))
        break
      }
      at = here
    }
    if (target === undefined) {
      add(dirname(left), basename(left))
      return left
    }
    left = target
  }
  return undefined
}

/** What a link says, null for what is none, undefined where nothing is. */
async function linkAt(path: string): Promise<string | null | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : null
  } catch {
    // Not there, or not for us to see: that it comes is what is waited for.
    return undefined
  }
}

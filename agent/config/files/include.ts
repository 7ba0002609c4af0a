/** What an entry of `include` means. Worker-side: it uses node:fs directly. */
import { dirname, join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import type { Place, Problems } from '../problems.ts'
import { shorten } from '../values/names.ts'
import { type FileName, type FolderView, listEntries, noteFolder, realPath } from './disk.ts'

/** Files that includes may bring in. */
export const maxIncludes = 64
/** How deep a pattern with `**` looks. */
const maxPatternDepth = 16

/**
 * The files that one entry of `include` means, relative to the file that it stands in. Nothing outside the folders of the
 * configuration is ever looked at: what links lead to counts, not what a path says.
 */
export function resolveInclude(
  entry: string,
  from: FileName,
  view: FolderView,
  place: Place,
  problems: Problems,
): FileName[] {
  if (entry === '' || entry.includes('\0')) {
    problems.error(place, {
      code: 'bad-include',
      message: 'This is not the name of a file.',
      expected: 'a file or a pattern',
    })
    return []
  }
  const scan = picomatch.scan(entry.split(sep).join('/'))
  const matches = scan.isGlob ? expand(scan.base, entry, from, view) : [include(entry, from)]
  const inside = matches.filter((file) => isInside(file.path, view))
  if (inside.length < matches.length || !isInside(resolve(dirname(from.path), scan.isGlob ? scan.base : entry), view)) {
    problems.error(place, {
      code: 'outside',
      message: `"${shorten(entry)}" leads out of the folder of the configuration.`,
      expected: `a file below ${view.roots.map(({ shown }) => shown).join(' or ')}`,
    })
    return []
  }
  if (scan.isGlob && inside.length === 0) {
    problems.warning(place, {
      code: 'include-empty',
      message: `No file matches "${shorten(entry)}".`,
      expected: `files below ${dirname(from.shown)}`,
    })
  }
  return inside
}

function include(entry: string, from: FileName): FileName {
  return { shown: join(dirname(from.shown), entry), path: resolve(dirname(from.path), entry) }
}

function expand(base: string, pattern: string, from: FileName, view: FolderView): FileName[] {
  const folder = resolve(dirname(from.path), base)
  if (!isInside(folder, view)) return []
  const matches = picomatch(pattern.split(sep).join('/').replace(/^\.\//, ''))
  const found: string[] = []
  const start = relative(dirname(from.path), folder)
  walk(dirname(from.path), start, 0, view, (name) => {
    if (found.length <= maxIncludes && matches(name)) found.push(name)
  })
  for (const path of view.texts.keys()) {
    const name = relative(dirname(from.path), path).split(sep).join('/')
    if (!name.startsWith('..') && matches(name) && !found.includes(name)) found.push(name)
  }
  return found.sort().map((name) => include(name, from))
}

/** Goes through the files below a folder, without following links to folders, which could lead in a circle. */
function walk(root: string, folder: string, depth: number, view: FolderView, found: (name: string) => void): void {
  if (depth > maxPatternDepth) return
  noteFolder(join(root, folder), view)
  for (const entry of listEntries(join(root, folder))) {
    const name = folder === '' ? entry.name : `${folder.split(sep).join('/')}/${entry.name}`
    if (entry.isDirectory()) walk(root, name, depth + 1, view, found)
    else if (!entry.name.startsWith('.')) found(name)
  }
}

export function isInside(path: string, view: FolderView): boolean {
  const real = realPath(path)
  return view.roots.some(
    (root) => real === root.real || real.startsWith(root.real.endsWith(sep) ? root.real : root.real + sep),
  )
}

import { distance } from 'fastest-levenshtein'
import { baseName } from './words.ts'

/** What is in a folder, as `listDir` of `agent/os` answers; a folder that cannot be read offers nothing. */
export type ListDir = (path: string) => Promise<readonly { name: string }[]>

/** Folders and names beyond which nobody is helped by looking on. */
const mostFolders = 64
const mostNames = 50_000
const mostOffered = 3

/** Programs on the PATH whose names are near to one that is not there; nearest first, at most three. */
export async function similarPrograms(name: string, path: string, listDir: ListDir): Promise<string[]> {
  if (name.includes('/')) return similarFiles(name, listDir)
  const folders = [...new Set(path.split(':').filter((folder) => folder.startsWith('/')))].slice(0, mostFolders)
  const lists = await Promise.allSettled(folders.map(async (folder) => listDir(folder)))
  const names = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value.map((entry) => entry.name) : []))
  return nearest(name, names)
}

/** Files beside one that is not there, as whole paths. */
export async function similarFiles(path: string, listDir: ListDir): Promise<string[]> {
  const name = baseName(path)
  const folder = path.slice(0, Math.max(0, path.lastIndexOf(name))).replace(/(?<=.)\/+$/, '') || '.'
  const [list] = await Promise.allSettled([(async () => listDir(folder))()])
  const near =
    list.status === 'fulfilled'
      ? nearest(
          name,
          list.value.map((entry) => entry.name),
        )
      : []
  const prefix = path.slice(0, Math.max(0, path.lastIndexOf(name)))
  return near.map((found) => `${prefix}${found}`)
}

/** Names of `candidates` that `name` may be a slip of: only those at the least distance, the most alike first. */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase()
  const found = new Map<string, number>()
  let looked = 0
  for (const candidate of candidates) {
    if (++looked > mostNames) break
    if (candidate === name || Math.abs(candidate.length - name.length) > 4) continue
    const apart = slips(wanted, candidate.toLowerCase())
    if (apart !== undefined) found.set(candidate, apart)
  }
  const least = Math.min(...found.values())
  const alike = (candidate: string): number => (candidate[0] === name[0] ? 0 : 1)
  return [...found]
    .filter(([, apart]) => apart === least)
    .map(([candidate]) => candidate)
    .sort((a, b) => alike(a) - alike(b) || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, mostOffered)
}

/** How many slips of the hand lie between two names; undefined where that is more than a slip. */
function slips(name: string, candidate: string): number | undefined {
  if (name === candidate) return 0
  // `python` for `python3`, `app` for `app.sh`: what is there has an ending that was left out, or the other way round.
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name]
  if (short.length >= 2 && long.startsWith(short) && /^(?:[\d.]+|\.\w{1,3}|\.exe)$/.test(long.slice(short.length)))
    return 1
  if (Math.abs(name.length - candidate.length) > 2) return undefined
  const apart = distance(name, candidate)
  const swapped =
    apart === 2 && name.length === candidate.length && [...name].sort().join() === [...candidate].sort().join()
  if (swapped) return 1
  return apart <= allowed(name.length) ? apart : undefined
}

const allowed = (length: number): number => (length <= 2 ? 0 : length <= 4 ? 1 : length <= 11 ? 2 : 3)

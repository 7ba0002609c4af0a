import { basename } from 'node:path'
import { type ChosenFolder, openFolder } from './disk.ts'
import { type ImportKind, isSupervisordText, kindOf, readers } from './kinds.ts'
import { limits } from './limits.ts'
import { ImportError, type Imported } from './types.ts'

/** A file that says how something is started. */
export interface Candidate {
  /** Relative to the chosen folder. */
  file: string
  kind: ImportKind
  /** The services that it would give, and what it has besides. */
  services: string[]
  others: string[]
  /** Why it cannot be read. */
  problem?: string
  /** Only running it tells what is in it. */
  code?: true
}

export interface Found {
  folder: string
  candidates: Candidate[]
  /** There was more than is looked at. */
  cut: boolean
}

/** Looks into a folder for files that say how something is started. Runs nothing. @throws {ImportError} */
export function findCandidates(path: string, kind?: ImportKind): Found {
  const folder = openFolder(path)
  const { files, cut } = folder.list()
  const candidates: Candidate[] = []
  for (const file of files) {
    if (candidates.length >= limits.candidates) return { folder: folder.path, candidates, cut: true }
    const found = look(folder, file)
    if (found !== undefined && (kind === undefined || found.kind === kind)) candidates.push(found)
  }
  return { folder: folder.path, candidates, cut }
}

function look(folder: ChosenFolder, file: string): Candidate | undefined {
  const kind = kindIn(folder, file)
  if (kind === undefined) return undefined
  try {
    const { services, others = [], code } = readOne(folder, file, kind)
    // A package.json without scripts, as every library has one, says nothing.
    if (kind === 'package' && services.length === 0 && others.length === 0) return undefined
    return { file, kind, services: services.map(({ name }) => name), others, ...(code ? { code } : {}) }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    const line = error.line === undefined ? '' : `Line ${error.line}: `
    return { file, kind, services: [], others: [], problem: line + error.message }
  }
}

/** The kind of a file, by its name and, where many have that name, by what is in it. */
export function kindIn(folder: ChosenFolder, file: string): ImportKind | undefined {
  const name = basename(file)
  const kind = kindOf(name)
  if (kind !== undefined || !/\.(?:conf|ini)$/.test(name)) return kind
  try {
    return isSupervisordText(folder.text(file)) ? 'supervisord' : undefined
  } catch (error) {
    if (error instanceof ImportError) return undefined
    throw error
  }
}

export function readOne(
  folder: ChosenFolder,
  file: string,
  kind: ImportKind,
  options: { wanted?: readonly string[]; docker?: boolean } = {},
): Imported {
  return readers[kind](folder.text(file), { ...options, file: basename(file), folder: folder.folderOf(file) })
}

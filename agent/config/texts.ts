import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Diagnostic } from '../../contract/index.ts'
import { folderOf, startOf } from './files/disk.ts'
import { type LoadOptions, type LoadResult, loadConfiguration } from './load.ts'
import { Problems } from './problems.ts'
import { shorten } from './values/names.ts'

interface NamedTexts {
  /** By absolute path; null for a file that is taken away. */
  texts: Record<string, string | null>
  /** The name that a path was given under. */
  names: Map<string, string>
  problems: Problems
}

/** Texts by their name in the configuration folder, as texts by path. A name that leads anywhere else is refused. */
function nameTexts(files: Readonly<Record<string, string | null>>, paths: readonly string[]): NamedTexts {
  const problems = new Problems()
  const folder = folderOf(paths)
  const texts: Record<string, string | null> = Object.create(null)
  const names = new Map<string, string>()
  for (const [name, text] of Object.entries(files)) {
    if (!checkName(name, problems)) continue
    const path = resolve(folder, name)
    texts[path] = text
    names.set(path, name)
  }
  return { texts, names, problems }
}

/** A load of texts as if they stood in the configuration folder, over what is on disk, with where each of them belongs. */
export interface TrialResult extends LoadResult {
  written: Record<string, string | null>
}

/**
 * Loads texts as if they stood in the configuration folder. Problems in a text are told under the name that it was given,
 * and then also those in other files of the folder under theirs: one answer names its files in one way.
 */
export async function loadTexts(
  files: Readonly<Record<string, string | null>>,
  options: LoadOptions,
): Promise<TrialResult> {
  const { texts, names, problems } = nameTexts(files, options.paths)
  const { configuration, ...result } = await loadConfiguration({ ...options, texts })
  const named = names.size === 0 ? result.diagnostics : result.diagnostics.map(namedIn(folderOf(options.paths), names))
  const diagnostics = [...problems.sorted([]), ...named]
  const isWhole = configuration !== undefined && !problems.hasErrors
  return { ...result, diagnostics, written: texts, ...(isWhole ? { configuration } : {}) }
}

const namedIn =
  (folder: string, names: ReadonlyMap<string, string>) =>
  (diagnostic: Diagnostic): Diagnostic => {
    const path = resolve(diagnostic.file)
    const inFolder = relative(folder, path).split(sep)
    const name =
      names.get(path) ?? (inFolder[0] === '..' || isAbsolute(inFolder.join(sep)) ? undefined : inFolder.join('/'))
    return { ...diagnostic, file: name ?? diagnostic.file }
  }

function checkName(name: string, problems: Problems): boolean {
  const parts = name.split(/[\\/]/)
  const isPlain = !isAbsolute(name) && !/^[A-Za-z]:/.test(name) && !name.includes('\0') && !name.includes('\\')
  if (isPlain && name.endsWith('.hcl') && parts.every((part) => part !== '' && part !== '.' && part !== '..'))
    return true
  problems.error(startOf(name), {
    code: 'outside',
    message: `"${shorten(name)}" is not a file of the configuration folder.`,
    expected: 'a name such as "services.hcl"',
  })
  return false
}

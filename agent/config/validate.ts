import { dirname, isAbsolute, join } from 'node:path'
import type { Diagnostic } from '../../contract/index.ts'
import { isFolder, startOf } from './files/disk.ts'
import { type LoadOptions, loadConfiguration } from './load.ts'
import { Problems } from './problems.ts'
import { shorten } from './values/names.ts'

/**
 * Judges texts as if they stood in the configuration folder, over what is on disk. A name that leads anywhere else is
 * refused; problems in a text are told under the name that it was given.
 */
export async function validateTexts(
  files: Readonly<Record<string, string>> | undefined,
  options: LoadOptions,
): Promise<Diagnostic[]> {
  const problems = new Problems()
  const folder = folderOf(options.paths)
  const texts: Record<string, string> = Object.create(null)
  const names = new Map<string, string>()
  for (const [name, text] of Object.entries(files ?? {})) {
    if (!checkName(name, problems)) continue
    const path = join(folder, name)
    texts[path] = text
    names.set(path, name)
  }
  const { diagnostics } = await loadConfiguration({ ...options, texts })
  const named = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    file: names.get(diagnostic.file) ?? diagnostic.file,
  }))
  return [...problems.sorted([]), ...named]
}

/** The folder that names are relative to: the first one of the configuration. */
function folderOf(paths: readonly string[]): string {
  const [first = '.'] = paths
  return paths.find(isFolder) ?? dirname(first)
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

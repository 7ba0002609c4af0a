import type { ConfigFile, ConfigFiles, Diagnostic, Edits } from '../../../contract/index.ts'

/** How a file is known here: by its path in the configuration folder, with `/`. */
export function nameOf(path: string, folder: string, names: Iterable<string>): string {
  const plain = path.replaceAll('\\', '/')
  const base = `${folder.replaceAll('\\', '/')}/`
  if (plain.startsWith(base)) return plain.slice(base.length)
  // The configuration may have been given as a path that is relative to where the agent was started.
  const known = [...names].filter((name) => plain === name || plain.endsWith(`/${name}`))
  return known.sort((a, b) => b.length - a.length)[0] ?? plain
}

/** The same findings with their files by name. */
export const named = (problems: readonly Diagnostic[], folder: string, names: Iterable<string>): Diagnostic[] => {
  const known = [...names]
  return problems.map((problem) => ({ ...problem, file: nameOf(problem.file, folder, known) }))
}

/** What the agent is to judge: all that is edited. */
export const changesOf = (edits: Edits): ConfigFiles =>
  Object.fromEntries(Object.entries(edits).map(([name, { text }]) => [name, text]))

export interface Open {
  tabs: readonly string[]
  current: string | null
}

export function opened({ tabs }: Open, name: string): Open {
  return { tabs: tabs.includes(name) ? tabs : [...tabs, name], current: name }
}

/** Without this tab; the one that comes after it is shown, or the one before. */
export function closed({ tabs, current }: Open, name: string): Open {
  const at = tabs.indexOf(name)
  if (at === -1) return { tabs, current }
  const left = tabs.filter((tab) => tab !== name)
  return { tabs: left, current: current === name ? (left[at] ?? left[at - 1] ?? null) : current }
}

/** A file that is not on disk as it was when it was read. */
export type DiskChange = 'reread' | 'conflict'

/**
 * What has happened on disk to the files that are known here, by the hash they were read with. What nobody edits is
 * read again; what is edited is a conflict, which only a person can solve.
 */
export function diskChanges(
  read: ReadonlyMap<string, string | null>,
  edits: Edits,
  files: readonly Pick<ConfigFile, 'name' | 'hash'>[],
): Map<string, DiskChange> {
  const now = new Map(files.map(({ name, hash }) => [name, hash]))
  const changes = new Map<string, DiskChange>()
  for (const [name, hash] of read) {
    if (!edits[name] && (now.get(name) ?? null) !== hash) changes.set(name, 'reread')
  }
  for (const [name, { hash }] of Object.entries(edits)) {
    if ((now.get(name) ?? null) !== hash) changes.set(name, 'conflict')
  }
  return changes
}

/** All files there are or will be, in order. */
export function fileNames(files: readonly Pick<ConfigFile, 'name'>[], edits: Edits): string[] {
  return [...new Set([...files.map(({ name }) => name), ...Object.keys(edits)])].sort((a, b) => a.localeCompare(b))
}

/** What is wrong with a name for a new file; null when it can be had. */
export function refusalOfName(name: string, taken: readonly string[]): string | null {
  if (!/\.hcl$/.test(name) || /(^|\/)\.hcl$/.test(name)) return 'Its name ends in .hcl'
  if (/^[/\\]|^[a-z]:|(^|\/)\.{1,2}(\/|$)|\\|\/\/|\p{Cc}/iu.test(name))
    return 'It is a path within the configuration folder'
  if (/(^|\/)\./.test(name)) return 'A name that begins with a dot is not read'
  return taken.includes(name) ? 'There is a file of this name' : null
}

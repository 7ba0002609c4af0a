/** One row of the file tree. */
export interface TreeRow {
  /** The path of a file, or of a folder with a slash at its end; the root's is empty. */
  path: string
  label: string
  level: number
  isFolder: boolean
}

/** Rows of the tree as they are drawn: folders after the files beside them, what is in a closed one left out. */
export function treeRows(names: readonly string[], root: string, closed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [{ path: '', label: root, level: 1, isFolder: true }]
  if (!closed.has('')) addRows(rows, names, '', 2, closed)
  return rows
}

function addRows(
  rows: TreeRow[],
  names: readonly string[],
  folder: string,
  level: number,
  closed: ReadonlySet<string>,
): void {
  const here = names.filter((name) => name.startsWith(folder))
  const rest = here.map((name) => name.slice(folder.length))
  for (const [index, label] of rest.entries()) {
    if (!label.includes('/')) rows.push({ path: here[index] ?? '', label, level, isFolder: false })
  }
  const folders = new Set(rest.flatMap((name) => (name.includes('/') ? [name.slice(0, name.indexOf('/', 1))] : [])))
  for (const label of [...folders].sort((a, b) => a.localeCompare(b))) {
    const path = `${folder}${label}/`
    rows.push({ path, label, level, isFolder: true })
    if (!closed.has(path)) addRows(rows, names, path, level + 1, closed)
  }
}

/** A folder as people write it: `~/.config/hxe`. */
export function shortFolder(folder: string): string {
  return folder.replace(/^(\/home\/[^/]+|\/root|\/Users\/[^/]+)(?=\/|$)/, '~')
}

/** What a key does in the tree: where the cursor goes, a folder that opens or closes, or a row that is pressed. */
export type TreeStep = { to: number } | { open: boolean } | 'press'

export function treeStep(
  rows: readonly TreeRow[],
  at: number,
  key: string,
  closed: ReadonlySet<string>,
): TreeStep | null {
  const row = rows[at]
  if (!row) return null
  const last = rows.length - 1
  const isClosed = closed.has(row.path)
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, at + 1) }
    case 'ArrowUp':
      return { to: Math.max(0, at - 1) }
    case 'Home':
      return { to: 0 }
    case 'End':
      return { to: last }
    case 'ArrowRight':
      return row.isFolder && isClosed ? { open: true } : { to: Math.min(last, at + 1) }
    case 'ArrowLeft':
      if (row.isFolder && !isClosed) return { open: false }
      return {
        to: Math.max(
          0,
          rows.findLastIndex(({ level }, index) => index < at && level < row.level),
        ),
      }
    case 'Enter':
    case ' ':
      return 'press'
    default:
      return null
  }
}

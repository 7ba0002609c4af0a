import type { Revision } from '../../../contract/index.ts'

export const kindOfRevision: Readonly<Record<Revision['kind'], string>> = {
  files: 'files on disk',
  apply: 'applied',
  rollback: 'rolled back',
  revert: 'taken back',
}

export interface FileDifference {
  path: string
  before: string
  after: string
  how: 'new' | 'changed' | 'gone'
}

/** The files that differ between two entries, in order. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): FileDifference[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort((a, b) => a.localeCompare(b))
  return paths.flatMap((path): FileDifference[] => {
    const [old, now] = [before[path], after[path]]
    if (old === now) return []
    const how = old === undefined ? 'new' : now === undefined ? 'gone' : 'changed'
    return [{ path, before: old ?? '', after: now ?? '', how }]
  })
}

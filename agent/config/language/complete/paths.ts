import { dirname, isAbsolute, resolve } from 'node:path'
import type { Completion } from '../../../../contract/index.ts'
import { listNames } from '../disk.ts'
import type { Asked } from './asked.ts'
import { item } from './asked.ts'

type PathKind = 'folder' | 'file' | 'hcl-file'

/** What is in the folder that the path leads into so far, relative to the file in which it stands. */
export function pathsFor(kind: PathKind, typed: string, { file }: Asked): Completion[] {
  const base = typed.slice(0, typed.lastIndexOf('/') + 1)
  const last = typed.slice(base.length)
  if (base.startsWith('~') || base.includes('\0') || (kind === 'hcl-file' && isAbsolute(base))) return []
  return listNames(resolve(dirname(file.path), base)).flatMap(({ name, isFolder }) => {
    if (name.startsWith('.') && !last.startsWith('.')) return []
    if (!isFolder && (kind === 'folder' || (kind === 'hcl-file' && !name.endsWith('.hcl')))) return []
    const path = `${base}${name}${isFolder && kind !== 'folder' ? '/' : ''}`
    return [item('value', path, { detail: isFolder ? 'folder' : 'file' })]
  })
}

import { lstatSync, realpathSync } from 'node:fs'
import type { ProcessRow } from '../platform.ts'
import { descriptorsOf, targetOf } from './descriptors.ts'
import { Slices } from './slices.ts'
import type { ProcTable } from './table.ts'

const mayWrite = 0o200

/** As `Platform.writersOf`: by where the descriptors lead, as looking at the files themselves could wait for a disk. */
export async function findWriters(paths: readonly string[], table: ProcTable): Promise<Map<string, ProcessRow[]>> {
  const asked = new Map(paths.flatMap((path) => (resolved(path) ? [[resolved(path), path]] : [])))
  const found = new Map<string, ProcessRow[]>()
  if (asked.size === 0) return found
  const slices = new Slices()
  for (const row of await table.rows()) {
    if (row.cookie !== undefined || row.pid === process.pid) continue
    for (const descriptor of descriptorsOf(row.pid)) {
      const path = asked.get(targetOf(descriptor) ?? '')
      if (path !== undefined && isOpenToWrite(descriptor)) found.set(path, [...(found.get(path) ?? []), row])
      const pause = slices.breathe()
      if (pause) await pause
    }
  }
  return found
}

/** Links of /proc tell the path without links in it. */
function resolved(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** The mode of the link itself says how it was opened. Who follows a file with `tail -f` only reads. */
function isOpenToWrite(descriptor: string): boolean {
  return ((lstatSync(descriptor, { throwIfNoEntry: false })?.mode ?? 0) & mayWrite) !== 0
}

import { lstatSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ProcessRow } from '../platform.ts'
import { descriptorsOf, targetOf } from './descriptors.ts'
import { Slices } from './slices.ts'
import type { ProcTable } from './table.ts'

const mayWrite = 0o200

/** As `Platform.writersOf`, by where the descriptors of each process lead. */
export async function findWriters(
  paths: readonly string[],
  known: ReadonlySet<number>,
  table: ProcTable,
): Promise<Map<string, ProcessRow[]>> {
  const found = new Map<string, ProcessRow[]>()
  const asked = await asLinksTell(paths)
  if (asked.size === 0) return found
  const slices = new Slices()
  for (const row of await table.rows()) {
    if (row.pid === process.pid || known.has(row.pid)) continue
    const own = new Set<string>()
    for (const descriptor of descriptorsOf(row.pid)) {
      const path = asked.get(targetOf(descriptor) ?? '')
      if (path !== undefined && isOpenToWrite(descriptor)) own.add(path)
      const pause = slices.breathe()
      if (pause) await pause
    }
    for (const path of own) found.set(path, [...(found.get(path) ?? []), row])
  }
  return found
}

/** Links of /proc tell a path without links in it: each folder is resolved once, however many files are asked for. */
async function asLinksTell(paths: readonly string[]): Promise<Map<string, string>> {
  const folders = new Map<string, string | undefined>()
  for (const folder of new Set(paths.map(dirname))) folders.set(folder, await realpath(folder).catch(() => undefined))
  return new Map(
    paths.flatMap((path) => {
      const folder = folders.get(dirname(path))
      return folder === undefined ? [] : [[join(folder, basename(path)), path] as const]
    }),
  )
}

/** The mode of the link itself says how it was opened. Who follows a file with `tail -f` only reads. */
function isOpenToWrite(descriptor: string): boolean {
  return ((lstatSync(descriptor, { throwIfNoEntry: false })?.mode ?? 0) & mayWrite) !== 0
}

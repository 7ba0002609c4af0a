import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

/** What this panel kept in a small file of its own; undefined where there is nothing that it can read. */
export function readKept(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Nothing was kept yet, or what is there is not by this program.
    return undefined
  }
}

/** The file is replaced as a whole, so that a crash leaves the one or the other. */
export async function replaceKept(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.new`
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  await rename(temporary, path)
}

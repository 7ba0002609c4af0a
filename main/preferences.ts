import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { type Preferences, readPreferences } from '../contract/index.ts'

export interface PreferencesFile {
  current(): Preferences
  /** Resolves when it is on disk. */
  save(chosen: unknown): Promise<void>
  /** Resolves when nothing waits to be written, or could not be. */
  settled(): Promise<void>
  /** Told after each choice. Returns what ends it. */
  watch(changed: () => void): () => void
}

/** What the person chose in this panel, in one small file that is replaced as a whole. */
export function openPreferences(path: string): PreferencesFile {
  let current = readPreferences(storedIn(path))
  let written = Promise.resolve()
  const watchers = new Set<() => void>()

  async function write(): Promise<void> {
    const temporary = `${path}.new`
    await writeFile(temporary, `${JSON.stringify(current, null, 2)}\n`, { mode: 0o600 })
    await rename(temporary, path)
  }

  return {
    current: () => current,
    save(chosen) {
      current = readPreferences(chosen)
      for (const changed of watchers) changed()
      // One after the other, each with what is newest by then.
      written = written.catch(() => undefined).then(write)
      return written
    },
    settled: () => written.catch(() => undefined),
    watch(changed) {
      watchers.add(changed)
      return () => void watchers.delete(changed)
    },
  }
}

function storedIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Nothing was chosen yet, or what is there is not by this program.
    return undefined
  }
}

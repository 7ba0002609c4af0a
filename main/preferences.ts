import { type Preferences, readPreferences } from '../contract/index.ts'
import { readKept, replaceKept } from './kept.ts'

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
  let current = readPreferences(readKept(path))
  let written = Promise.resolve()
  const watchers = new Set<() => void>()

  return {
    current: () => current,
    save(chosen) {
      current = readPreferences(chosen)
      for (const changed of watchers) changed()
      // One after the other, each with what is newest by then.
      written = written.catch(() => undefined).then(() => replaceKept(path, current))
      return written
    },
    settled: () => written.catch(() => undefined),
    watch(changed) {
      watchers.add(changed)
      return () => void watchers.delete(changed)
    },
  }
}

import { join } from 'node:path'
import { isSealed, openVault, type Vault } from '../agent/secrets/index.ts'
import { type Edits, mostEditCharacters, readEdits } from '../contract/index.ts'
import { readKept, replaceKept } from './kept.ts'

export interface EditsFile {
  /** What is edited and not applied, by file. */
  current(): Edits
  count(): number
  /** Resolves when it is on disk. @throws when it is more than is kept, or cannot be written */
  save(edited: unknown): Promise<void>
  /** Resolves when nothing waits to be written, or could not be. */
  settled(): Promise<void>
  /** Takes them away, once a person has said so. */
  drop(): Promise<void>
}

const about = ['edits'] as const

/** Those of the panel whose data lie in this folder. */
export const openOwnEdits = (folder: string): EditsFile => openEdits(join(folder, 'edits.json'), openVault(folder))

/**
 * What is edited in the panel, kept over its end: a crash or a reload takes nothing of it. Sealed, since people write
 * passwords into files.
 */
export function openEdits(path: string, vault: Vault): EditsFile {
  let current = readEdits(opened(readKept(path)))
  let written = Promise.resolve()

  function opened(kept: unknown): unknown {
    const sealed = typeof kept === 'object' && kept !== null && 'sealed' in kept ? kept.sealed : undefined
    // As an earlier version left it.
    if (typeof sealed !== 'string' || !isSealed(sealed)) return kept
    try {
      return JSON.parse(vault.open(sealed, about))
    } catch {
      // By another key, or damaged: what cannot be read is as if nothing had been edited.
      return undefined
    }
  }

  function keep(edits: Edits): Promise<void> {
    current = edits
    // One after the other, each with what is newest by then.
    written = written.catch(() => undefined).then(() => replaceKept(path, sealedOf(current)))
    return written
  }

  const sealedOf = (edits: Edits): unknown =>
    Object.keys(edits).length === 0 ? {} : { sealed: vault.seal(JSON.stringify(edits), about) }

  return {
    current: () => current,
    count: () => Object.keys(current).length,
    async save(edited) {
      const edits = readEdits(edited)
      const isRefused = Object.keys(edits).length === 0 && Object.keys(Object(edited)).length > 0
      if (isRefused) throw new Error(`Edits are kept up to ${mostEditCharacters / 2 ** 20} million characters together`)
      await keep(edits)
    },
    settled: () => written.catch(() => undefined),
    drop: () => keep({}),
  }
}

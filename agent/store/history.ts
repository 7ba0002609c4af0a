import { type Revision, type RevisionDetail, revisionSchema } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { isSealed, type Vault } from '../secrets/index.ts'
import type { Link } from './link.ts'
import type { RevisionWrite } from './protocol.ts'
import type { Store } from './types.ts'

const revisionsKept = 500
const revisionsKeptMs = 90 * 86_400_000

type Texts = Record<string, string>

/**
 * The history of the configuration. People write passwords into files, so their texts are sealed, each for its place in
 * the history. @param sealOld seals what an earlier version has left as it was
 */
export function createHistory(
  link: Link,
  vault: Vault,
  clock: Clock,
): Pick<Store, 'addRevision' | 'revisions' | 'revision'> & { sealOld: () => Promise<void> } {
  const about = (revision: number, path: string) => ['revision', String(revision), path] as const
  const list = async (limit: number, before?: number): Promise<Revision[]> => {
    const values = await link.ask<'revisions'>({ op: 'revisions', limit, ...(before === undefined ? {} : { before }) })
    return values.map((value) => revisionSchema.parse(JSON.parse(value)))
  }
  /** With its texts as they are stored. */
  const read = async (revision: number): Promise<RevisionDetail | undefined> => {
    const found = await link.ask<'revision'>({ op: 'revision', revision })
    return found ? { ...revisionSchema.parse(JSON.parse(found.value)), texts: JSON.parse(found.texts) } : undefined
  }
  const add = async ({ texts, ...revision }: RevisionDetail): Promise<void> => {
    const at = (path: string) => about(revision.revision, path)
    const sealed = mapTexts(texts, (text, path) => vault.seal(text, at(path)))
    const value = JSON.stringify(revision)
    const entry: RevisionWrite = [revision.revision, Date.parse(revision.at), value, JSON.stringify(sealed)]
    const olderThanMs = clock.nowMs() - revisionsKeptMs
    await link.ask<'add-revision'>({ op: 'add-revision', entry, keepRows: revisionsKept, olderThanMs })
  }
  return {
    addRevision: add,
    revisions: ({ limit, before }) => list(limit, before),
    async revision(revision) {
      const found = await read(revision)
      const opened = (text: string, path: string) => (isSealed(text) ? vault.open(text, about(revision, path)) : text)
      return found && { ...found, texts: mapTexts(found.texts, opened) }
    },
    async sealOld() {
      if (vault.problem !== undefined) return
      const old: number[] = []
      for (const { revision } of (await list(revisionsKept)).reverse()) {
        const stored = Object.values((await read(revision))?.texts ?? {})
        // What is sealed comes after what is not: a start looks no further than at the oldest.
        if (stored.length > 0 && stored.every(isSealed)) break
        if (stored.length > 0) old.push(revision)
      }
      // The newest first, so that this stays so when the agent ends half way.
      for (const revision of old.reverse()) {
        const found = await read(revision)
        if (found !== undefined) await add(found)
      }
      if (old.length > 0) await link.ask<'wipe'>({ op: 'wipe' })
    },
  }
}

function mapTexts(texts: Texts, change: (text: string, path: string) => string): Texts {
  const changed: Texts = Object.create(null)
  for (const [path, text] of Object.entries(texts)) changed[path] = change(text, path)
  return changed
}

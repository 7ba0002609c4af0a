import { realpath, unlink } from 'node:fs/promises'
import { readTextFile, statOf, writeFileAtomic } from './files.ts'

/** A file's text as it shall be, or null for a file that shall not be there. */
export type FileTexts = Readonly<Record<string, string | null>>

/** A change of several files that is under way. */
export interface FileChange {
  /** The change stands: what the files said before is no longer kept. */
  keep(): Promise<void>
  /** Puts every file back as it was. */
  undo(): Promise<void>
}

/**
 * Writes several files so that in the end all of them are changed, or none: what they said before is put on disk first, at
 * `journal`, and stays there until `keep`. A process that ends in between leaves it for `undoUnfinished`.
 */
export async function writeTogether(journal: string, texts: FileTexts): Promise<FileChange> {
  const before: Record<string, string | null> = {}
  for (const path of Object.keys(texts)) before[path] = await textOf(path)
  await writeFileAtomic(journal, JSON.stringify(before), { mode: 0o600 })
  const undo = async (): Promise<void> => {
    await writeAll(before)
    await unlink(journal)
  }
  try {
    await writeAll(texts)
  } catch (error) {
    await undo()
    throw error
  }
  return { keep: () => unlink(journal), undo }
}

/** Puts back what a change that never came to its end had begun; the files that it was about, none where there was no such change. */
export async function undoUnfinished(journal: string): Promise<string[]> {
  const text = await textOf(journal)
  if (text === null) return []
  const before = JSON.parse(text) as Record<string, string | null>
  await writeAll(before)
  await unlink(journal)
  return Object.keys(before)
}

async function textOf(path: string): Promise<string | null> {
  return (await statOf(path)) === undefined ? null : readTextFile(path)
}

async function writeAll(texts: FileTexts): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    if (text !== null) await rewriteFile(path, text)
    else if (await statOf(path)) await unlink(path)
  }
}

/** Gives a file a text, whole or not at all. A link stays a link, and a file keeps who may read it. */
export async function rewriteFile(path: string, text: string): Promise<void> {
  const known = await statOf(path)
  const target = known ? await realpath(path) : path
  await writeFileAtomic(target, text, { mode: known ? known.mode & 0o777 : 0o600 })
}

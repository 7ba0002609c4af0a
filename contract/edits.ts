import { z } from 'zod'

/** Together, in characters; what goes beyond is not kept over a restart of the panel, and that is said. */
export const mostEditCharacters = 16 * 1024 * 1024

/** A change of one file that is not applied yet. */
const editSchema = z.object({
  /** What the file said when the change began; null where there was none. */
  base: z.string().nullable(),
  /** SHA-256 of those bytes as the agent tells it, by which a change on disk is noticed. */
  hash: z.string().nullable(),
  /** What it is to say; null takes the file away. */
  text: z.string().nullable(),
})
export type Edit = z.infer<typeof editSchema>

/** By the name of the file in the configuration folder. */
const editsSchema = z.record(z.string().min(1).max(4096), editSchema)
export type Edits = z.infer<typeof editsSchema>

/** Takes whatever was stored; what is not of this form is as if nothing had been edited. */
export function readEdits(stored: unknown): Edits {
  const { success, data } = editsSchema.safeParse(stored)
  return success && sizeOfEdits(data) <= mostEditCharacters ? data : {}
}

export function sizeOfEdits(edits: Edits): number {
  let size = 0
  for (const { base, text } of Object.values(edits)) size += (base?.length ?? 0) + (text?.length ?? 0)
  return size
}

/** "1 edit", "2 edits": a file counts once. */
export const editsInWords = (count: number): string => (count === 1 ? '1 edit' : `${count} edits`)

import type { LoadOptions } from '../load.ts'
import { topBlocks } from './find.ts'
import { cutLines } from './layout.ts'
import { openSession } from './request.ts'
import type { EditFile } from './session.ts'

/** A rule as HCL in place of the one of that name, or nothing in its place. */
export interface AlertEdit {
  name: string
  hcl: string | null
}
/** The files that differ; undefined where no file has the rule. */
export type AlertEdited = { path: string; before: string; after: string }[] | undefined

/** What that makes of the texts on disk; nothing is written. All else in the files stays byte for byte. */
export async function editAlert({ name, hcl }: AlertEdit, options: LoadOptions): Promise<AlertEdited> {
  const session = await openSession({}, options)
  const find = () =>
    session.files.flatMap((file) =>
      topBlocks(file.body).flatMap((block) =>
        block.type === 'alert' && block.labels[0]?.text === name ? [{ file, block }] : [],
      ),
    )
  if (find().length === 0) return undefined
  // The one that counts most says all; what those below say would only show through.
  for (let left = find(); left.length > (hcl === null ? 0 : 1); left = find()) {
    const [first] = left
    if (!first || !session.change(first.file.path, [cutLines(first.file.source.text, first.block)])) break
  }
  const [kept] = find()
  if (hcl !== null && kept) {
    const { start, end } = kept.block
    session.change(kept.file.path, [{ start, end, text: withNewlines(hcl.trimEnd(), kept.file) }])
  }
  return session.changed().map(({ path, before, after }) => ({ path, before, after }))
}

const withNewlines = (hcl: string, { source }: EditFile): string =>
  source.text.includes('\r\n') ? hcl.replaceAll('\n', '\r\n') : hcl

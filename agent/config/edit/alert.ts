import type { LoadOptions } from '../load.ts'
import { alertSchema } from '../schema/index.ts'
import type { Block } from '../syntax/ast.ts'
import { type Container, innerStyle, insertAttribute, removeAttribute } from './body.ts'
import { nextChange } from './change.ts'
import { attributeOf, topBlocks } from './find.ts'
import { cutLines } from './layout.ts'
import { attributeType, type Json, type JsonObject, printValue } from './print.ts'
import { openSession } from './request.ts'
import type { EditFile, Session } from './session.ts'

/** What the block of a rule is to say, without what is the default anyway; null takes the rule out. */
export interface AlertEdit {
  name: string
  values: JsonObject | null
}
/** The files that differ; undefined where no file has the rule. */
export type AlertEdited = { path: string; before: string; after: string }[] | undefined

/** What an editor of rules shows; all else that a block says is left as it is. */
const shown = ['on', 'match', 'when', 'for', 'severity', 'labels', 'notify', 'runbook'] as const
/** Of one attribute: a list or map is changed a member at a time. */
const mostSteps = 200

/** What that makes of the texts on disk; nothing is written. All else in the files stays byte for byte. */
export async function editAlert({ name, values }: AlertEdit, options: LoadOptions): Promise<AlertEdited> {
  const session = await openSession({}, options)
  const find = () =>
    session.files.flatMap((file) =>
      topBlocks(file.body).flatMap((block) =>
        block.type === 'alert' && block.labels[0]?.text === name ? [{ file, block }] : [],
      ),
    )
  if (find().length === 0) return undefined
  // The one that counts most says all; what those below say would only show through.
  for (let left = find(); left.length > (values === null ? 0 : 1); left = find()) {
    const [first] = left
    if (!first || !session.change(first.file.path, [cutLines(first.file.source.text, first.block)])) break
  }
  if (values !== null) for (const attribute of shown) assign(session, () => find()[0], attribute, values[attribute])
  return session.changed().map(({ path, before, after }) => ({ path, before, after }))
}

/** In the smallest stretches, so that comments and the way in which it is written stay. */
function assign(
  session: Session,
  find: () => { file: EditFile; block: Block } | undefined,
  name: string,
  value: Json | undefined,
): void {
  const type = attributeType(alertSchema, name)
  if (!type) return
  const usual = alertSchema.attributes[name]?.default
  for (let step = 0; step < mostSteps; step++) {
    const at = find()
    if (!at) return
    const { file, block } = at
    const container: Container = { source: file.source, body: block.body, block, schema: alertSchema }
    const written = attributeOf(block.body, name)
    if (!written) {
      if (value === undefined) return
      session.change(file.path, [insertAttribute(container, name, printValue(value, innerStyle(container), type))])
      return
    }
    // What is written though it is the default stays written.
    const wanted = value ?? (typeof usual === 'string' ? usual : undefined)
    if (wanted === undefined) {
      session.change(file.path, [removeAttribute(container, written)])
      return
    }
    const place = { source: file.source, scope: file.scope, override: true }
    const change = nextChange(written.value, { value: wanted, type }, place)
    if ('refused' in change || change.splices.length === 0 || !session.change(file.path, change.splices)) return
  }
}

import { type AttributeType, type BlockSchema, rootSchema } from '../schema/index.ts'
import type { Block, Body, Expression } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { removePart } from './change.ts'
import { topBlocks } from './find.ts'
import { cutLines } from './layout.ts'
import { keyOf } from './plain.ts'
import type { EditFile, Session } from './session.ts'

/** A place that names a service as another's dependency or an app's part. */
interface Mention {
  file: EditFile
  /** `app "shop"`, `service "web"`. */
  by: string
  span: Span
  /** The list that it is an item of, or the block that it is all about. */
  list?: Extract<Expression, { kind: 'list' }>
  block?: Block
}

/** Everything that names a service literally, in all files. */
export function mentionsOf(session: Session, service: string): Mention[] {
  return session.files.flatMap((file) =>
    topBlocks(file.body).flatMap((block) => {
      const schema = Object.hasOwn(rootSchema.blocks, block.type) ? rootSchema.blocks[block.type] : undefined
      const label = block.labels[0]?.text ?? ''
      const isItself = block.type === 'service' && label === service
      if (schema === undefined || isItself) return []
      return mentionsIn(block.body, schema, service).map((found) => ({
        ...found,
        file,
        by: `${block.type} "${label}"`,
      }))
    }),
  )
}

function mentionsIn(body: Body, schema: BlockSchema, service: string): Omit<Mention, 'file' | 'by'>[] {
  return body.items.flatMap((item) => {
    if (item.kind === 'block') {
      const inner = Object.hasOwn(schema.blocks, item.type) ? schema.blocks[item.type] : undefined
      if (inner === undefined) return []
      return mentionsIn(item.body, inner, service).map((found) => (found.list ? found : { ...found, block: item }))
    }
    const type = Object.hasOwn(schema.attributes, item.name) ? schema.attributes[item.name]?.type : undefined
    if (namesService(type) && keyOf(item.value) === service) return [{ span: item.value }]
    if (type?.is !== 'list' || !namesService(type.of) || item.value.kind !== 'list') return []
    const { value: list } = item
    return list.items.filter((each) => keyOf(each) === service).map((span) => ({ span, list }))
  })
}

const namesService = (type: AttributeType | undefined): boolean => type?.is === 'text' && type.format === 'service'

/** Takes a service out of every file. What else names it stays. */
export function removeService(session: Session, service: string): void {
  for (;;) {
    const found = session.files.flatMap((file) =>
      topBlocks(file.body).flatMap((block) =>
        block.type === 'service' && block.labels[0]?.text === service ? [{ file, block }] : [],
      ),
    )[0]
    if (found === undefined) return
    session.change(found.file.path, [cutLines(found.file.source.text, found.block)])
  }
}

/** Takes a service's name out of what names it literally. */
export function releaseService(session: Session, service: string): void {
  for (let left = mentionsOf(session, service).length; left > 0; left -= 1) {
    const [mention] = mentionsOf(session, service)
    if (mention === undefined) return
    const { file, list, block, span } = mention
    const place = { source: file.source, scope: file.scope, override: true }
    const index = list?.items.findIndex(({ start }) => start === span.start) ?? -1
    const change = list && removePart(list, String(index), { is: 'text' }, place)
    const whole = block === undefined ? [] : [cutLines(file.source.text, block)]
    session.change(file.path, change !== undefined && 'splices' in change ? change.splices : whole)
  }
}

import type { BlockSchema } from '../schema/index.ts'
import type { Attribute, Block, Body } from '../syntax/ast.ts'
import type { Source } from '../syntax/source.ts'
import {
  afterLine,
  cutLines,
  indentAt,
  insideOf,
  isOneLine,
  lineStart,
  newlineOf,
  type Splice,
  unitOf,
} from './layout.ts'
import type { Style } from './print.ts'

/** A body that things are put into or taken out of: a block's, or without one a whole file. */
export interface Container {
  source: Source
  body: Body
  block: Block | undefined
  schema: BlockSchema
}

type Item = Attribute | Block

/** How what is put into a body is indented. */
export function innerStyle({ source, body, block }: Container): Style {
  const { text } = source
  const newline = newlineOf(source)
  const unit = unitOf(source)
  if (block === undefined) return { indent: '', unit, newline }
  const outer = indentAt(text, block.start)
  const sibling = body.items.find(({ start }) => text.slice(lineStart(text, start), start).trim() === '')
  const isOneLiner = isOneLine(text, insideOf(text, block))
  return { indent: sibling === undefined || isOneLiner ? outer + unit : indentAt(text, sibling.start), unit, newline }
}

/** Puts an attribute where a person would: after those that the schema has before it, its `=` below theirs. */
export function insertAttribute(container: Container, name: string, value: string): Splice {
  const { source, body, block, schema } = container
  const { indent } = innerStyle(container)
  const rank = rankOf(schema, name)
  const attributes = body.items.filter((item): item is Attribute => item.kind === 'attribute')
  const anchor = attributes
    .filter((each) => rankOf(schema, each.name) < rank)
    .reduce<Attribute | undefined>(
      (best, each) => (best === undefined || rankOf(schema, each.name) >= rankOf(schema, best.name) ? each : best),
      undefined,
    )
  const following = body.items[anchor === undefined ? 0 : body.items.indexOf(anchor) + 1]
  const column = alignment(source, neighbours(source, body, anchor, following))
  const line = `${indent}${name.padEnd(column - indent.length)} = ${value}`
  if (block !== undefined && isOneLine(source.text, insideOf(source.text, block))) {
    return unfold(container, block, `${indent}${name} = ${value}`, anchor !== undefined)
  }
  const needsGap = anchor === undefined && following?.kind === 'block'
  return putLine(container, anchor, line, needsGap ? newlineOf(source) : '')
}

const rankOf = (schema: BlockSchema, name: string): number => {
  const rank = Object.keys(schema.attributes).indexOf(name)
  return rank === -1 ? Number.POSITIVE_INFINITY : rank
}

/** The attributes on the lines right above and below the place between two items. */
function neighbours(source: Source, body: Body, before: Item | undefined, after: Item | undefined): Attribute[] {
  const { text } = source
  const isNext = (upper: Item, lower: Item | undefined): lower is Attribute =>
    lower?.kind === 'attribute' &&
    !text.slice(upper.end, lineStart(text, lower.start)).replace(/\r?\n/, '').includes('\n')
  const found: Attribute[] = []
  const { items } = body
  let upper = before
  while (upper?.kind === 'attribute' && isOneLine(text, upper)) {
    found.unshift(upper)
    const above: Item | undefined = items[items.indexOf(upper) - 1]
    if (above === undefined || !isNext(above, upper)) break
    upper = above
  }
  let lower = before === undefined || (after !== undefined && isNext(before, after)) ? after : undefined
  while (lower?.kind === 'attribute' && isOneLine(text, lower)) {
    found.push(lower)
    const below: Item | undefined = items[items.indexOf(lower) + 1]
    if (!isNext(lower, below)) break
    lower = below
  }
  return found
}

/** The column before `=` that all of them have it in; 0 where they differ. */
function alignment({ text }: Source, attributes: readonly Attribute[]): number {
  const columns = attributes.map(({ start, nameSpan }) => {
    const space = /^[ \t]*/.exec(text.slice(nameSpan.end))?.[0].length ?? 0
    return nameSpan.end + space - lineStart(text, start) - 1
  })
  const [first = 0] = columns
  return columns.every((column) => column === first) ? first : 0
}

/** Puts a line after an item, or at the front of the body. */
function putLine({ source, block }: Container, anchor: Item | undefined, line: string, gap = ''): Splice {
  const { text } = source
  const newline = newlineOf(source)
  const from = anchor?.end ?? (block === undefined ? undefined : insideOf(text, block).start)
  const at = from === undefined ? 0 : afterLine(text, from)
  const isUnended = at > 0 && text[at - 1] !== '\n'
  return { start: at, end: at, text: isUnended ? `${newline}${line}` : `${line}${newline}${gap}` }
}

/** A block on one line, over several, with something more in it. */
function unfold({ source }: Container, block: Block, line: string, isBehind: boolean): Splice {
  const inside = insideOf(source.text, block)
  const held = source.text.slice(inside.start, inside.end).trim()
  const newline = newlineOf(source)
  const outer = indentAt(source.text, block.start)
  const kept = held === '' ? [] : [`${outer}${unitOf(source)}${held}`]
  const lines = isBehind ? [...kept, line] : [line, ...kept]
  return { ...inside, text: `${newline}${lines.join(newline)}${newline}${outer}` }
}

/** Puts a block after those of its kind, else at the end, with an empty line where the others have one. */
export function insertBlock(container: Container, type: string, written: string): Splice {
  const { source, body, block } = container
  const { indent } = innerStyle(container)
  const newline = newlineOf(source)
  if (block !== undefined && isOneLine(source.text, insideOf(source.text, block))) {
    const isEmpty = body.items.length === 0
    return unfold(container, block, `${isEmpty ? '' : newline}${indent}${written}`, true)
  }
  const anchor = body.items.findLast((item) => item.kind === 'block' && item.type === type) ?? body.items.at(-1)
  if (anchor === undefined) return putLine(container, undefined, `${indent}${written}`)
  return putLine(container, anchor, `${hasGaps(source, body, anchor) ? newline : ''}${indent}${written}`)
}

/** Whether blocks stand apart here: as the one before does, as the first does, else yes. */
function hasGaps({ text }: Source, { items }: Body, anchor: Item): boolean {
  const shown =
    anchor.kind === 'block' && items.indexOf(anchor) > 0
      ? anchor
      : items.find((item, at) => at > 0 && item.kind === 'block')
  if (shown === undefined) return true
  const above = items[items.indexOf(shown) - 1]
  return above === undefined || /\n[ \t]*\r?\n/.test(text.slice(above.end, shown.start))
}

export function removeAttribute({ source, block }: Container, attribute: Attribute): Splice {
  const inside = block === undefined ? undefined : insideOf(source.text, block)
  if (inside === undefined || !isOneLine(source.text, inside)) return cutLines(source.text, attribute)
  const rest = (source.text.slice(inside.start, attribute.start) + source.text.slice(attribute.end, inside.end)).trim()
  return { ...inside, text: rest === '' ? '' : ` ${rest} ` }
}

export const removeBlock = ({ source }: Container, block: Block): Splice => cutLines(source.text, block)

import type { AttributeSchema, BlockSchema } from '../schema/index.ts'
import { rootSchema, serviceSchema } from '../schema/index.ts'
import type { Attribute, Block, Body, Expression } from '../syntax/ast.ts'
import type { Container } from './body.ts'
import { decoded, keyOf } from './plain.ts'
import type { EditFile, Session } from './session.ts'

/** A block of a service or template, in the file that it stands in. */
export interface Home extends Container {
  file: EditFile
  /** The template's name; absent for the service itself. */
  template?: string
}

/** One step into blocks: by a label, by its number among those of its kind, or the only one. */
export interface Step {
  type: string
  key?: string
  schema: BlockSchema
}

export interface Path {
  steps: readonly Step[]
  /** Absent where the path means blocks. */
  attribute?: { name: string; schema: AttributeSchema }
  /** Within the attribute's value: keys and numbers. */
  rest: readonly string[]
}

/** What a path within a service means; undefined for one that means nothing. `isBlock` decides for `depends_on`, which is both. */
export function readPath(path: readonly string[], isBlock = false): Path | undefined {
  const steps: Step[] = []
  let schema: BlockSchema = serviceSchema
  for (let at = 0; at < path.length; at += 1) {
    const name = path[at] ?? ''
    const rest = path.slice(at + 1)
    const attribute = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined
    const block = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined
    const meansBlock =
      block !== undefined && (attribute === undefined || rest.length > 1 || (isBlock && rest.length < 2))
    if (!meansBlock)
      return attribute === undefined ? undefined : { steps, attribute: { name, schema: attribute }, rest }
    const key = block.many === true ? rest[0] : undefined
    if (key !== undefined) at += 1
    steps.push({ type: name, schema: block, ...(key === undefined ? {} : { key }) })
    schema = block
  }
  return { steps, rest: [] }
}

/** The blocks of a service, the one that counts most first. */
export function homesOf(session: Session, service: string): Home[] {
  return blocksNamed(session, 'service', serviceSchema, service)
}

/** The blocks of the templates that a service takes over, the one that counts most first. */
export function templatesOf(session: Session, service: string): Home[] {
  const found: Home[] = []
  const seen = new Set<string>()
  for (let homes = homesOf(session, service); ; ) {
    const name = extendedBy(homes)
    if (name === undefined || seen.has(name)) return found
    seen.add(name)
    homes = blocksNamed(session, 'template', rootSchema.blocks.template ?? serviceSchema, name)
    found.push(...homes.map((home) => ({ ...home, template: name })))
  }
}

function extendedBy(homes: readonly Home[]): string | undefined {
  for (const { body, file } of homes) {
    const attribute = attributeOf(body, 'extends')
    const value = attribute && decoded(attribute.value, { is: 'text' }, file.scope)?.value
    if (typeof value === 'string') return value
  }
  return undefined
}

function blocksNamed(session: Session, type: string, schema: BlockSchema, name: string): Home[] {
  return session.files
    .toReversed()
    .flatMap((file) =>
      topBlocks(file.body).flatMap((block) =>
        block.type === type && block.labels[0]?.text === name
          ? [{ file, source: file.source, body: block.body, block, schema }]
          : [],
      ),
    )
}

/** The blocks of a file; `services` only wraps. */
export function topBlocks({ items }: Body): Block[] {
  return items.flatMap((item) => {
    if (item.kind !== 'block') return []
    return item.type === 'services' ? topBlocks(item.body) : [item]
  })
}

/** What a body says of an attribute; null says nothing. */
export function attributeOf({ items }: Body, name: string): Attribute | undefined {
  return items.find(
    (item): item is Attribute =>
      item.kind === 'attribute' && item.name === name && !(item.value.kind === 'literal' && item.value.value === null),
  )
}

export const blocksOf = ({ items }: Body, type: string): Block[] =>
  items.filter((item): item is Block => item.kind === 'block' && item.type === type)

/** The home within a home that steps lead to. */
export function descend(home: Home, steps: readonly Step[]): Home | undefined {
  let at: Home | undefined = home
  for (const { type, key, schema } of steps) {
    const block: Block | undefined = at && chosen(blocksOf(at.body, type), key)
    at = at && block && { ...at, body: block.body, block, schema }
  }
  return at
}

function chosen(blocks: readonly Block[], key: string | undefined): Block | undefined {
  if (key === undefined) return blocks[0]
  const labelled = blocks.find(({ labels }) => labels[0]?.text === key)
  if (labelled !== undefined || !/^\d{1,5}$/.test(key)) return labelled
  return blocks.filter(({ labels }) => labels.length === 0)[Number(key)]
}

/** Whether a home has blocks in place of all that count less: several without a label replace those below. */
export function shadows(home: Home, steps: readonly Step[]): boolean {
  const at = steps.findIndex(({ schema }) => schema.many === true)
  const step = steps[at]
  if (step === undefined) return false
  const parent = descend(home, steps.slice(0, at))
  const blocks = parent === undefined ? [] : blocksOf(parent.body, step.type)
  return blocks.some(({ labels }) => labels.length === 0) && !blocks.some(({ labels }) => labels[0]?.text === step.key)
}

/** The part of a value that a path leads to: a map's last entry of that key, a list's item. */
export function partOf(value: Expression, path: readonly string[]): Expression | undefined {
  const [step, ...rest] = path
  if (step === undefined) return value
  const inner =
    value.kind === 'object'
      ? value.entries.findLast(({ key }) => keyOf(key) === step)?.value
      : value.kind === 'list' && /^\d{1,5}$/.test(step)
        ? value.items[Number(step)]
        : undefined
  return inner && partOf(inner, rest)
}

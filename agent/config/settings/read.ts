import { didYouMean, type Place, type Problems } from '../problems.ts'
import type { AttributeSchema, BlockSchema } from '../schema/index.ts'
import type { Attribute, Block, Body } from '../syntax/ast.ts'
import { type DecodeContext, decode, type Item } from '../values/decode.ts'
import { evaluate } from '../values/evaluate.ts'
import { checkLabel, checkReserved, shorten } from '../values/names.ts'
import { placeOf, type Scope } from '../values/scope.ts'

/** A block as it was written, each value of the type that the schema asks for. */
export interface BlockSettings {
  type: string
  schema: BlockSchema
  label: string | undefined
  /** The label, or the block's type where it has none. */
  place: Place
  attributes: Map<string, Setting>
  /** By type, in the order of the file. */
  blocks: Map<string, BlockSettings[]>
  /** False where a mistake may hide attributes that are there. */
  complete: boolean
}

export interface Setting extends Item {
  name: Place
  from: 'file' | 'environment' | 'flag'
  /** The variable or flag that overrides. */
  by?: string
  /** What it came over: the same of an earlier file, of a template, or of the files. */
  over?: Setting
}

export type FileContext = Scope

/** A file, or a part of one, with what evaluating in it needs. */
export interface FilePart {
  body: Body
  scope: FileContext
}

/** What is not active yet, by its name: where it is first, and how often. */
export type LaterUses = Map<string, { place: Place; count: number }>

/** Reads a block at the top of a file, or knows it from the last time. */
export type Recall = (
  block: Block,
  context: FileContext,
  later: LaterUses,
  read: (context: FileContext, later: LaterUses) => BlockSettings,
) => BlockSettings

/** Checks a file against the schema and gives what holds; everything that does not is told, each at its place. */
export function readSettings(
  parts: readonly FilePart[],
  root: BlockSchema,
  { source, problems }: Pick<FileContext, 'source' | 'problems'>,
  recall: Recall,
): BlockSettings {
  const later: LaterUses = new Map()
  const settings = emptySettings(
    '',
    root,
    undefined,
    { source, start: 0, end: 0 },
    parts.every(({ body }) => body.complete),
  )
  for (const { body, scope } of parts) {
    for (const item of body.items) {
      if (item.kind === 'attribute') readAttribute(item, settings, [], scope, later)
      else readInnerBlock(item, settings, [], scope, later, recall)
    }
  }
  for (const [name, { place, count }] of later) {
    problems.warning(place, {
      code: 'not-active',
      message: `${name} is not active yet: it is checked, and has no effect${count > 1 ? ` (here and in ${count - 1} other ${count === 2 ? 'place' : 'places'})` : ''}.`,
    })
  }
  return settings
}

/** A block of which nothing has been read yet. */
export function emptySettings(
  type: string,
  schema: BlockSchema,
  label: string | undefined,
  place: Place,
  complete = true,
): BlockSettings {
  return { type, schema, label, place, attributes: new Map(), blocks: new Map(), complete }
}

function readBlock(
  block: { type: string; schema: BlockSchema; label: string | undefined; place: Place; body: Body },
  path: readonly string[],
  context: FileContext,
  later: LaterUses,
): BlockSettings {
  const { type, schema, label, place, body } = block
  const settings = emptySettings(type, schema, label, place, body.complete)
  for (const item of body.items) {
    if (item.kind === 'attribute') readAttribute(item, settings, path, context, later)
    else readInnerBlock(item, settings, path, context, later)
  }
  return settings
}

function readAttribute(
  attribute: Attribute,
  settings: BlockSettings,
  path: readonly string[],
  context: FileContext,
  later: LaterUses,
): void {
  const { name } = attribute
  const namePlace = placeOf(context, attribute.nameSpan)
  const { schema } = settings
  if (settings.attributes.has(name)) return
  const known = attributeSchema(schema, name)
  if (schema.anyAttribute !== undefined) {
    // Locals are worked out where they are used, and at the end.
    checkReserved(name, namePlace, context.problems)
    return
  }
  const value = evaluate(attribute.value, isInclude(settings, name) ? withoutGlobals(context) : context)
  if (known === undefined) {
    reportUnknownAttribute(attribute, settings, context)
    // So that a missing required attribute is not reported besides a misspelt one.
    settings.complete = false
    return
  }
  if (!checkReserved(name, namePlace, context.problems)) return
  if (known.later === true) noteLater(later, [...path, name], namePlace)
  if (value.kind === 'null') return
  const decodeContext: DecodeContext = { problems: context.problems, env: context.env, names: [name] }
  const item = decode(value, known.type, decodeContext)
  if (item === undefined) settings.complete = false
  else settings.attributes.set(name, { ...item, name: namePlace, from: 'file' })
}

/** Which files there are is known before what they say. */
function isInclude(settings: BlockSettings, name: string): boolean {
  return settings.type === '' && name === 'include'
}

function withoutGlobals({ globals: _, ...scope }: FileContext): FileContext {
  return scope
}

function attributeSchema(schema: BlockSchema, name: string): AttributeSchema | undefined {
  if (Object.hasOwn(schema.attributes, name)) return schema.attributes[name]
  return schema.anyAttribute === undefined ? undefined : { type: schema.anyAttribute, doc: '' }
}

/** Blocks of which a file has many, and which nothing changes once they are read: overrides do not reach into them. */
const recalled: readonly string[] = ['service', 'template']

function noteLater(later: LaterUses, path: readonly string[], place: Place): void {
  const name = path.join('.')
  const use = later.get(name)
  if (use === undefined) later.set(name, { place, count: 1 })
  else use.count += 1
}

function reportUnknownAttribute(attribute: Attribute, settings: BlockSettings, context: FileContext): void {
  const { name } = attribute
  const { schema } = settings
  const place = placeOf(context, attribute.nameSpan)
  if (!checkReserved(name, place, context.problems)) return
  if (Object.hasOwn(schema.blocks, name)) {
    context.problems.error(place, {
      code: 'block-expected',
      message: `"${name}" is a block, not an attribute.`,
      expected: `${name} { … }`,
      suggestion: 'Remove the "=".',
    })
    return
  }
  reportUnknown('attribute', name, place, settings, context)
}

function reportUnknown(
  kind: 'attribute' | 'block',
  name: string,
  place: Place,
  settings: BlockSettings,
  context: FileContext,
): void {
  const { schema, type } = settings
  const attributes = Object.keys(schema.attributes)
  const blocks = Object.keys(schema.blocks)
  const known = kind === 'attribute' ? [...attributes, ...blocks] : [...blocks, ...attributes]
  const where = type === '' ? 'at the top of a file' : `in ${type}`
  context.problems.error(place, {
    code: `unknown-${kind}`,
    message: `There is no ${kind} "${shorten(name)}" ${where}.`,
    expected: listNames(kind === 'attribute' ? attributes : blocks, kind),
    ...didYouMean(name, known),
  })
}

function listNames(names: readonly string[], kind: string): string {
  if (names.length === 0) return `no ${kind} here`
  const shown = names.slice(0, 12).join(', ')
  if (names.length === 1) return shown
  return names.length > 12 ? `one of ${shown} …` : `one of ${shown}`
}

function readInnerBlock(
  block: Block,
  settings: BlockSettings,
  path: readonly string[],
  context: FileContext,
  later: LaterUses,
  recall?: Recall,
): void {
  const typePlace = placeOf(context, block.typeSpan)
  const schema = Object.hasOwn(settings.schema.blocks, block.type) ? settings.schema.blocks[block.type] : undefined
  if (schema === undefined) {
    reportUnknownBlock(block, typePlace, settings, context)
    settings.complete = false
    return
  }
  const label = readBlockLabel(block, schema, context)
  if (label === 'wrong') return
  const innerPath = path.at(-1) === 'services' ? [block.type] : [...path, block.type]
  if (schema.later === true) noteLater(later, innerPath, typePlace)
  const head = {
    type: block.type,
    schema,
    label: label?.text,
    place: label === undefined ? typePlace : placeOf(context, label),
    body: block.body,
  }
  const read = (inside: FileContext, uses: LaterUses): BlockSettings => readBlock(head, innerPath, inside, uses)
  // What is not active as a whole is said once, not again for its parts.
  const uses: LaterUses = schema.later === true ? new Map() : later
  const isRecalled = recall !== undefined && recalled.includes(block.type)
  const inner = isRecalled ? recall(block, context, uses, read) : read(context, uses)
  const others = settings.blocks.get(block.type)
  if (others === undefined) settings.blocks.set(block.type, [inner])
  else others.push(inner)
  if (schema.many !== true && others?.[0] !== undefined) reportSecond(block.type, typePlace, others[0], context)
}

function reportSecond(type: string, place: Place, first: BlockSettings, context: FileContext): void {
  const { line } = first.place.source.position(first.place.start)
  context.problems.error(place, {
    code: 'duplicate-block',
    message: `${type} stands twice here; the first is on line ${line}.`,
    expected: 'one block of this kind',
    suggestion: 'Put both together.',
  })
}

function reportUnknownBlock(block: Block, place: Place, settings: BlockSettings, context: FileContext): void {
  if (!checkReserved(block.type, place, context.problems)) return
  if (!Object.hasOwn(settings.schema.attributes, block.type)) {
    reportUnknown('block', block.type, place, settings, context)
    return
  }
  context.problems.error(place, {
    code: 'attribute-expected',
    message: `"${block.type}" is an attribute, not a block.`,
    expected: `${block.type} = …`,
    suggestion: `Write ${block.type} = { … }.`,
  })
}

function readBlockLabel(block: Block, schema: BlockSchema, context: FileContext) {
  const [label, second] = block.labels
  const { problems } = context
  const extra = schema.label === 'none' ? label : second
  if (extra !== undefined) {
    problems.error(placeOf(context, extra), {
      code: 'extra-label',
      message:
        schema.label === 'none'
          ? `${block.type} takes no name.`
          : `${block.type} takes one name, not ${block.labels.length}.`,
      expected: schema.label === 'none' ? `${block.type} { … }` : `${block.type} "name" { … }`,
      suggestion: `Remove "${shorten(extra.text)}".`,
    })
    return 'wrong' as const
  }
  if (label === undefined) {
    if (schema.label !== 'one') return undefined
    problems.error(placeOf(context, block.typeSpan), {
      code: 'missing-label',
      message: `A ${block.type} needs a name.`,
      expected: `${block.type} "name" { … }`,
    })
    return 'wrong' as const
  }
  return checkLabel(block.type, label.text, placeOf(context, label), problems) ? label : ('wrong' as const)
}

/** Tells what a merged block cannot do without and does not have. */
export function reportMissing(settings: BlockSettings, problems: Problems): void {
  for (const [name, attribute] of Object.entries(settings.schema.attributes)) {
    if (attribute.required !== true || settings.attributes.has(name)) continue
    const label = settings.label === undefined ? '' : ` "${settings.label}"`
    problems.error(settings.place, {
      code: 'missing-attribute',
      message: `${settings.type}${label} has no ${name}.`,
      expected: `${name} = …: ${attribute.doc}`,
    })
  }
}

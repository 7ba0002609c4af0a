import type { Completion } from '../../../../contract/index.ts'
import type { AttributeSchema, AttributeType, BlockSchema } from '../../schema/index.ts'
import type { Span } from '../../syntax/source.ts'
import { helpOf, helpOfBlock, shortType } from '../types.ts'
import { type Asked, item, plainInsert } from './asked.ts'
import { namesOfKind } from './names.ts'

/** Attributes and blocks that may stand in a block and do not yet: what must be there first, then in the schema's order. */
export function completeItem(spot: Span, { frame, file, offset, workspace }: Asked): Completion[] {
  const { schema } = frame
  if (schema === undefined) return []
  if (schema.anyAttribute !== undefined) {
    return namesOfKind(workspace, 'local', false).map((name) =>
      item('name', name, { detail: 'local, used and not declared', insert: `${plainInsert(name)} = \${1}` }),
    )
  }
  const { text } = file.source
  const after = text.slice(Math.max(spot.end, offset)).match(/^[ \t]*(=(?!=)|\{|")?/)?.[1]
  const set = new Set(frame.items.flatMap(({ name, start }) => (start === spot.start ? [] : [name])))
  const attributes = Object.entries(schema.attributes)
    .filter(([name]) => !set.has(name) && after !== '{' && after !== '"')
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([name, attribute]) => attributeItem(name, attribute, after === '='))
  const blocks = Object.entries(schema.blocks)
    .sort(([a], [b]) => place(a) - place(b))
    .filter(([name, block]) => (block.many === true || !set.has(name)) && after !== '=')
    .map(([name, block]) => blockItem(name, block, after !== undefined))
  return frame.type === '' ? [...blocks, ...attributes] : [...attributes, ...blocks]
}

/** What files mostly hold comes first; the rest keeps its order. */
const usual = ['service', 'variable', 'locals', 'template', 'group', 'app', 'services']

function place(name: string): number {
  const at = usual.indexOf(name)
  return at === -1 ? usual.length : at
}

function rank({ required, later }: AttributeSchema): number {
  if (required === true) return 0
  return later === true ? 2 : 1
}

function attributeItem(name: string, attribute: AttributeSchema, hasValue: boolean): Completion {
  return {
    kind: 'attribute',
    label: name,
    detail: shortType(attribute.type),
    help: helpOf(attribute),
    insert: hasValue ? name : `${name} = ${valueFor(attribute.type, presetOf(attribute), 1)}`,
  }
}

/** What one would write first: the default, so that one sees what one changes. */
function presetOf({ default: preset }: AttributeSchema): string {
  return typeof preset === 'object' || preset === undefined ? '' : String(preset)
}

function valueFor(type: AttributeType, preset: string, mark: number): string {
  const place = preset === '' ? `\${${mark}}` : `\${${mark}:${plainInsert(preset)}}`
  switch (type.is) {
    case 'bool':
      // One writes it down in order to have it otherwise.
      return `\${${mark}:${preset === 'true' ? 'false' : 'true'}}`
    case 'number':
    case 'any':
      return place
    case 'list':
      return type.of.is === 'number' ? `[\${${mark}}]` : `["\${${mark}}"]`
    case 'map':
      return `{\n  \${${mark}:name} = ${valueFor(type.of, '', mark + 1)}\n}`
    default:
      return `"${place}"`
  }
}

function blockItem(name: string, block: BlockSchema, hasMore: boolean): Completion {
  return {
    kind: 'block',
    label: name,
    detail: { none: '{ … }', one: '"name" { … }', optional: '["name"] { … }' }[block.label],
    help: helpOfBlock(block),
    insert: hasMore ? name : snippetOf(name, block),
  }
}

/** A block with what it cannot do without. */
function snippetOf(name: string, block: BlockSchema): string {
  let mark = 0
  const next = (): number => {
    mark += 1
    return mark
  }
  const label = block.label === 'one' ? ` "\${${next()}:name}"` : ''
  const lines = Object.entries(block.attributes).flatMap(([attribute, { required, type }]) =>
    required === true ? [`  ${attribute} = ${valueFor(type, '', next())}`] : [],
  )
  return [`${name}${label} {`, ...lines, '  $0', '}'].join('\n')
}

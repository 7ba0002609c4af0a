import { describeFunctions } from './functions/index.ts'
import { type AttributeSchema, type AttributeType, type BlockSchema, rootSchema } from './schema/index.ts'
import { nameType } from './values/words.ts'

/** The reference of everything that a configuration may hold, as Markdown, from what validation itself goes by. */
export function renderReference(): string {
  const lines = [
    '# Configuration reference',
    '',
    'Made by `npx tsx scripts/reference.mjs` from the schema that `hxe config validate` goes by; a test holds that both agree.',
    'What is marked _not active yet_ is checked and has no effect. `docs/schema.json` says the same as JSON schema.',
    '',
    ...section('', rootSchema),
  ]
  for (const [path, block] of blocksOf(rootSchema, '')) lines.push(...section(path, block))
  lines.push('## Functions', '')
  for (const { usage, doc } of describeFunctions()) lines.push(`- \`${usage}\` — ${doc}`)
  return `${lines.join('\n')}\n`
}

/** Every block once, by the path that leads to it; a service's are the same wherever it stands. */
function blocksOf(schema: BlockSchema, path: string): [string, BlockSchema][] {
  return Object.entries(schema.blocks).flatMap(([type, block]): [string, BlockSchema][] => {
    if (type === 'template' || (type === 'service' && path === 'services')) return []
    const at = path === '' ? type : `${path}.${type}`
    return [[at, block], ...blocksOf(block, at)]
  })
}

function section(path: string, block: BlockSchema): string[] {
  const type = path.split('.').at(-1) ?? ''
  const labels = { none: '', one: ' "name"', optional: ' ["name"]' }[block.label]
  const later = block.later === true ? ' _Not active yet._' : ''
  const head =
    path === ''
      ? ['## At the top of a file', '']
      : [`## ${path}`, '', `\`${type}${labels} { … }\` — ${block.doc}${later}`, '']
  const own = Object.entries(block.attributes).map(([name, attribute]) => attributeLine(name, attribute))
  if (block.anyAttribute !== undefined) own.push('- any name — a value')
  const inner = Object.entries(block.blocks).map(
    ([name, { doc, later: isLater }]) => `- \`${name} { … }\` — ${doc}${isLater === true ? ' _Not active yet._' : ''}`,
  )
  return [...head, ...own, ...inner, '']
}

function attributeLine(name: string, attribute: AttributeSchema): string {
  const { type, doc, default: preset, required, later } = attribute
  const notes = [
    required === true ? 'required' : '',
    preset === undefined || preset === '' ? '' : `default \`${JSON.stringify(preset)}\``,
    later === true ? '_not active yet_' : '',
  ].filter((note) => note !== '')
  return `- \`${name}\`: ${[nameType(type), ...notes].join('; ')}. ${doc}`
}

type Json = Record<string, unknown>

/** A JSON schema of the configuration in HCL's JSON form, where a labelled block is an object by its labels. */
export function jsonSchema(): Json {
  const service = blockOf(rootSchema.blocks.service ?? rootSchema)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'HXE configuration',
    ...blockOf(rootSchema),
    $defs: { service },
  }
}

function blockOf(schema: BlockSchema): Json {
  const properties: Json = {}
  for (const [name, attribute] of Object.entries(schema.attributes)) properties[name] = attributeOf(attribute)
  for (const [type, block] of Object.entries(schema.blocks)) {
    const known = properties[type]
    const own = labelledOf(type, block)
    properties[type] = known === undefined ? own : { anyOf: [known, own] }
  }
  const required = Object.entries(schema.attributes).flatMap(([name, attribute]) =>
    attribute.required === true ? [name] : [],
  )
  return {
    description: schema.doc,
    type: 'object',
    properties,
    additionalProperties: schema.anyAttribute !== undefined,
    ...(required.length === 0 ? {} : { required }),
  }
}

function labelledOf(type: string, block: BlockSchema): Json {
  const inner: Json = type === 'service' || type === 'template' ? { $ref: '#/$defs/service' } : blockOf(block)
  const one = block.label === 'one' ? { type: 'object', additionalProperties: inner } : inner
  return block.many === true && block.label !== 'one' ? { anyOf: [one, { type: 'array', items: one }] } : one
}

function attributeOf({ type, doc, default: preset }: AttributeSchema): Json {
  return { description: doc, ...typeOf(type), ...(preset === undefined ? {} : { default: preset }) }
}

/** In HCL's JSON form every value may also be a template, which is a text. */
function typeOf(type: AttributeType): Json {
  switch (type.is) {
    case 'bool':
      return { type: ['boolean', 'string'] }
    case 'number':
      return {
        type: [type.whole === true ? 'integer' : 'number', 'string'],
        ...(type.min === undefined ? {} : { minimum: type.min }),
        ...(type.max === undefined ? {} : { maximum: type.max }),
      }
    case 'list':
      return type.single === true
        ? { anyOf: [typeOf(type.of), { type: 'array', items: typeOf(type.of) }] }
        : { anyOf: [{ type: 'array', items: typeOf(type.of) }, { type: 'string' }] }
    case 'map':
      return { anyOf: [{ type: 'object', additionalProperties: typeOf(type.of) }, { type: 'string' }] }
    case 'any':
      return {}
    case 'text':
      return type.oneOf === undefined
        ? { type: 'string' }
        : { anyOf: [{ enum: [...type.oneOf] }, { pattern: '[$%]\\{' }] }
    default:
      return { type: 'string', examples: [nameType(type)] }
  }
}

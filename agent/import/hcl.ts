import { type AttributeType, type BlockSchema, quoteText, serviceSchema } from '../config/index.ts'
import { Template, type Value, type Values } from './types.ts'

export interface WriteOptions {
  /** `env:NAME` and the like are meant as the notation that they are, not as text of another program. */
  notation?: boolean
}

/** A service as HCL. What the language does not know is left out: `unknownNames` tells beforehand. */
export function writeService(name: string, values: Values, options: WriteOptions = {}): string {
  return `service ${quoteText(name)} {\n${writeBody(values, serviceSchema, options, '  ')}}\n`
}

/** Names that are neither an attribute nor a block of a service. */
export function unknownNames(values: Values): string[] {
  return Object.keys(values).filter(
    (name) => !Object.hasOwn(serviceSchema.attributes, name) && !Object.hasOwn(serviceSchema.blocks, name),
  )
}

function writeBody(values: Values, schema: BlockSchema, options: WriteOptions, indent: string): string {
  const entries = Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined)
  const attributes = entries.filter(([name, value]) => isAttribute(name, value, schema))
  const width = Math.max(0, ...attributes.map(([name]) => name.length))
  const lines = attributes.map(
    ([name, value]) => `${indent}${name.padEnd(width)} = ${writeValue(value, options, indent, typeOf(schema, name))}\n`,
  )
  const blocks = entries.flatMap(([name, value]) => {
    const inner = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined
    if (inner === undefined || isAttribute(name, value, schema)) return []
    return listOf(value).map((item) => writeBlock(name, item, inner, options, indent))
  })
  return [lines.join(''), ...blocks].filter((part) => part !== '').join('\n')
}

function writeBlock(name: string, value: Value, schema: BlockSchema, options: WriteOptions, indent: string): string {
  const values = isValues(value) ? value : {}
  const label = schema.label === 'none' ? undefined : values.label
  const head = typeof label === 'string' ? `${name} ${quoteText(label)}` : name
  const rest = schema.label === 'none' ? values : { ...values, label: undefined }
  return `${indent}${head} {\n${writeBody(rest, schema, options, `${indent}  `)}${indent}}\n`
}

/** `depends_on` is both: an attribute where it is a list of names. */
function isAttribute(name: string, value: Value, schema: BlockSchema): boolean {
  if (!Object.hasOwn(schema.attributes, name)) return !Object.hasOwn(schema.blocks, name)
  return !Object.hasOwn(schema.blocks, name) || !listOf(value).some(isValues)
}

const typeOf = (schema: BlockSchema, name: string): AttributeType | undefined =>
  Object.hasOwn(schema.attributes, name) ? schema.attributes[name]?.type : undefined

const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? (value as readonly Value[]) : [value])

function isValues(value: Value | undefined): value is Values {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Template)
}

const longestLine = 100

function writeValue(value: Value, options: WriteOptions, indent: string, type?: AttributeType): string {
  if (value instanceof Template) return writeTemplate(value)
  if (typeof value === 'string') return writeText(value, options, type)
  if (typeof value === 'number') return Number.isFinite(value) ? plainNumber(value) : 'null'
  if (typeof value === 'boolean') return String(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map((item) => writeValue(item, options, inner, itemType(type)))
    const line = `[${items.join(', ')}]`
    if (line.length <= longestLine) return line
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`
  }
  const entries = Object.entries(value as Values).filter((entry): entry is [string, Value] => entry[1] !== undefined)
  if (entries.length === 0) return '{}'
  const keys = entries.map(([name]) => writeKey(name))
  const width = Math.max(...keys.map((key) => key.length))
  const lines = entries.map(
    ([, item], index) =>
      `${inner}${(keys[index] ?? '').padEnd(width)} = ${writeValue(item, options, inner, itemType(type))}\n`,
  )
  return `{\n${lines.join('')}${indent}}`
}

/** HCL reads 1e21 as well, but people do not. */
const plainNumber = (value: number): string => (Number.isInteger(value) ? BigInt(value).toString() : String(value))

const itemType = (type: AttributeType | undefined): AttributeType | undefined =>
  type?.is === 'list' || type?.is === 'map' ? type.of : undefined

const words = new Set(['true', 'false', 'null', 'for', 'if', 'in'])
const writeKey = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !words.has(name) ? name : quoteText(name)

/** Another program's text that looks like the notation for a reference is kept from being read as one. */
function writeText(text: string, options: WriteOptions, type: AttributeType | undefined): string {
  const isLate = type === undefined || (type.is === 'text' && (type.late === true || type.env === true))
  const notation = isLate && options.notation !== true ? /^(?:env|credential|file)(?=:)/.exec(text)?.[0] : undefined
  if (notation === undefined) return quoteText(text)
  // Only a text that is put together at the start is never taken for the notation; nothing sets this variable.
  return `"\${env("HXE_LITERAL", "${notation}")}${quoteText(text.slice(notation.length)).slice(1)}`
}

function writeTemplate({ parts }: Template): string {
  const inner = parts.map((part, index) => {
    if (typeof part === 'string') {
      const text = quoteText(part).slice(1, -1)
      // A "$" right before a reference would make it an escaped one.
      return typeof parts[index + 1] === 'object' && text.endsWith('$') ? `${text.slice(0, -1)}\${"$"}` : text
    }
    if (part.fallback === undefined) return `\${env.${part.env}}`
    return `\${env(${quoteText(part.env)}, ${quoteText(part.fallback)})}`
  })
  return `"${inner.join('')}"`
}

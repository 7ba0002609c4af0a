import type { AttributeType, BlockSchema } from '../schema/index.ts'

/** A value as JSON has it; in a service, blocks are objects, or lists of them. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

export interface Style {
  /** What each line but the first begins with. */
  indent: string
  unit: string
  newline: string
  /** Writes values that are no JSON, or texts in a way of their own; undefined leaves a value to the rule. */
  custom?: (value: unknown, type: AttributeType | undefined) => string | undefined
}

export const plainStyle: Style = { indent: '', unit: '  ', newline: '\n' }
const deeper = (style: Style): Style => ({ ...style, indent: style.indent + style.unit })

/** A text as HCL writes it, with everything escaped that would mean something else. */
export function quoteText(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/([$%])\{/g, '$1$1{')
    .replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${escaped}"`
}

const longestLine = 100

/** A value as HCL, after `name = `. */
export function printValue(value: Json, style: Style, type?: AttributeType, multiline = false): string {
  const custom = style.custom?.(value, type)
  if (custom !== undefined) return custom
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? printNumber(value) : 'null'
  if (typeof value !== 'object' || value === null) return String(value)
  return isList(value) ? printList(value, style, type, multiline) : printMap(value, style, type)
}

function printList(list: readonly Json[], style: Style, type: AttributeType | undefined, multiline: boolean): string {
  const inner = deeper(style)
  const items = list.map((item) => printValue(item, inner, itemType(type)))
  const line = `[${items.join(', ')}]`
  const { indent, newline } = style
  if (items.length === 0 || (!multiline && line.length <= longestLine && !line.includes('\n'))) return line
  return `[${newline}${items.map((item) => `${inner.indent}${item},${newline}`).join('')}${indent}]`
}

function printMap(map: JsonObject, style: Style, type: AttributeType | undefined): string {
  const inner = deeper(style)
  const { indent, newline } = style
  const entries = entriesOf(map).map(([name, value]) => [printKey(name), value] as const)
  if (entries.length === 0) return '{}'
  const width = Math.max(...entries.map(([key]) => key.length))
  const lines = entries.map(
    ([key, value]) => `${inner.indent}${key.padEnd(width)} = ${printValue(value, inner, itemType(type))}${newline}`,
  )
  return `{${newline}${lines.join('')}${indent}}`
}

/** A block, or the service itself, from its first word to its closing brace. */
export function printBlock(head: string, values: JsonObject, schema: BlockSchema, style: Style): string {
  const body = printBody(values, schema, deeper(style))
  return body === '' ? `${head} {}` : `${head} {${style.newline}${body}${style.indent}}`
}

function printBody(values: JsonObject, schema: BlockSchema, style: Style): string {
  const entries = entriesOf(values)
  const attributes = entries.filter(([name, value]) => isAttribute(name, value, schema))
  const width = Math.max(0, ...attributes.map(([name]) => name.length))
  const lines = attributes.map(([name, value]) => {
    const type = attributeType(schema, name)
    return `${style.indent}${name.padEnd(width)} = ${printValue(value, style, type)}${style.newline}`
  })
  const blocks = entries.flatMap(([name, value]) => {
    const inner = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined
    if (inner === undefined || isAttribute(name, value, schema)) return []
    return (isList(value) ? value : [value]).map((item) => {
      const { head, rest } = headOf(name, isMap(item) ? item : {}, inner)
      return `${style.indent}${printBlock(head, rest, inner, style)}${style.newline}`
    })
  })
  return [lines.join(''), ...blocks].filter((part) => part !== '').join(style.newline)
}

/** `health_check "ready"`: a block's label is the member `label` of its values. */
export function headOf(type: string, values: JsonObject, schema: BlockSchema): { head: string; rest: JsonObject } {
  if (schema.label === 'none') return { head: type, rest: values }
  const { label, ...rest } = values
  return { head: typeof label === 'string' ? `${type} ${quoteText(label)}` : type, rest }
}

/** `depends_on` is both: an attribute where it is a list of names. */
export function isAttribute(name: string, value: Json, schema: BlockSchema): boolean {
  if (!Object.hasOwn(schema.attributes, name)) return !Object.hasOwn(schema.blocks, name)
  return !Object.hasOwn(schema.blocks, name) || !(isList(value) ? value : [value]).some(isMap)
}

export const attributeType = (schema: BlockSchema, name: string): AttributeType | undefined =>
  Object.hasOwn(schema.attributes, name) ? schema.attributes[name]?.type : schema.anyAttribute

export const itemType = (type: AttributeType | undefined): AttributeType | undefined =>
  type?.is === 'list' || type?.is === 'map' ? type.of : type?.is === 'any' ? type : undefined

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value)
export function isMap(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const entriesOf = (values: JsonObject): [string, Json][] =>
  Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined)

/** HCL reads 1e21 as well, but people do not. */
const printNumber = (value: number): string => (Number.isInteger(value) ? BigInt(value).toString() : String(value))

const words = new Set(['true', 'false', 'null', 'for', 'if', 'in'])
export const printKey = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !words.has(name) ? name : quoteText(name)

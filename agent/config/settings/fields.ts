import type { LateText } from '../model.ts'
import type { Place } from '../problems.ts'
import type { AttributeSchema, BlockSchema } from '../schema/index.ts'
import type { Item } from '../values/decode.ts'
import { parseCpu, parseSize, parseSpan } from '../values/units.ts'
import type { BlockSettings, Setting } from './read.ts'

/** The values of one block, with the defaults of the schema where the files say nothing. */
export class Fields {
  readonly block: BlockSettings | undefined
  private readonly schema: BlockSchema

  constructor(schema: BlockSchema, block: BlockSettings | undefined) {
    this.schema = schema
    this.block = block
  }

  setting(name: string): Setting | undefined {
    return this.block?.attributes.get(name)
  }

  has(name: string): boolean {
    return this.setting(name) !== undefined
  }

  /** The inner block of a type that stands at most once. */
  inner(type: string): Fields {
    return new Fields(this.innerSchema(type), this.block?.blocks.get(type)?.[0])
  }

  all(type: string): Fields[] {
    return (this.block?.blocks.get(type) ?? []).map((block) => new Fields(this.innerSchema(type), block))
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? 0
  }

  optionalNumber(name: string): number | undefined {
    const value = this.value(name)
    return typeof value === 'number' ? value : undefined
  }

  bool(name: string): boolean {
    return this.value(name) === true
  }

  text(name: string): string {
    return this.optionalText(name) ?? ''
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name)
    return typeof value === 'string' ? value : undefined
  }

  late(name: string): LateText | undefined {
    const value = this.setting(name)?.value
    return value === undefined ? undefined : asLate(value)
  }

  items(name: string): readonly Item[] {
    const value = this.setting(name)?.value
    return Array.isArray(value) ? value : []
  }

  lates(name: string): LateText[] {
    return this.items(name).flatMap(({ value }) => asLate(value) ?? [])
  }

  texts(name: string): string[] {
    return this.items(name).flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
  }

  numbers(name: string): number[] {
    if (!this.has(name)) return defaultNumbers(this.schema.attributes[name])
    return this.items(name).flatMap(({ value }) => (typeof value === 'number' ? [value] : []))
  }

  entries(name: string): ReadonlyMap<string, Item & { key: Place }> {
    const value = this.setting(name)?.value
    return value instanceof Map ? value : new Map()
  }

  /** A map of texts as a plain object without a prototype. */
  textMap(name: string): Record<string, string> {
    const texts: Record<string, string> = Object.create(null)
    for (const [key, { value }] of this.entries(name)) if (typeof value === 'string') texts[key] = value
    return texts
  }

  private value(name: string) {
    return this.setting(name)?.value ?? defaultValue(this.schema.attributes[name])
  }

  private innerSchema(type: string): BlockSchema {
    const schema = this.schema.blocks[type]
    if (schema === undefined) throw new Error(`The schema has no block ${type}`)
    return schema
  }
}

function asLate(value: unknown): LateText | undefined {
  return typeof value === 'object' && value !== null && 'parts' in value ? (value as LateText) : undefined
}

/** A default as the value that the files would have given. */
function defaultValue(schema: AttributeSchema | undefined): string | number | boolean | undefined {
  const written = schema?.default
  if (schema === undefined || typeof written === 'object') return undefined
  if (typeof written !== 'string') return written
  if (schema.type.is === 'duration') return parseSpan(written)
  if (schema.type.is === 'size') return parseSize(written)
  return schema.type.is === 'cpu' ? parseCpu(written) : written
}

function defaultNumbers(schema: AttributeSchema | undefined): number[] {
  const written = schema?.default
  return Array.isArray(written) ? written.filter((value): value is number => typeof value === 'number') : []
}

import { didYouMean, type Place, type Problems } from '../problems.ts'
import { type AttributeType, type BlockSchema, rootSchema } from '../schema/index.ts'
import { Source } from '../syntax/source.ts'
import { decode } from '../values/decode.ts'
import type { Value } from '../values/value.ts'
import { laidOver } from './merge.ts'
import type { BlockSettings, Setting } from './read.ts'
import { evaluateWritten } from './written.ts'

/** A value from outside the files: `path` is `agent.metrics.interval`, `by` the variable or flag that gave it. */
export interface Override {
  path: string
  value: string
  by: string
}

/** The overrides that an environment holds: names of the form `HXE_BLOCK__ATTRIBUTE`, and no others. */
export function overridesOf(env: Readonly<Record<string, string | undefined>>): Override[] {
  const overrides: Override[] = []
  for (const [by, value] of Object.entries(env)) {
    if (
      value === undefined ||
      !/^HXE_[A-Z0-9]+(?:_[A-Z0-9]+)*__[A-Z0-9_]*[A-Z0-9]$/.test(by) ||
      by.startsWith('HXE_VAR_')
    )
      continue
    overrides.push({ path: by.slice('HXE_'.length).toLowerCase().replaceAll('__', '.'), value, by })
  }
  return overrides.sort((a, b) => (a.by < b.by ? -1 : 1))
}

export interface OverrideContext {
  problems: Problems
  env: Readonly<Record<string, string | undefined>>
}

/** Lays overrides over the merged files. */
export function applyOverrides(
  root: BlockSettings,
  overrides: readonly Override[],
  from: Setting['from'],
  context: OverrideContext,
): void {
  for (const override of overrides) {
    const place = { source: new Source(override.by, override.value), start: 0, end: override.value.length }
    const target = find(override, place, context.problems)
    if (target === undefined) continue
    const value = readValue(override.value, target.type, place, context.problems)
    const item = decode(value, target.type, { ...context, names: [target.name] })
    if (item !== undefined) {
      const { attributes } = descend(root, target.blocks, place)
      const setting: Setting = { ...item, name: place, from, by: override.by }
      const lower = attributes.get(target.name)
      attributes.set(target.name, lower === undefined ? setting : laidOver(setting, lower))
    }
  }
}

interface Target {
  blocks: { type: string; schema: BlockSchema }[]
  name: string
  type: AttributeType
}

/** The attribute that an override means; a name that means none is a warning, since it may be meant for another version. */
function find(override: Override, place: Place, problems: Problems): Target | undefined {
  const names = override.path.split('.')
  const blocks: Target['blocks'] = []
  let schema = rootSchema
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1
    const attribute = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined
    if (isLast && attribute !== undefined && blocks.length > 0) return { blocks, name, type: attribute.type }
    const inner = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined
    if (isLast || inner === undefined || inner.label === 'one' || inner.many === true) {
      const known = isLast ? Object.keys(schema.attributes) : overridable(schema)
      problems.warning(place, {
        code: 'unknown-override',
        message: `${override.by} overrides nothing: there is no ${names.slice(0, index + 1).join('.')}.`,
        expected: 'HXE_BLOCK__ATTRIBUTE, such as HXE_AGENT__LOG_LEVEL',
        ...didYouMean(name, known),
      })
      return undefined
    }
    blocks.push({ type: name, schema: inner })
    schema = inner
  }
  return undefined
}

function overridable(schema: BlockSchema): string[] {
  return Object.entries(schema.blocks).flatMap(([name, block]) =>
    block.label !== 'one' && block.many !== true ? [name] : [],
  )
}

/** Text as it stands where the schema asks for text; else the HCL that it is, so that lists and maps can be given. */
function readValue(text: string, type: AttributeType, place: Place, problems: Problems): Value {
  if (type.is === 'list' && type.of.is === 'text' && !text.trim().startsWith('[')) {
    const items = text.split(',').map((part) => textValue(part.trim(), place))
    return { kind: 'list', items, place }
  }
  if (type.is !== 'bool' && type.is !== 'number' && type.is !== 'list' && type.is !== 'map')
    return textValue(text, place)
  // What is not HCL is refused as a text by the type.
  return evaluateWritten(text, place, problems) ?? textValue(text, place)
}

function textValue(text: string, place: Place): Value {
  return { kind: 'text', parts: [text], place }
}

function descend(root: BlockSettings, blocks: Target['blocks'], place: Place): BlockSettings {
  let at = root
  for (const { type, schema } of blocks) {
    let inner = at.blocks.get(type)?.[0]
    if (inner === undefined) {
      inner = { type, schema, label: undefined, place, attributes: new Map(), blocks: new Map(), complete: true }
      at.blocks.set(type, [inner])
    }
    at = inner
  }
  return at
}

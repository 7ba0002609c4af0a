import type { Configuration, Origin } from './model.ts'
import { type AttributeSchema, type BlockSchema, rootSchema, serviceSchema } from './schema/index.ts'
import { mask } from './values/secrets.ts'

/** Where a value was written, or the variable or flag that gave it. */
export interface ConfigPlace {
  origin: string
  file?: string
  line?: number
  column?: number
}

export interface ConfigItem extends ConfigPlace {
  path: string
  value: unknown
  masked: boolean
  /** What it came over, the nearest first. */
  overrides?: ConfigPlace[]
}

/**
 * Every value that makes a service what it is, with where it came from: what was written first, then the defaults of the
 * schema. Without a name, the same for everything that is no service. Secrets are masked.
 */
export function describeConfig(configuration: Configuration, service?: string): ConfigItem[] {
  const written = configuration.origins.filter((origin) => origin.service === service)
  const items = written.map((origin) => describeOrigin(origin))
  const known = new Set(items.map(({ path }) => path))
  // Two ways to say the same: the default of the one is not so where the other is written.
  if (known.has(`services.${service}.resources.restart_policy`)) known.add(`services.${service}.restart.policy`)
  const defaults =
    service === undefined
      ? [...defaultsOf(rootSchema.blocks.agent, 'agent.'), ...defaultsOf(rootSchema.blocks.server, 'server.')]
      : defaultsOf(serviceSchema, `services.${service}.`)
  return [...items, ...defaults.filter(({ path }) => !known.has(path))]
}

function describeOrigin(origin: Origin): ConfigItem {
  const { path, value, secret, over = [] } = origin
  return {
    path,
    value: secret ? maskValue(value) : value,
    masked: secret,
    ...placeOf(origin),
    ...(over.length === 0 ? {} : { overrides: over.map(placeOf) }),
  }
}

function placeOf({ source, range, by }: Pick<Origin, 'source' | 'range' | 'by'>): ConfigPlace {
  const origin = by ?? source
  return range === undefined ? { origin } : { origin, file: range.file, line: range.line, column: range.column }
}

/** A reference is no secret, only what it leads to: which variable holds a password may be seen. */
function maskValue(value: unknown): unknown {
  return typeof value === 'string' && /^(?:env|credential|file):/.test(value) ? value : mask
}

/** The defaults of blocks that stand at most once; what may stand often has none until it is written. */
function defaultsOf(schema: BlockSchema | undefined, prefix: string): ConfigItem[] {
  if (schema === undefined || schema.later === true) return []
  const own = Object.entries(schema.attributes).flatMap(([name, attribute]) =>
    describeDefault(prefix + name, attribute),
  )
  const inner = Object.entries(schema.blocks).flatMap(([type, block]) =>
    block.label === 'none' && block.many !== true ? defaultsOf(block, `${prefix}${type}.`) : [],
  )
  return [...own, ...inner]
}

function describeDefault(path: string, attribute: AttributeSchema): ConfigItem[] {
  if (attribute.default === undefined || attribute.later === true) return []
  return [{ path, value: attribute.default, masked: false, origin: 'default' }]
}

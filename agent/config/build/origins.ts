import type { LateText, Origin } from '../model.ts'
import type { BlockSettings, Setting } from '../settings/read.ts'
import type { Decoded, Item } from '../values/decode.ts'
import { looksSecret, mask, maskAddress } from '../values/secrets.ts'

/** Where every value that was written came from, in the order of the files. */
export function collectOrigins(root: BlockSettings): Origin[] {
  const origins: Origin[] = []
  collect(root, { path: '' }, origins)
  return origins
}

interface Where {
  path: string
  service?: string
}

function collect(block: BlockSettings, where: Where, origins: Origin[]): void {
  for (const [name, setting] of block.attributes) {
    const { value } = setting
    const isHidden = block.schema.attributes[name]?.secret === true
    if (!(value instanceof Map))
      addOrigin(
        join(where, name),
        name,
        setting,
        { ...setting, ...(isHidden && { secret: true }) },
        overridden(setting),
        origins,
      )
    else {
      for (const [key, item] of value) {
        addOrigin(
          join(join(where, name), key),
          key,
          item,
          { ...setting, ...(isHidden && { secret: true }) },
          overridden(setting, key),
          origins,
        )
      }
    }
  }
  for (const [type, blocks] of block.blocks) {
    const isOne = blocks.length === 1 && blocks[0]?.schema.many !== true
    for (const [index, inner] of blocks.entries()) {
      const step = inner.label ?? (isOne ? '' : String(index))
      const at = join(join(where, type === 'service' ? 'services' : type), step)
      if (type === 'service')
        for (const origin of originsOf(inner, { path: at.path, service: step })) origins.push(origin)
      else collect(inner, at, origins)
    }
  }
}

/** Those of a service, known from an earlier load where its block is. */
const known = new WeakMap<BlockSettings, Origin[]>()

function originsOf(service: BlockSettings, where: Where): readonly Origin[] {
  const before = known.get(service)
  if (before !== undefined) return before
  const own: Origin[] = []
  collect(service, where, own)
  known.set(service, own)
  return own
}

function join({ path, service }: Where, step: string): Where {
  const joined = path === '' || step === '' ? path + step : `${path}.${step}`
  return service === undefined ? { path: joined } : { path: joined, service }
}

/** @param setting what the value belongs to: the attribute itself, or the map that it is an entry of */
function addOrigin(
  { path, service }: Where,
  name: string,
  item: Item,
  { from, by, secret }: Setting,
  over: Origin['over'],
  origins: Origin[],
): void {
  const hidden = secret === true || item.secret === true || isSecret(name, item.value)
  const origin: Origin = { path, value: shown(item, item.value), secret: hidden, source: from }
  if (service !== undefined) origin.service = service
  // The place of an override is its variable's own text, which is no file.
  if (by === undefined) origin.range = item.place.source.range(item.place)
  else origin.by = by
  if (over !== undefined) origin.over = over
  origins.push(origin)
}

/** What a setting came over, the nearest first; of a map's entry, where the maps below have it too. */
function overridden({ over }: Setting, key?: string): Origin['over'] {
  if (over === undefined) return undefined
  const { value, from, by } = over
  const item = key === undefined ? over : value instanceof Map ? value.get(key) : undefined
  const further = overridden(over, key) ?? []
  if (item === undefined) return further
  const { place } = item
  return [{ source: from, ...(by === undefined ? { range: place.source.range(place) } : { by }) }, ...further]
}

function isSecret(name: string, value: Decoded): boolean {
  if (typeof value === 'object' && 'parts' in value) return value.secret
  return typeof value === 'string' && looksSecret(name)
}

/** What a person wrote, references in their notation: nothing that only the running service should know. */
function shown(setting: Item, value: Decoded): unknown {
  if (Array.isArray(value)) return value.map((item) => showItem(item.written ?? item.value))
  return showItem(setting.written ?? value)
}

function showItem(value: Decoded | string | number | boolean): unknown {
  if (typeof value === 'string') return maskAddress(value)
  if (typeof value !== 'object') return value
  return 'parts' in value ? showLate(value) : undefined
}

/** A late text as it is written: `env:NAME`, or with its references in place. */
function showLate(text: LateText): string {
  const [only] = text.parts
  if (text.parts.length === 1 && only !== undefined && typeof only !== 'string') {
    if (only.from === 'file') return `file:${only.path}`
    if (only.from === 'credential') return `credential:${only.name}`
    return only.fallback === undefined
      ? `env:${only.name}`
      : `\${env("${only.name}", ${text.secret ? mask : JSON.stringify(only.fallback)})}`
  }
  const parts = text.parts.map((part) => {
    if (typeof part === 'string') return part
    return `\${${part.from === 'file' ? `file:${part.path}` : `${part.from}.${part.name}`}}`
  })
  return maskAddress(parts.join(''))
}

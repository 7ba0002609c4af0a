import type { Value } from '../values/value.ts'
import type { CallContext } from './spec.ts'

/** How deep JSON may be. */
const maxDepth = 100

/** A value as JSON has it, maps with their keys in order. References that are not known yet stand as empty texts. */
export function toJson(value: Value): unknown {
  switch (value.kind) {
    case 'text':
      return value.parts.map((part) => (typeof part === 'string' ? part : '')).join('')
    case 'number':
      return value.number
    case 'bool':
      return value.bool
    case 'list':
      return value.items.map(toJson)
    case 'map': {
      const object: Record<string, unknown> = Object.create(null)
      for (const key of [...value.entries.keys()].sort()) {
        const entry = value.entries.get(key)
        if (entry !== undefined) object[key] = toJson(entry.value)
      }
      return object
    }
    default:
      return null
  }
}

/** The value of what JSON says, or `undefined` where it is too deep. */
export function fromJson(json: unknown, call: CallContext, depth = 0): Value | undefined {
  const { place } = call
  if (depth > maxDepth) return undefined
  if (json === null) return { kind: 'null', place }
  if (typeof json === 'string') return call.text(json)
  if (typeof json === 'number') return call.number(json)
  if (typeof json === 'boolean') return call.bool(json)
  if (Array.isArray(json)) {
    const items = json.map((item) => fromJson(item, call, depth + 1))
    return items.every((item) => item !== undefined) ? call.list(items) : undefined
  }
  const entries: [string, Value][] = []
  for (const [key, inner] of Object.entries(json as object)) {
    const value = fromJson(inner, call, depth + 1)
    if (value === undefined) return undefined
    entries.push([key, value])
  }
  return call.map(entries)
}

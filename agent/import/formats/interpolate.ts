import { isData } from '../data.ts'
import { Template, type Value } from '../types.ts'

/** Stands around a reference within a text until it is written; no file has it, since it is taken out first. */
const mark = '\u0001'
const variable = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\})/g

/**
 * Puts in what `.env` says, as compose does. Within `environment` a variable that it does not say stays a reference, to be
 * looked up at the start; elsewhere what it falls back on has to do.
 */
export function interpolate(value: unknown, known: ReadonlyMap<string, string>, keep = false): unknown {
  if (typeof value === 'string') return replace(value.replaceAll(mark, ''), known, keep)
  if (Array.isArray(value)) return value.map((item) => interpolate(item, known, keep))
  if (!isData(value)) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, item] of Object.entries(value))
    copy[name] = interpolate(item, known, keep || name === 'environment')
  return copy
}

function replace(text: string, known: ReadonlyMap<string, string>, keep: boolean): string {
  return text.replace(variable, (whole: string, plain?: string, braced?: string, sign?: string, word = '') => {
    if (whole === '$$') return '$'
    const env = plain ?? braced ?? ''
    const found = known.get(env)
    if (sign?.endsWith('+')) return found === undefined || found === '' ? '' : word
    if (found !== undefined && !(found === '' && sign === ':-')) return found
    const fallback = sign?.endsWith('-') ? word : undefined
    return keep
      ? `${mark}${JSON.stringify({ env, ...(fallback === undefined ? {} : { fallback }) })}${mark}`
      : (fallback ?? '')
  })
}

/** A text with its references as values. */
export function restore(text: string): Value {
  const parts = text.split(mark)
  if (parts.length === 1) return text
  return new Template(
    parts.map((part, index) => (index % 2 === 1 ? JSON.parse(part) : part)).filter((part) => part !== ''),
  )
}

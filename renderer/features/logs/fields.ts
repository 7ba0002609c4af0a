import { sourceOf } from './pattern.ts'

/** A member of JSON lines that one filters by. */
export interface FieldFilter {
  key: string
  /** As JSON. */
  value: string
}

const escapeRegExp = (text: string): string => sourceOf({ text, isPlain: true })

/** Finds the lines that have this member, however their writer spaces them. */
export const patternOf = ({ key, value }: FieldFilter): string =>
  `${escapeRegExp(JSON.stringify(key))}\\s*:\\s*${escapeRegExp(value)}\\s*[,}]`

/** The filter that a click on a member makes; none for what is no single value. */
export function filterBy(key: string, value: unknown): FieldFilter | null {
  if (value === null || typeof value === 'object' || typeof value === 'undefined') return null
  const text = JSON.stringify(value)
  return text.length <= 200 && key.length <= 100 ? { key, value: text } : null
}

/** What the member is called in the page. */
export const wordsOf = ({ key, value }: FieldFilter): string => `${key}=${value.replace(/^"(.*)"$/, '$1')}`

const mostFilters = 8

/** Filters as they stand in the address. */
export const filtersText = (filters: readonly FieldFilter[]): string =>
  filters.length === 0 ? '' : JSON.stringify(filters.map(({ key, value }) => [key, value]))

export function readFilters(text: string): FieldFilter[] {
  if (text === '') return []
  try {
    const pairs: unknown = JSON.parse(text)
    if (!Array.isArray(pairs)) return []
    return pairs.slice(0, mostFilters).flatMap((pair: unknown) => {
      const [key, value] = Array.isArray(pair) ? pair : []
      return typeof key === 'string' && typeof value === 'string' ? [{ key, value }] : []
    })
  } catch {
    // An address that somebody has changed asks for no filter.
    return []
  }
}

export function withFilter(filters: readonly FieldFilter[], added: FieldFilter): FieldFilter[] {
  return [...filters.filter(({ key }) => key !== added.key), added].slice(-mostFilters)
}

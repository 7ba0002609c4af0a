import type { Service } from '../../../contract/index.ts'
import { type FilterKey, filterKeys, formatToken, valuesOf } from './filter.ts'

export interface Suggestion {
  /** What takes the place of the word that is being written. */
  text: string
  /** How many services it would show; null for a key, after which a value is to follow. */
  count: number | null
}

const mostSuggestions = 8

/** The word at the end, which may be in quotes that are not closed yet, and what stands before it. */
export function splitLastWord(text: string): { before: string; word: string } {
  const word = /(?:"[^"]*"?|[^\s"])*$/.exec(text)?.[0] ?? ''
  return { before: text.slice(0, text.length - word.length), word }
}

/** What the word being written may become: keys, then values that are there, those of most services first. */
export function completionsFor(word: string, services: Iterable<Service>): Suggestion[] {
  const minus = word.startsWith('-') ? '-' : ''
  const bare = word.slice(minus.length)
  const [, keyText, valueText] = /^([a-z]+):"?([^"]*)"?$/i.exec(bare) ?? []
  const key = filterKeys.find((known) => known === keyText?.toLowerCase())
  if (key && valueText !== undefined) return valuesLike(valueText, [key], minus, services)
  if (bare === '' && minus === '') return []
  const keys = filterKeys
    .filter((known) => known.startsWith(bare.toLowerCase()))
    .map((known): Suggestion => ({ text: `${minus}${known}:`, count: null }))
  const found = bare.length < 2 ? [] : valuesLike(bare, ['tag', 'app', 'group', 'host', 'state'], minus, services)
  return [...keys, ...found].slice(0, mostSuggestions)
}

function valuesLike(
  part: string,
  keys: readonly FilterKey[],
  minus: string,
  services: Iterable<Service>,
): Suggestion[] {
  const wanted = part.toLowerCase()
  const counts = new Map<string, number>()
  for (const service of services) {
    for (const key of keys) {
      for (const value of valuesOf[key](service)) {
        if (!value.toLowerCase().startsWith(wanted)) continue
        const text = formatToken({ key, value: value.toLowerCase(), not: minus === '-' })
        counts.set(text, (counts.get(text) ?? 0) + 1)
      }
    }
  }
  return [...counts]
    .sort(([a, most], [b, least]) => least - most || a.localeCompare(b))
    .slice(0, mostSuggestions)
    .map(([text, count]) => ({ text, count }))
}

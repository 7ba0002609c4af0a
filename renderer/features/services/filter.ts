import { needsAttention, type Service } from '../../../contract/index.ts'

/** What can stand before the colon of a token. */
export const filterKeys = ['state', 'tag', 'app', 'group', 'host', 'port', 'type', 'health'] as const
export type FilterKey = (typeof filterKeys)[number]

export interface FilterToken {
  key: FilterKey | 'text'
  value: string
  /** Written with a `-` in front: what matches is left out. */
  not: boolean
}

const tokenPattern = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi

/**
 * Reads a filter such as `state:failed tag:web -host:db1 text`. A word before a colon that is not a key is text, so that
 * names with a colon are found.
 */
export function parseFilter(filter: string): FilterToken[] {
  const tokens: FilterToken[] = []
  for (const [whole, minus, word, quoted, bare] of filter.matchAll(tokenPattern)) {
    const key = filterKeys.find((known) => known === word?.toLowerCase())
    const isKeyed = key !== undefined
    const value = isKeyed || word === undefined ? (quoted ?? bare ?? '') : whole.slice(minus ? 1 : 0)
    if (value !== '') tokens.push({ key: key ?? 'text', value: value.toLowerCase(), not: minus === '-' })
  }
  return tokens
}

/** What is finished, and the word that is still being written: what stands behind the last space outside quotes. */
export function splitFilter(filter: string): { tokens: FilterToken[]; rest: string } {
  let from = 0
  let inQuotes = false
  for (const [index, character] of [...filter].entries()) {
    if (character === '"') inQuotes = !inQuotes
    else if (character === ' ' && !inQuotes) from = index + 1
  }
  const points = [...filter]
  const finished = parseFilter(points.slice(0, from).join(''))
  const words = finished.filter(({ key }) => key === 'text').map(formatToken)
  const rest = [...words, points.slice(from).join('')].join(' ')
  return { tokens: finished.filter(({ key }) => key !== 'text'), rest }
}

export function formatToken({ key, value, not }: FilterToken): string {
  const text = /\s/.test(value) ? `"${value}"` : value
  return `${not ? '-' : ''}${key === 'text' ? '' : `${key}:`}${text}`
}

/** What a service has for each key, as it is offered; `attention` and the like are words beside the state itself. */
export const valuesOf: Readonly<Record<FilterKey, (service: Service) => readonly string[]>> = {
  state: (service) => {
    const words: string[] = [service.state]
    if (!service.enabled) words.push('disabled')
    if (service.health === 'unhealthy') words.push('unhealthy')
    if (needsAttention(service)) words.push('attention')
    return words
  },
  tag: ({ tags }) => tags,
  app: ({ app }) => (app === null ? [] : [app]),
  group: ({ groups }) => groups,
  host: ({ host }) => [host],
  port: ({ ports }) => ports.map(({ port }) => String(port)),
  type: ({ type }) => [type],
  health: ({ health }) => [health],
}

function matchesToken(service: Service, { key, value }: FilterToken): boolean {
  if (key !== 'text') return valuesOf[key](service).some((own) => own.toLowerCase() === value)
  return (
    service.name.toLowerCase().includes(value) ||
    service.description.toLowerCase().includes(value) ||
    service.tags.some((tag) => tag.toLowerCase().includes(value))
  )
}

/** Whether a service is shown: one of the values of each key, every text, and none of what is left out. */
export function matchesFilter(service: Service, tokens: readonly FilterToken[]): boolean {
  const wanted = new Map<FilterToken['key'], boolean>()
  for (const token of tokens) {
    const { key, not } = token
    const isMatch = matchesToken(service, token)
    if (not || key === 'text') {
      if (isMatch === not) return false
    } else {
      wanted.set(key, (wanted.get(key) ?? false) || isMatch)
    }
  }
  return [...wanted.values()].every(Boolean)
}

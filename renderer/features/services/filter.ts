import { needsAttention, type Service } from '../../../contract/index.ts'

/** What can stand before the colon of a token. */
const filterKeys = ['state', 'tag', 'app', 'group', 'host', 'port', 'type', 'health'] as const
type FilterKey = (typeof filterKeys)[number]

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

type Test = (service: Service, value: string) => boolean

const has = (list: readonly string[], value: string): boolean => list.some((item) => item.toLowerCase() === value)

const tests: Readonly<Record<FilterToken['key'], Test>> = {
  state: (service, value) => (value === 'attention' ? needsAttention(service) : stateMatches(service, value)),
  tag: (service, value) => has(service.tags, value),
  app: (service, value) => service.app?.toLowerCase() === value,
  group: (service, value) => has(service.groups, value),
  host: (service, value) => service.host.toLowerCase() === value,
  port: (service, value) => service.ports.some(({ port }) => String(port) === value),
  type: (service, value) => service.type === value,
  health: (service, value) => service.health === value,
  text: (service, value) =>
    service.name.toLowerCase().includes(value) ||
    service.description.toLowerCase().includes(value) ||
    service.tags.some((tag) => tag.toLowerCase().includes(value)),
}

function stateMatches(service: Service, value: string): boolean {
  if (value === 'disabled') return !service.enabled
  if (value === 'unhealthy') return service.health === 'unhealthy'
  return service.state === value
}

/** Whether a service is shown: one of the values of each key, every text, and none of what is left out. */
export function matchesFilter(service: Service, tokens: readonly FilterToken[]): boolean {
  const wanted = new Map<FilterToken['key'], boolean>()
  for (const { key, value, not } of tokens) {
    const isMatch = tests[key](service, value)
    if (not || key === 'text') {
      if (isMatch === not) return false
    } else {
      wanted.set(key, (wanted.get(key) ?? false) || isMatch)
    }
  }
  return [...wanted.values()].every(Boolean)
}

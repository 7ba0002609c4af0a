import { needsAttention, type Service, stateWords } from '../../../contract/index.ts'
import { rankOf, type ShapeName, shapeOf } from '../../parts/index.ts'

export const groupings = ['none', 'app', 'group', 'tag', 'host', 'state'] as const
export type Grouping = (typeof groupings)[number]

export const groupingWords: Readonly<Record<Grouping, string>> = {
  none: 'None',
  app: 'App',
  group: 'Group',
  tag: 'Tag',
  host: 'Host',
  state: 'State',
}

export interface GroupItem {
  kind: 'group'
  id: string
  label: string
  names: readonly string[]
  attention: number
  /** The worst of its services. */
  worst: ShapeName
  isOpen: boolean
}

export interface ServiceItem {
  kind: 'service'
  /** Its name, with its group in front where there are groups: it may stand under several tags. */
  id: string
  name: string
}

/** One line of the table. */
export type Item = GroupItem | ServiceItem

const placesOf: Readonly<Record<Exclude<Grouping, 'none'>, (service: Service) => readonly string[]>> = {
  app: ({ app }) => (app === null ? [] : [app]),
  group: ({ groups }) => groups,
  tag: ({ tags }) => tags,
  host: ({ host }) => [host],
  state: ({ state }) => [stateWords[state]],
}

const withoutPlace: Readonly<Record<Exclude<Grouping, 'none'>, string>> = {
  app: 'No app',
  group: 'No group',
  tag: 'No tag',
  host: 'No host',
  state: 'No state',
}

const collator = new Intl.Collator(undefined, { numeric: true })

/** The lines of the table: services in their order, under their groups, of which the closed ones show their head alone. */
export function itemsOf(services: readonly Service[], grouping: Grouping, closed: ReadonlySet<string>): Item[] {
  if (grouping === 'none') return services.map(({ name }) => ({ kind: 'service', id: name, name }))
  const groups = new Map<string, Service[]>()
  const others: Service[] = []
  for (const service of services) {
    const places = placesOf[grouping](service)
    if (places.length === 0) others.push(service)
    for (const place of places) {
      const members = groups.get(place)
      if (members) members.push(service)
      else groups.set(place, [service])
    }
  }
  const sorted = [...groups].sort(grouping === 'state' ? worstFirst : ([a], [b]) => collator.compare(a, b))
  if (others.length > 0) sorted.push([withoutPlace[grouping], others])
  return sorted.flatMap(([label, members]) => {
    const head = headOf(`${grouping}:${label}`, label, members, closed)
    if (!head.isOpen) return [head]
    return [head, ...members.map(({ name }): Item => ({ kind: 'service', id: `${label}\n${name}`, name }))]
  })
}

function headOf(id: string, label: string, members: readonly Service[], closed: ReadonlySet<string>): GroupItem {
  let worst = members[0]
  for (const service of members) if (worst && rankOf(service) < rankOf(worst)) worst = service
  return {
    kind: 'group',
    id,
    label,
    names: members.map(({ name }) => name),
    attention: members.filter(needsAttention).length,
    worst: worst ? shapeOf(worst) : 'stopped',
    isOpen: !closed.has(id),
  }
}

const worstFirst = ([, a]: [string, Service[]], [, b]: [string, Service[]]): number => bestRank(a) - bestRank(b)

const bestRank = (services: readonly Service[]): number =>
  services.reduce((least, service) => Math.min(least, rankOf(service)), Number.POSITIVE_INFINITY)

import type { Health, Service } from '../../../contract/index.ts'
import { rankOf } from '../../parts/index.ts'
import type { Usage } from '../../store/index.ts'

const sortKeys = [
  'name',
  'state',
  'health',
  'uptime',
  'cpu',
  'memory',
  'restarts',
  'ports',
  'tags',
  'app',
  'groups',
  'type',
  'host',
  'pid',
] as const
export type SortKey = (typeof sortKeys)[number]

export interface Sort {
  by: SortKey
  descending: boolean
}

/** What a column begins with when it is first chosen: names from A, figures from the largest, states from the worst. */
const largestFirst: ReadonlySet<SortKey> = new Set(['uptime', 'cpu', 'memory', 'restarts'])

/** `state`, or `-state` for the other way round, as the address has it. Anything else is by name. */
export function parseSort(text: string): Sort {
  const turned = text.startsWith('-')
  const by = sortKeys.find((key) => key === text.slice(turned ? 1 : 0)) ?? 'name'
  return { by, descending: largestFirst.has(by) !== turned }
}

export function nextSort(text: string, by: SortKey): string {
  if (parseSort(text).by !== by) return by === 'name' ? '' : by
  return text.startsWith('-') ? text.slice(1) : `-${by}`
}

type UsageOf = ReadonlyMap<string, Usage>
/** A number or a text to sort by; null for what has no value, which goes last, whatever the direction. */
type Value = (service: Service, usage: UsageOf) => number | string | null

const firstOf = (list: readonly string[]): string | null => (list.length === 0 ? null : list.join(' '))
const healthOrder: readonly string[] = ['unhealthy', 'starting', 'healthy'] satisfies Health[]

const values: Readonly<Record<Exclude<SortKey, 'name'>, Value>> = {
  state: rankOf,
  health: ({ health }) => (health === 'none' ? null : healthOrder.indexOf(health)),
  uptime: ({ pid, startedAt }) => (pid === null || startedAt === null ? null : -Date.parse(startedAt)),
  cpu: ({ name }, usage) => usage.get(name)?.cpuPercent ?? null,
  memory: ({ name }, usage) => usage.get(name)?.memoryBytes ?? null,
  restarts: ({ restarts }) => restarts,
  ports: ({ ports }) => ports[0]?.port ?? null,
  tags: ({ tags }) => firstOf(tags),
  app: ({ app }) => app,
  groups: ({ groups }) => firstOf(groups),
  type: ({ type }) => type,
  host: ({ host }) => host,
  pid: ({ pid }) => pid,
}

const collator = new Intl.Collator(undefined, { numeric: true })

/**
 * The place of each name among all names. Comparing texts is what costs in a long list, so it is done once, and again
 * only when there are names that it does not know.
 */
class NameOrder {
  #ranks: ReadonlyMap<string, number> = new Map()

  ranksFor(services: readonly Service[]): ReadonlyMap<string, number> {
    const isEnough = this.#ranks.size <= 2 * services.length && services.every(({ name }) => this.#ranks.has(name))
    if (!isEnough) {
      const names = services.map(({ name }) => name).sort(collator.compare)
      this.#ranks = new Map(names.map((name, index) => [name, index]))
    }
    return this.#ranks
  }
}
const nameOrder = new NameOrder()

/** Sorted; what is equal is in the order of names. */
export function sortServices(services: readonly Service[], { by, descending }: Sort, usage: UsageOf): Service[] {
  const ranks = nameOrder.ranksFor(services)
  const direction = descending ? -1 : 1
  const keyed = services.map((service) => ({
    service,
    rank: ranks.get(service.name) ?? 0,
    value: by === 'name' ? null : values[by](service, usage),
  }))
  const byName = by === 'name' ? direction : 1
  keyed.sort((a, b) => {
    if (a.value !== b.value) {
      if (a.value === null) return 1
      if (b.value === null) return -1
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : collator.compare(String(a.value), String(b.value))
      if (order !== 0 && !Number.isNaN(order)) return direction * order
    }
    return byName * (a.rank - b.rank)
  })
  return keyed.map(({ service }) => service)
}

import type { Service } from '../../../contract/index.ts'
import { rankOf } from '../../parts/index.ts'
import type { Usage } from '../../store/index.ts'

const sortKeys = ['name', 'state', 'uptime', 'cpu', 'memory', 'restarts'] as const
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

const collator = new Intl.Collator(undefined, { numeric: true })

type Compare = (a: Service, b: Service, usage: ReadonlyMap<string, Usage>) => number

/** What has no value goes last, whatever the direction. */
const compares: Readonly<Record<SortKey, Compare>> = {
  name: (a, b) => collator.compare(a.name, b.name),
  state: (a, b) => rankOf(a) - rankOf(b),
  uptime: (a, b) => upSince(a) - upSince(b),
  cpu: (a, b, usage) => (usage.get(a.name)?.cpuPercent ?? -1) - (usage.get(b.name)?.cpuPercent ?? -1),
  memory: (a, b, usage) => (usage.get(a.name)?.memoryBytes ?? -1) - (usage.get(b.name)?.memoryBytes ?? -1),
  restarts: (a, b) => a.restarts - b.restarts,
}

const upSince = ({ startedAt }: Service): number =>
  startedAt === null ? Number.NEGATIVE_INFINITY : -Date.parse(startedAt)

/** Sorted; what is equal stays in the order of the files. */
export function sortServices(
  services: readonly Service[],
  { by, descending }: Sort,
  usage: ReadonlyMap<string, Usage>,
): Service[] {
  const direction = descending ? -1 : 1
  return [...services].sort((a, b) => direction * compare(compares[by], a, b, usage))
}

function compare(compareBy: Compare, a: Service, b: Service, usage: ReadonlyMap<string, Usage>): number {
  const order = compareBy(a, b, usage)
  return Number.isNaN(order) ? 0 : order
}

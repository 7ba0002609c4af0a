import { useMemo } from 'react'
import type { Service } from '../../../contract/index.ts'
import { usePanel, usePreferences, useServices } from '../../store/index.ts'
import { matchesFilter, parseFilter } from './filter.ts'
import { type Item, itemsOf } from './groups.ts'
import { parseSort, sortServices } from './sort.ts'

const changesByTheSecond = new Set(['cpu', 'memory'])
const noUsage = new Map<string, never>()

export interface Shown {
  items: readonly Item[]
  /** The services that match, in order, those of closed groups too. */
  names: readonly string[]
}

/** What the table shows. Figures are looked at only where they decide the order. */
export function useShown(filter: string, sort: string, closed: ReadonlySet<string>): Shown {
  const services = useServices()
  const parsed = useMemo(() => parseSort(sort), [sort])
  const usage = usePanel(({ model }) => (changesByTheSecond.has(parsed.by) ? model.usage : noUsage))
  const groupBy = usePreferences((state) => state.groupBy)
  const sorted = useMemo(
    () => sortServices(filtered(services, filter), parsed, usage),
    [services, filter, parsed, usage],
  )
  return useMemo(
    () => ({ items: itemsOf(sorted, groupBy, closed), names: sorted.map(({ name }) => name) }),
    [sorted, groupBy, closed],
  )
}

function filtered(services: ReadonlyMap<string, Service>, filter: string): Service[] {
  const tokens = parseFilter(filter)
  const all = [...services.values()]
  return tokens.length === 0 ? all : all.filter((service) => matchesFilter(service, tokens))
}

import { useCallback, useMemo, useRef, useState } from 'react'
import type { Service } from '../../../contract/index.ts'
import { actionForKey, useKeys } from '../../actions/index.ts'
import { Toolbar } from '../../parts/index.ts'
import { navigate, servicePath, useParameter } from '../../router/index.ts'
import { usePanel, useServices } from '../../store/index.ts'
import { NoServices } from '../problems/index.ts'
import { FilterBox } from './FilterBox.tsx'
import { matchesFilter, parseFilter } from './filter.ts'
import { ServiceTable, type TableHandle } from './ServiceTable.tsx'
import { parseSort, sortServices } from './sort.ts'

export function Services() {
  const services = useServices()
  const [filter, setFilter] = useParameter('filter')
  const [sort, setSort] = useParameter('sort')
  const names = useShownNames(services, filter, sort)
  const [cursor, setCursor] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const table = useRef<TableHandle>(null)
  useServiceKeys({ names, cursor, table, input })
  const moveTo = useCallback((name: string) => setCursor(name), [])
  if (services.size === 0) return <NoServices title="Services" />
  return (
    <>
      <Toolbar title="Services">
        <span className="faint">{filter === '' ? services.size : `${names.length} of ${services.size}`}</span>
        <FilterBox value={filter} onChange={setFilter} onLeave={() => table.current?.focus(cursor)} input={input} />
      </Toolbar>
      <ServiceTable ref={table} names={names} sort={sort} onSort={setSort} cursor={cursor} onCursor={moveTo} />
      {names.length === 0 && (
        <p className="nothing dim" role="status">
          No service matches <span className="mono">{filter.trim()}</span>.
        </p>
      )}
    </>
  )
}

const changesByTheSecond = new Set(['cpu', 'memory'])
const noUsage = new Map<string, never>()

/** The names to show, in order. Figures are looked at only where they decide the order. */
function useShownNames(services: ReadonlyMap<string, Service>, filter: string, sort: string): readonly string[] {
  const parsed = useMemo(() => parseSort(sort), [sort])
  const usage = usePanel(({ model }) => (changesByTheSecond.has(parsed.by) ? model.usage : noUsage))
  return useMemo(() => {
    const tokens = parseFilter(filter)
    const shown = [...services.values()].filter((service) => matchesFilter(service, tokens))
    return sortServices(shown, parsed, usage).map(({ name }) => name)
  }, [services, filter, parsed, usage])
}

interface ServiceKeys {
  names: readonly string[]
  cursor: string | null
  table: { current: TableHandle | null }
  input: { current: HTMLInputElement | null }
}

function useServiceKeys({ names, cursor, table, input }: ServiceKeys): void {
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    const at = cursor === null ? -1 : names.indexOf(cursor)
    const index = Math.min(names.length - 1, Math.max(0, at === -1 ? (by > 0 ? 0 : names.length - 1) : at + by))
    const name = names[index]
    if (name !== undefined) table.current?.focus(name)
  }
  const act = (event: KeyboardEvent): void => {
    const service = cursor === null ? undefined : usePanel.getState().model.services.get(cursor)
    const action = service && actionForKey(event.key, service)
    if (!service || !action?.when(service) || event.repeat) return
    event.preventDefault()
    action.run(service)
  }
  useKeys({
    j: step(1),
    arrowDown: step(1),
    k: step(-1),
    arrowUp: step(-1),
    home: step(Number.NEGATIVE_INFINITY),
    end: step(Number.POSITIVE_INFINITY),
    enter: (event) => {
      const onControl = event.target instanceof HTMLElement && event.target.closest('a, button')
      if (cursor !== null && names.includes(cursor) && !onControl) navigate(servicePath(cursor))
    },
    s: act,
    r: act,
    l: act,
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    },
  })
}

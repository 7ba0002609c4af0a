import { List, Network } from 'lucide-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { addService } from '../../actions/index.ts'
import { Button, IconButton, SilentHosts, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useIsEveryHost, usePreferences, useServices } from '../../store/index.ts'
import { DependencyGraph } from '../graph/index.ts'
import { NoServices } from '../problems/index.ts'
import { type Column, chosenColumns, emptyColumns } from './columns.ts'
import { FilterBox } from './FilterBox.tsx'
import type { Item } from './groups.ts'
import { SelectionBar } from './SelectionBar.tsx'
import { ServiceTable, type TableHandle } from './ServiceTable.tsx'
import { coverage, extendTo, keepShown, nothingSelected, toggleAll, toggleName } from './selection.ts'
import type { SortKey } from './sort.ts'
import { useShown } from './useShown.ts'
import { useTableKeys } from './useTableKeys.ts'
import { ColumnsMenu, GroupMenu } from './ViewMenus.tsx'

const none: readonly Item[] = []

export function Services() {
  const services = useServices()
  const [filter, setFilter] = useParameter('filter')
  const [sort, setSort] = useParameter('sort')
  const [view, setView] = useParameter('view')
  const [closed, toggleGroup] = useClosedGroups()
  const { items, names } = useShown(filter, sort, closed)
  const columns = useColumns()
  const [cursor, setCursor] = useState<string | null>(null)
  const [marked, setMarked] = useState(nothingSelected)
  const selection = useMemo(() => keepShown(marked, names), [marked, names])
  const isGraph = view === 'graph'
  const input = useRef<HTMLInputElement>(null)
  const table = useRef<TableHandle>(null)

  // Rows keep their handler, so that they are not drawn anew for a change of what it looks at.
  const shown = useRef(names)
  shown.current = names
  const select = useCallback((name: string, toHere: boolean) => {
    setMarked((before) => {
      const kept = keepShown(before, shown.current)
      return toHere ? extendTo(kept, name, shown.current) : toggleName(kept, name)
    })
  }, [])
  const selectAll = (): void => setMarked(toggleAll(selection, names))
  const clear = (): void => setMarked(nothingSelected)

  useTableKeys({
    items: isGraph ? none : items,
    cursor,
    table,
    input,
    onSelect: select,
    onSelectAll: selectAll,
    onClear: clear,
    onToggleGroup: toggleGroup,
  })
  if (services.size === 0) return <NoServices title="Services" />
  return (
    <>
      <Toolbar title="Services">
        <span className="faint">
          {names.length === services.size ? services.size : `${names.length} of ${services.size}`}
        </span>
        <FilterBox value={filter} onChange={setFilter} onLeave={() => table.current?.focus(cursor)} input={input} />
        {!isGraph && <GroupMenu />}
        {!isGraph && <ColumnsMenu shown={columns} />}
        <IconButton
          icon={isGraph ? List : Network}
          label={isGraph ? 'Show as a table' : 'Show dependencies'}
          onClick={() => setView(isGraph ? '' : 'graph')}
        />
        <Button look="primary" icon={addService.icon} onClick={addService.run}>
          {addService.label}
        </Button>
      </Toolbar>
      <SilentHosts />
      {isGraph ? (
        <DependencyGraph names={names} />
      ) : (
        <ServiceTable
          ref={table}
          items={items}
          columns={columns}
          sort={sort}
          onSort={setSort}
          cursor={cursor}
          selected={selection.names}
          coverage={names.length === 0 ? 'none' : coverage(selection, names)}
          onPoint={setCursor}
          onSelect={select}
          onSelectAll={selectAll}
          onToggleGroup={toggleGroup}
        />
      )}
      {names.length === 0 && (
        <div className="nothing row" role="status">
          <span className="dim">
            No service matches <span className="mono">{filter.trim()}</span>.
          </span>
          <Button small onClick={() => setFilter('')}>
            Clear the filter
          </Button>
        </div>
      )}
      {!isGraph && selection.names.size > 0 && <SelectionBar names={selection.names} onClear={clear} />}
    </>
  )
}

/** The same columns until there are others, for each row is drawn anew with them. */
function useColumns(): readonly Column[] {
  const services = useServices()
  const choice = usePreferences((state) => state.columns)
  const isEveryHost = useIsEveryHost()
  const empty = useMemo(() => emptyColumns(services).join(' '), [services])
  return useMemo(
    () => chosenColumns(choice, { isEveryHost, empty: empty.split(' ') as SortKey[] }),
    [choice, isEveryHost, empty],
  )
}

function useClosedGroups(): [ReadonlySet<string>, (id: string) => void] {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((id: string) => {
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  return [closed, toggle]
}

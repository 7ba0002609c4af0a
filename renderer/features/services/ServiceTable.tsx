import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import { usePreferences } from '../../store/index.ts'
import { type Column, tracksOf } from './columns.ts'
import { GroupRow } from './GroupRow.tsx'
import type { Item } from './groups.ts'
import { Row, type RowHandlers } from './Row.tsx'
import type { Coverage } from './selection.ts'
import { TableHead } from './TableHead.tsx'

export interface TableHandle {
  /** Brings a line into view, makes it the cursor and gives it the keyboard; null means the first. */
  focus(id: string | null): void
}

interface ServiceTableProps {
  items: readonly Item[]
  columns: readonly Column[]
  sort: string
  onSort: (sort: string) => void
  cursor: string | null
  selected: ReadonlySet<string>
  coverage: Coverage
  onSelectAll: () => void
  onToggleGroup: (id: string) => void
  handlers: RowHandlers
  ref: Ref<TableHandle>
}

const rowHeights = { comfortable: 30, compact: 22 } as const
const headHeights = { comfortable: 26, compact: 24 } as const

/** Only the lines that can be seen are in the page, however many services there are. */
export function ServiceTable(props: ServiceTableProps) {
  const { items, columns, sort, onSort, cursor, selected, coverage, onSelectAll, onToggleGroup, handlers, ref } = props
  const scroller = useRef<HTMLDivElement>(null)
  const wanted = useRef<string | null>(null)
  const density = usePreferences((state) => state.density)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeights[density],
    // The head stays in sight above the rows.
    scrollMargin: headHeights[density],
    scrollPaddingStart: headHeights[density],
    overscan: 4,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have a new height when the density changes
  useEffect(() => virtual.measure(), [density, virtual])

  const focusLine = (id: string): boolean => {
    const line = scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
    line?.focus({ preventScroll: true })
    return line !== null && line !== undefined
  }
  useImperativeHandle(ref, () => ({
    focus(id) {
      const found = items.findIndex((item) => item.id === id)
      const index = Math.max(0, found)
      const target = items[index]
      if (!target) return
      handlers.onPoint(target.id)
      virtual.scrollToIndex(index)
      // A line that was out of sight is there only after the next draw.
      wanted.current = focusLine(target.id) ? null : target.id
    },
  }))
  useEffect(() => {
    if (wanted.current !== null && focusLine(wanted.current)) wanted.current = null
  })

  const style = useMemo(() => ({ '--columns': tracksOf(columns) }) as CSSProperties, [columns])
  // Where the Tab key enters the table.
  const hasCursor = useMemo(() => items.some(({ id }) => id === cursor), [items, cursor])
  const entry = hasCursor ? cursor : items[0]?.id
  return (
    <div className="grid services" ref={scroller}>
      <table aria-label="Services" aria-rowcount={items.length + 1} style={style}>
        <TableHead columns={columns} sort={sort} onSort={onSort} selected={coverage} onSelectAll={onSelectAll} />
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const item = items[index]
            if (!item) return null
            const shared = { index, top: start - headHeights[density], columns, handlers }
            const place = { isCursor: item.id === cursor, isEntry: item.id === entry }
            return item.kind === 'group' ? (
              <GroupRow key={item.id} item={item} onToggle={onToggleGroup} {...shared} {...place} />
            ) : (
              <Row
                key={item.id}
                id={item.id}
                name={item.name}
                isSelected={selected.has(item.name)}
                {...shared}
                {...place}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

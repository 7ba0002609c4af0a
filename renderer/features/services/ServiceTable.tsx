import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import { useReusedRows } from '../../parts/index.ts'
import { usePreferences } from '../../store/index.ts'
import { useServicesPast } from '../charts/index.ts'
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
  // Where the Tab key enters the table.
  const entryIndex = useMemo(
    () =>
      Math.max(
        0,
        items.findIndex(({ id }) => id === cursor),
      ),
    [items, cursor],
  )
  const entry = items[entryIndex]?.id
  const { rows, seen, height, scrollToIndex } = useReusedRows({
    lines: items,
    scroller,
    rowHeight: rowHeights[density],
    headHeight: headHeights[density],
    keyboardIndex: entryIndex,
  })

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
      scrollToIndex(index)
      // A line that was out of sight is there only after the next draw.
      wanted.current = focusLine(target.id) ? null : target.id
    },
  }))
  useEffect(() => {
    if (wanted.current !== null && focusLine(wanted.current)) wanted.current = null
  })

  const style = useMemo(() => ({ '--columns': tracksOf(columns) }) as CSSProperties, [columns])
  useServicesPast(seen.flatMap(({ item }) => (item.kind === 'service' ? [item.name] : [])))
  return (
    <div className="grid services" ref={scroller}>
      <table aria-label="Services" aria-rowcount={items.length + 1} style={style}>
        <TableHead columns={columns} sort={sort} onSort={onSort} selected={coverage} onSelectAll={onSelectAll} />
        <tbody style={{ height }}>
          {rows.map(({ slot, item, index, top }) => {
            const shared = { index, top, columns, handlers }
            const place = { isCursor: item.id === cursor, isEntry: item.id === entry }
            return item.kind === 'group' ? (
              <GroupRow key={slot} item={item} onToggle={onToggleGroup} {...shared} {...place} />
            ) : (
              <Row
                key={slot}
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

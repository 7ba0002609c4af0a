import {
  type CSSProperties,
  type Ref,
  type SyntheticEvent,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useReusedRows } from '../../parts/index.ts'
import { usePreferences } from '../../store/index.ts'
import { useServicesPast } from '../charts/index.ts'
import { type Column, leastWidthOf, tracksOf } from './columns.ts'
import { GroupRow } from './GroupRow.tsx'
import type { Item } from './groups.ts'
import { Row } from './Row.tsx'
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
  onPoint: (id: string) => void
  /** `toHere` takes everything from the last choice to here. */
  onSelect: (name: string, toHere: boolean) => void
  onSelectAll: () => void
  onToggleGroup: (id: string) => void
  ref: Ref<TableHandle>
}

const rowHeights = { comfortable: 30, compact: 22 } as const
const headHeights = { comfortable: 26, compact: 24 } as const
const none: readonly string[] = []

const lineAt = ({ target }: SyntheticEvent): string | null =>
  (target instanceof Element && target.closest<HTMLElement>('.line')?.dataset.id) || null

/** Only the lines that can be seen are in the page, however many services there are. */
export function ServiceTable(props: ServiceTableProps) {
  const {
    items,
    columns,
    sort,
    onSort,
    cursor,
    selected,
    coverage,
    onPoint,
    onSelect,
    onSelectAll,
    onToggleGroup,
    ref,
  } = props
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
  const { rows, seen, isScrolling, height, scrollToIndex } = useReusedRows({
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
      onPoint(target.id)
      scrollToIndex(index)
      // A line that was out of sight is there only after the next draw.
      wanted.current = focusLine(target.id) ? null : target.id
    },
  }))
  useEffect(() => {
    if (wanted.current !== null && focusLine(wanted.current)) wanted.current = null
  })

  // What passes under the pointer is not pointed at: only when the table rests is the row found that is.
  const [pointed, setPointed] = useState<string | null>(null)
  useEffect(() => {
    if (!isScrolling) setPointed(scroller.current?.querySelector<HTMLElement>('.line:hover')?.dataset.id ?? null)
  }, [isScrolling])
  const point = (event: SyntheticEvent): void => {
    const id = lineAt(event)
    if (id !== null) onPoint(id)
  }

  const style = useMemo(
    () => ({ '--columns': tracksOf(columns), '--least': `${leastWidthOf(columns)}px` }) as CSSProperties,
    [columns],
  )
  useServicesPast(isScrolling ? none : seen.flatMap(({ item }) => (item.kind === 'service' ? item.name : [])))
  return (
    <div className="grid services" ref={scroller}>
      <table aria-label="Services" aria-rowcount={items.length + 1} style={style}>
        <TableHead columns={columns} sort={sort} onSort={onSort} selected={coverage} onSelectAll={onSelectAll} />
        <tbody
          style={{ height }}
          onPointerDown={point}
          onFocus={point}
          onPointerOver={(event) => !isScrolling && setPointed(lineAt(event))}
          onPointerLeave={() => setPointed(null)}
        >
          {rows.map(({ slot, line: { item, index, top } }) =>
            item.kind === 'group' ? (
              <GroupRow
                key={slot}
                item={item}
                index={index}
                top={top}
                columns={columns}
                isCursor={item.id === cursor}
                isEntry={item.id === entry}
                onToggle={onToggleGroup}
              />
            ) : (
              <Row
                key={slot}
                id={item.id}
                name={item.name}
                index={index}
                top={top}
                columns={columns}
                isCursor={item.id === cursor}
                isEntry={item.id === entry}
                isPointedAt={item.id === pointed}
                isSelected={selected.has(item.name)}
                onSelect={onSelect}
              />
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}

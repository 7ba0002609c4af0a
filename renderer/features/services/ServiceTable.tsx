import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { usePreferences } from '../../store/index.ts'
import { columnWidths } from './columns.ts'
import { Row } from './Row.tsx'
import { TableHead } from './TableHead.tsx'

export interface TableHandle {
  /** Brings a row into view, makes it the cursor and gives it the keyboard; null means the first. */
  focus(name: string | null): void
}

interface ServiceTableProps {
  names: readonly string[]
  sort: string
  onSort: (sort: string) => void
  cursor: string | null
  onCursor: (name: string) => void
  ref: Ref<TableHandle>
}

const rowHeights = { comfortable: 30, compact: 22 } as const
const headHeights = { comfortable: 26, compact: 24 } as const
const columnStyle = { '--columns': columnWidths } as CSSProperties

/** Only the rows that can be seen are in the page, however many services there are. */
export function ServiceTable({ names, sort, onSort, cursor, onCursor, ref }: ServiceTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const wanted = useRef<string | null>(null)
  const density = usePreferences((state) => state.density)
  const virtual = useVirtualizer({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeights[density],
    // The head stays in sight above the rows.
    scrollMargin: headHeights[density],
    scrollPaddingStart: headHeights[density],
    overscan: 4,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have a new height when the density changes
  useEffect(() => virtual.measure(), [density, virtual])

  const focusRow = (name: string): boolean => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)
    row?.focus({ preventScroll: true })
    return row !== null && row !== undefined
  }
  useImperativeHandle(ref, () => ({
    focus(name) {
      const target = name !== null && names.includes(name) ? name : names[0]
      if (target === undefined) return
      onCursor(target)
      virtual.scrollToIndex(names.indexOf(target))
      // A row that was out of sight is there only after the next draw.
      wanted.current = focusRow(target) ? null : target
    },
  }))
  useEffect(() => {
    if (wanted.current !== null && focusRow(wanted.current)) wanted.current = null
  })

  const firstName = names[0]
  // Where the Tab key enters the table.
  const entry = cursor !== null && names.includes(cursor) ? cursor : firstName
  return (
    <div className="grid services" ref={scroller}>
      <table aria-label="Services" aria-rowcount={names.length + 1} style={columnStyle}>
        <TableHead sort={sort} onSort={onSort} />
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const name = names[index]
            if (name === undefined) return null
            return (
              <Row
                key={name}
                name={name}
                index={index}
                top={start - headHeights[density]}
                isCursor={name === cursor}
                isEntry={name === entry}
                onPoint={onCursor}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react'
import { indexesToDraw, type Line, Slots } from './slots.ts'

/** Drawn above and below what is seen. */
const overscan = 4

interface ReusedRows<T> {
  lines: readonly T[]
  scroller: RefObject<HTMLElement | null>
  rowHeight: number
  /** The head stays in sight above the rows. */
  headHeight: number
  /** The line that is drawn also out of sight, since it has the keyboard or is to get it; -1 is none. */
  keyboardIndex: number
}

/** The rows to draw of a long table, whichever elements they get: `slot` is their key, and what scrolls away is used again. */
export function useReusedRows<T extends Line>(table: ReusedRows<T>) {
  const { lines, scroller, rowHeight, headHeight, keyboardIndex } = table
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    overscan,
    rangeExtractor: ({ startIndex, count }) => {
      const height = scroller.current?.clientHeight ?? 0
      const size = Math.ceil(height / rowHeight) + 1 + 2 * overscan
      return indexesToDraw(startIndex - overscan, size, count, keyboardIndex)
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have a new height when the density changes
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const seen = virtual.getVirtualItems().flatMap(({ index, start }) => {
    const item = lines[index]
    return item ? { id: item.id, kind: item.kind, item, index, top: start - headHeight } : []
  })
  const [slots] = useState(() => new Slots<(typeof seen)[number]>())
  useKeptFocus(scroller)
  return {
    /** From top to bottom. */
    seen,
    // At rest the page has the rows in the order in which they are seen, for whoever reads it from top to bottom.
    rows: slots.assign(seen, !virtual.isScrolling),
    isScrolling: virtual.isScrolling,
    height: virtual.getTotalSize(),
    scrollToIndex: virtual.scrollToIndex,
  }
}

/** An element that is moved in the page loses the keyboard: it gets it back. */
function useKeptFocus(within: RefObject<HTMLElement | null>): void {
  const before = document.activeElement
  useLayoutEffect(() => {
    if (!(before instanceof HTMLElement) || before === document.activeElement) return
    if (document.activeElement === document.body && within.current?.contains(before))
      before.focus({ preventScroll: true })
  })
}

import { type RefObject, useCallback, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { LogLine } from '../../../contract/index.ts'
import { type Place, placeOf } from './place.ts'
import type { Target } from './reader.ts'
import { carried, type Held, heldOf, indexAt, noRows, offsetsOf, rangeOf, rowAt } from './rows.ts'

/** So near to an edge more lines are fetched. */
const nearPx = 3000
/** Heights that are remembered; more are forgotten, and measured when they are seen again. */
const mostHeights = 20_000

interface RowsOptions {
  scroller: RefObject<HTMLDivElement | null>
  rows: RefObject<HTMLDivElement | null>
  lines: readonly LogLine[]
  rowHeight: number
  /** Whether rows are as high as their text needs, so that each has to be measured. */
  isWrapped: boolean
  /** The line that is open, and measured in any case. */
  opened: Place | null
  isFollowing: boolean
  /** Whether the last line is the newest. */
  isAtNewest: boolean
  target: Target | null
  onFollowing: (isFollowing: boolean) => void
  onOlder: () => void
  onNewer: () => void
  onSeen: (first: LogLine, last: LogLine) => void
}

/** What stays where it is when rows come, go or change their height. */
interface Anchor {
  place: Place
  /** From the upper edge to the row; negative when it begins above. */
  below: number
}

function anchorAt(offsets: Float64Array, lines: readonly LogLine[], top: number): Anchor | null {
  const row = rowAt(offsets, top)
  const line = lines[row]
  return line ? { place: placeOf(line), below: (offsets[row] ?? 0) - top } : null
}

/** Which rows are in the page, and where: one keeps what one reads in its place, whatever happens above it. */
export function useRows(options: RowsOptions) {
  const { scroller, rows, lines, rowHeight, isWrapped, opened, isFollowing, target } = options
  const newest = useRef(options)
  newest.current = options
  const heights = useRef(new Map<Place, number>())
  const [version, setVersion] = useState(0)
  const anchor = useRef<Anchor | null>(null)
  const lastTop = useRef(0)
  const lastHeight = useRef(0)
  const reached = useRef<Target | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are others in another mode
  useMemo(() => heights.current.clear(), [isWrapped, rowHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that a height has changed
  const offsets = useMemo(() => {
    const heightOf = (line: LogLine): number => heights.current.get(placeOf(line)) ?? rowHeight
    return heights.current.size === 0
      ? offsetsOf(lines.length, () => rowHeight)
      : offsetsOf(lines.length, (index) => heightOf(lines[index] as LogLine))
  }, [lines, rowHeight, version, isWrapped])
  /** What was in the page before this drawing: what the present scroll position is about. */
  const laid = useRef({ offsets, lines, held: noRows })
  /** Other rows that are to be drawn. */
  const asked = useRef<Held>(undefined)
  const [, draw] = useReducer((drawings: number) => drawings + 1, 0)
  // Lines that came before the rows in the page must not have others drawn in their place, to be thrown away at once.
  const range = asked.current ? carried(asked.current, lines, false) : carried(laid.current.held, lines, isFollowing)

  /** Whether other rows are to be drawn where one looks now. */
  const moved = useCallback((element: HTMLDivElement): boolean => {
    const { offsets: starts, lines: all, held } = laid.current
    const { onSeen } = newest.current
    const top = element.scrollTop
    const line = all[rowAt(starts, top)]
    if (line) {
      anchor.current = anchorAt(starts, all, top)
      const last = all[rowAt(starts, top + element.clientHeight)]
      if (last) onSeen(line, last)
    }
    const next = rangeOf(starts, top, element.clientHeight, held.range)
    if (next === held.range) return false
    asked.current = heldOf(next, all)
    return true
  }, [])

  const lookBeyond = useCallback((element: HTMLDivElement): void => {
    const { onOlder, onNewer, lines: all } = newest.current
    if (all.length === 0 || element.scrollTop < nearPx) onOlder()
    if (element.scrollHeight - element.scrollTop - element.clientHeight < nearPx) onNewer()
  }, [])

  const onScroll = useCallback((): void => {
    const element = scroller.current
    if (!element) return
    const { isAtNewest, onFollowing } = newest.current
    const isUpward = element.scrollTop < lastTop.current - 1
    // A list that has grown has less to scroll, which is nobody's wish.
    const isResized = element.clientHeight !== lastHeight.current
    const isMoved = !isResized && Math.abs(element.scrollTop - lastTop.current) >= 1
    lastTop.current = element.scrollTop
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight / 2
    if (isMoved && isUpward) onFollowing(false)
    else if (isMoved && isAtEnd && isAtNewest) onFollowing(true)
    if (moved(element)) flushSync(draw)
    lookBeyond(element)
  }, [scroller, rowHeight, moved, lookBeyond])

  const measure = (): boolean => {
    let isChanged = false
    for (const row of rows.current?.children ?? []) {
      const { place } = (row as HTMLElement).dataset
      if (place === undefined) continue
      const isMeasured = isWrapped || place === opened
      const height = isMeasured ? (row as HTMLElement).offsetHeight : rowHeight
      if ((heights.current.get(place) ?? rowHeight) === height) continue
      if (height === rowHeight) heights.current.delete(place)
      else heights.current.set(place, height)
      isChanged = true
    }
    if (!isWrapped) {
      for (const place of heights.current.keys()) if (place !== opened) isChanged = heights.current.delete(place)
    } else if (heights.current.size > mostHeights) heights.current.clear()
    return isChanged
  }

  // Before the page is drawn: rows are measured, then put where they belong.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    if (measure()) {
      setVersion((before) => before + 1)
      return
    }
    // Scrolled a moment ago, and not told of yet; at the very end it is only that there is less below.
    const isAtEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 1
    if (Math.abs(element.scrollTop - lastTop.current) >= 1 && !isAtEnd)
      anchor.current = anchorAt(laid.current.offsets, laid.current.lines, element.scrollTop)
    const to = wantedTop(element)
    laid.current = { offsets, lines, held: heldOf(range, lines) }
    asked.current = undefined
    if (to !== undefined && Math.abs(element.scrollTop - to) >= 1) element.scrollTop = to
    lastTop.current = element.scrollTop
    lastHeight.current = element.clientHeight
    if (moved(element)) draw()
  })

  function wantedTop(element: HTMLDivElement): number | undefined {
    if (isFollowing) return element.scrollHeight
    if (target && target !== reached.current) {
      const index = indexOf(target.place)
      if (index !== undefined) {
        reached.current = target
        return Math.max(0, (offsets[index] ?? 0) - (element.clientHeight - rowHeight) / 2)
      }
    }
    if (laid.current.offsets === offsets) return undefined
    const index = anchor.current ? indexOf(anchor.current.place) : undefined
    return index === undefined || !anchor.current ? undefined : (offsets[index] ?? 0) - anchor.current.below
  }

  function indexOf(place: Place): number | undefined {
    const index = indexAt(lines, place)
    const line = lines[index]
    return line && placeOf(line) === place ? index : undefined
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines may have an edge in sight
  useLayoutEffect(() => {
    if (scroller.current) lookBeyond(scroller.current)
  }, [lines, lookBeyond])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    // Another size shows other rows, and wraps them elsewhere.
    const observer = new ResizeObserver(() => setVersion((before) => before + 1))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  return { offsets, range, onScroll }
}

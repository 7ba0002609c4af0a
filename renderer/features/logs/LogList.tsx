import { useVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { usePreferences } from '../../store/index.ts'
import { keyOf } from './buffer.ts'
import type { SourceColours } from './colours.ts'
import { LogDetail, LogRow } from './LogRow.tsx'
import { useKeepPlace, useLogScroll } from './scroll.ts'
import { useLogCursor } from './useLogCursor.ts'

export interface LogListHandle {
  /** Goes to the newest line and stays there. */
  follow(): void
}

interface LogListProps {
  lines: readonly LogLine[]
  withSource: boolean
  colours: SourceColours
  marking: RegExp | null
  isFollowing: boolean
  onFollowing: (isFollowing: boolean) => void
  /** Adds lines in front; settles when they are there. */
  onOlder: () => Promise<void>
  ref: Ref<LogListHandle>
}

const rowHeights = { comfortable: 20, compact: 18 } as const
const detailGuess = 96

/** Lines of which only those in sight are in the page. One of them may be open, with its detail below it. */
export function LogList(props: LogListProps) {
  const { lines, withSource, colours, marking, isFollowing, onFollowing, onOlder, ref } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = rowHeights[usePreferences((state) => state.density)]
  const [detailHeight, setDetailHeight] = useState(detailGuess)
  const { toEnd, toStart, onScroll } = useLogScroll({ scroller, rowHeight, onFollowing, onOlder })
  const { cursor, opened, toggle } = useLogCursor({
    lines,
    onFollowing,
    toEnd,
    toStart,
    toLine: (index) => virtual.scrollToIndex(index),
  })
  const openedIndex = opened === null ? -1 : lines.findIndex((line) => keyOf(line) === opened)

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (index === openedIndex ? rowHeight + detailHeight : rowHeight),
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with these
  useLayoutEffect(() => virtual.measure(), [rowHeight, openedIndex, detailHeight, virtual])
  // biome-ignore lint/correctness/useExhaustiveDependencies: to be done whenever there are other lines
  useLayoutEffect(() => {
    if (isFollowing) toEnd()
  }, [lines, rowHeight, isFollowing])
  useKeepPlace({ scroller, lines, rowHeight, isFollowing })
  useImperativeHandle(ref, () => ({ follow: toEnd }))

  const detail = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const height = detail.current?.offsetHeight
    if (height !== undefined && height !== detailHeight) setDetailHeight(height)
  })

  return (
    <div
      className="log"
      role="log"
      aria-live="off"
      aria-label="Log lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
      ref={scroller}
      onScroll={onScroll}
    >
      <div className={withSource ? 'log-lines' : 'log-lines no-source'} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index]
          if (!line) return null
          const key = keyOf(line)
          const classes = ['log-line', line.level, opened === key && 'is-open', cursor === key && 'is-cursor']
          return (
            <div key={key}>
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter does the same for the line under the cursor */}
              {/* biome-ignore lint/a11y/noStaticElementInteractions: a click is a shorter way to what Enter does */}
              <div className={classes.filter(Boolean).join(' ')} style={{ top: start }} onClick={() => toggle(key)}>
                <LogRow line={line} withSource={withSource} colour={colours.of(line.service)} marking={marking} />
              </div>
              {opened === key && <LogDetail line={line} top={start + rowHeight} ref={detail} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

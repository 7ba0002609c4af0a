import { type MouseEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { absoluteTime } from '../../parts/index.ts'
import { usePreferences } from '../../store/index.ts'
import type { SourceColours } from './colours.ts'
import type { FieldFilter } from './fields.ts'
import { LogDetail } from './LogDetail.tsx'
import { LogRow } from './LogRow.tsx'
import { comparePlaces, type Place, placeOf } from './place.ts'
import type { LogCursor } from './useLogCursor.ts'
import type { LogLines } from './useLogWindow.ts'
import { useRows } from './useRows.ts'

interface LogListProps {
  log: LogLines
  cursor: LogCursor
  withSource: boolean
  isWrapped: boolean
  colours: SourceColours
  marking: RegExp | null
  isHit: (place: Place) => boolean
  onSeen: (first: LogLine, last: LogLine) => void
  onFilter: (filter: FieldFilter) => void
  /** Said where there is no line. */
  children: ReactNode
}

const rowHeights = { comfortable: 20, compact: 18 } as const

/** Lines of which only those in sight are in the page. One of them may be open, with its detail below it. */
export function LogList(props: LogListProps) {
  const { log, cursor, withSource, isWrapped, colours, marking, isHit, onSeen, onFilter, children } = props
  const { window, isFollowing, target } = log
  const { lines } = window
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useRef<HTMLDivElement>(null)
  const rowHeight = rowHeights[usePreferences((state) => state.density)]
  const { offsets, range, onScroll } = useRows({
    scroller,
    rows,
    lines,
    rowHeight,
    isWrapped,
    opened: cursor.opened,
    isFollowing,
    isAtNewest: window.newer === null,
    target,
    onFollowing: log.setFollowing,
    onOlder: () => void log.loadOlder(),
    onNewer: () => void log.loadNewer(),
    onSeen,
  })
  const placeFrom = (event: MouseEvent): Place | undefined => {
    const element = event.target as HTMLElement
    if (element.closest('a, button, .detail')) return undefined
    return element.closest<HTMLElement>('[data-place]')?.dataset.place
  }
  const classes = ['log', withSource ? '' : 'no-source', isWrapped ? 'is-wrapped' : '']
  return (
    <div
      className={classes.filter(Boolean).join(' ')}
      role="log"
      aria-live="off"
      aria-label="Log lines"
      aria-busy={log.isReading}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
      ref={scroller}
      onScroll={onScroll}
    >
      {children}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter does the same for the line under the cursor */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click is a shorter way to what Enter does */}
      <div
        className="log-lines"
        ref={rows}
        style={{ height: offsets[lines.length] }}
        onPointerMove={showFullTime}
        onMouseDown={(event) => {
          // Shift extends the lines that are selected, not the browser's own selection of text.
          if (event.shiftKey && placeFrom(event) !== undefined) event.preventDefault()
        }}
        onClick={(event) => {
          const place = placeFrom(event)
          if (place !== undefined) cursor.toggle(place, event.shiftKey)
        }}
      >
        {lines.slice(range.from, range.to).map((line, index) => {
          const place = placeOf(line)
          return (
            <div
              key={place}
              data-place={place}
              className={rowClasses(line, place, cursor, isHit(place))}
              style={{ top: offsets[range.from + index] }}
            >
              <div className="log-line">
                <LogRow line={line} withSource={withSource} colour={colours.of(line.service)} marking={marking} />
              </div>
              {cursor.opened === place && <LogDetail line={line} marking={marking} onFilter={onFilter} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The date as well, on hover; written for every row beforehand it would be most of what a row takes. */
function showFullTime({ target }: PointerEvent): void {
  if (target instanceof HTMLTimeElement && target.title === '') target.title = absoluteTime(target.dateTime)
}

function rowClasses({ level }: LogLine, place: Place, cursor: LogCursor, isHit: boolean): string {
  const { selection } = cursor
  const isSelected =
    selection !== null && comparePlaces(selection[0], place) <= 0 && comparePlaces(place, selection[1]) <= 0
  const classes = [
    'log-item',
    level,
    isHit && 'is-hit',
    isSelected && 'is-selected',
    cursor.opened === place && 'is-open',
    cursor.cursor === place && 'is-cursor',
  ]
  return classes.filter(Boolean).join(' ')
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { useAppearance } from '../../store/index.ts'
import { keyOf } from './buffer.ts'
import type { SourceColours } from './colours.ts'
import { LogDetail, LogRow } from './LogRow.tsx'

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
  /** Adds lines in front; resolves with how many. */
  onOlder: () => Promise<number>
  ref: Ref<LogListHandle>
}

const rowHeights = { comfortable: 20, compact: 18 } as const
const detailGuess = 96
/** So near to the upper edge older lines are fetched. */
const olderWithin = 400

export function LogList(props: LogListProps) {
  const { lines, withSource, colours, marking, isFollowing, onFollowing, onOlder, ref } = props
  const scroller = useRef<HTMLDivElement>(null)
  const density = useAppearance((state) => state.density)
  const rowHeight = rowHeights[density]
  const [opened, setOpened] = useState<string | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [detailHeight, setDetailHeight] = useState(detailGuess)
  const openedIndex = opened === null ? -1 : lines.findIndex((line) => keyOf(line) === opened)

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (index === openedIndex ? rowHeight + detailHeight : rowHeight),
    overscan: 12,
    getItemKey: (index) => {
      const line = lines[index]
      return line ? keyOf(line) : index
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with these
  useLayoutEffect(() => virtual.measure(), [rowHeight, openedIndex, detailHeight, virtual])

  const toEnd = (): void => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
  }
  useLayoutEffect(() => {
    if (isFollowing && lines.length > 0) toEnd()
  })
  useKeepPlace({ scroller, lines, rowHeight, isFollowing })

  const lastTop = useRef(0)
  const isLoading = useRef(false)
  const onScroll = (): void => {
    const element = scroller.current
    if (!element) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight
    const isUpward = element.scrollTop < lastTop.current - 1
    lastTop.current = element.scrollTop
    if (isAtEnd) onFollowing(true)
    else if (isUpward) onFollowing(false)
    if (!isUpward || element.scrollTop > olderWithin || isLoading.current) return
    isLoading.current = true
    const done = (): void => {
      isLoading.current = false
    }
    void onOlder().then(done, done)
  }

  useImperativeHandle(ref, () => ({
    follow() {
      onFollowing(true)
      toEnd()
    },
  }))

  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    const at = cursor === null ? -1 : lines.findIndex((line) => keyOf(line) === cursor)
    const index = at === -1 ? lines.length - 1 : Math.min(lines.length - 1, Math.max(0, at + by))
    const line = lines[index]
    if (!line) return
    onFollowing(index === lines.length - 1 && isFollowing)
    setCursor(keyOf(line))
    virtual.scrollToIndex(index)
  }
  useKeys({
    j: step(1),
    arrowDown: step(1),
    k: step(-1),
    arrowUp: step(-1),
    enter: (event) => {
      if (event.target instanceof HTMLElement && event.target.closest('a, button')) return
      if (cursor !== null) setOpened(opened === cursor ? null : cursor)
    },
    escape: () => setOpened(null),
    end: (event) => {
      event.preventDefault()
      onFollowing(true)
      toEnd()
    },
    home: (event) => {
      event.preventDefault()
      onFollowing(false)
      scroller.current?.scrollTo({ top: 0 })
    },
  })

  const toggle = (key: string): void => {
    // A person who marks text does not want the line to open.
    if (window.getSelection()?.isCollapsed === false) return
    setCursor(key)
    setOpened(opened === key ? null : key)
    if (opened !== key) onFollowing(false)
  }
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

interface Place {
  scroller: { current: HTMLElement | null }
  lines: readonly LogLine[]
  rowHeight: number
  isFollowing: boolean
}

/** Lines that come or go above what one reads must not move it. */
function useKeepPlace({ scroller, lines, rowHeight, isFollowing }: Place): void {
  const before = useRef<readonly LogLine[]>(lines)
  useLayoutEffect(() => {
    const last = before.current
    before.current = lines
    const [oldFirst] = last
    const [newFirst] = lines
    if (isFollowing || !oldFirst || !newFirst || oldFirst === newFirst || !scroller.current) return
    const added = lines.indexOf(oldFirst)
    const removed = added === -1 ? last.indexOf(newFirst) : 0
    scroller.current.scrollTop += (Math.max(0, added) - Math.max(0, removed)) * rowHeight
  }, [lines, rowHeight, isFollowing, scroller])
}

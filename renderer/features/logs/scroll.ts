import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { LogLine } from '../../../contract/index.ts'

/** So near to the upper edge older lines are fetched. */
const olderWithinPx = 400

interface LogScroll {
  scroller: RefObject<HTMLElement | null>
  rowHeight: number
  onFollowing: (isFollowing: boolean) => void
  onOlder: () => Promise<void>
}

/** Following yields to whoever scrolls up, and goes on at the last line. */
export function useLogScroll({ scroller, rowHeight, onFollowing, onOlder }: LogScroll) {
  const lastTop = useRef(0)
  const isLoading = useRef(false)

  const toEnd = (): void => {
    const element = scroller.current
    onFollowing(true)
    if (element) element.scrollTop = element.scrollHeight
  }
  const toStart = (): void => {
    onFollowing(false)
    scroller.current?.scrollTo({ top: 0 })
  }
  const onScroll = (): void => {
    const element = scroller.current
    if (!element) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight
    const isUpward = element.scrollTop < lastTop.current - 1
    lastTop.current = element.scrollTop
    if (isAtEnd) onFollowing(true)
    else if (isUpward) onFollowing(false)
    if (!isUpward || element.scrollTop > olderWithinPx || isLoading.current) return
    isLoading.current = true
    void onOlder().finally(() => {
      isLoading.current = false
    })
  }
  return { toEnd, toStart, onScroll }
}

interface Place {
  scroller: RefObject<HTMLElement | null>
  lines: readonly LogLine[]
  rowHeight: number
  isFollowing: boolean
}

/** Lines that come or go above what one reads must not move it. */
export function useKeepPlace({ scroller, lines, rowHeight, isFollowing }: Place): void {
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

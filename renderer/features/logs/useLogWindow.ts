import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { showError, useIsLive } from '../../store/index.ts'
import { comparePlaces, type Place, placeOf } from './place.ts'
import { filterOf, keyOf, type LogFilter, type LogQuestion } from './question.ts'
import {
  type Batch,
  type Beyond,
  emptyWindow,
  type LogWindow,
  pageLines,
  windowAround,
  windowOf,
  withBatch,
  withNewer,
  withOlder,
  withoutUntil,
} from './window.ts'

/** Where the list is to scroll to; a new object each time, so that one can go to the same line twice. */
export interface Target {
  place: Place
}

interface Shown {
  window: LogWindow
  isFollowing: boolean
  /** How many lines came since the question was asked: what tells how many came while one looked elsewhere. */
  arrived: number
  isReading: boolean
  problem: string | null
  target: Target | null
  /** When the view was cleared; null while it shows what is kept. */
  clearedAtMs: number | null
}

export interface LogLines extends Shown {
  setFollowing: (isFollowing: boolean) => void
  /** To the newest line, and on with what comes. */
  toEnd: () => void
  toStart: () => void
  toPlace: (place: Place) => Promise<void>
  toTime: (atMs: number) => Promise<void>
  /** Adds lines in front or behind; a failure is shown to the person. */
  loadOlder: () => Promise<void>
  loadNewer: () => Promise<void>
  clear: () => void
  /** Shows again what was there before `clear`. */
  restore: () => void
}

/** What the stream is at, apart from what is shown. */
interface Stream {
  cursor: string | undefined
  /** The newest line that it told of. */
  heard: Place | undefined
  /** Where the view was cleared: nothing older is shown. */
  floor: { place: Place | undefined; cursor: string } | undefined
}

const nothing: Shown = {
  window: emptyWindow,
  isFollowing: true,
  arrived: 0,
  isReading: true,
  problem: null,
  target: null,
  clearedAtMs: null,
}
const firstLines = 2 * pageLines
const aroundLines = 300
const dawn = '1970-01-01T00:00:00Z'

/**
 * The lines that a question asks for: a stream of what comes, and pages of what is kept where one scrolls. A new question
 * begins anew; a connection that was lost goes on where it was.
 */
export function useLogWindow(question: LogQuestion, onNew: (lines: readonly LogLine[]) => void): LogLines {
  const key = keyOf(question)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is all of the question
  const filter = useMemo<LogFilter>(() => filterOf(question), [key])
  const [shown, setShown] = useState<Shown & { filter: object }>({ ...nothing, filter })
  const newest = useRef<Shown>(nothing)
  const stream = useRef<Stream>({ cursor: undefined, heard: undefined, floor: undefined })
  const asked = useRef<object>(undefined)
  const frame = useRef(0)
  const [round, setRound] = useState(0)
  const isLive = useIsLive()
  const tellNew = useRef(onNew)
  tellNew.current = onNew

  const publish = useCallback((): void => {
    cancelAnimationFrame(frame.current)
    frame.current = 0
    setShown({ ...newest.current, filter })
  }, [filter])
  const change = useCallback(
    (next: Partial<Shown>, when: 'now' | 'soon' = 'now'): void => {
      newest.current = { ...newest.current, ...next }
      if (when === 'now') publish()
      else frame.current ||= requestAnimationFrame(publish)
    },
    [publish],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: a round begins the stream anew
  useEffect(() => {
    if (!isLive) return
    const own = stream.current
    if (asked.current !== filter) {
      newest.current = nothing
      Object.assign(own, { cursor: undefined, heard: undefined, floor: undefined })
    }
    asked.current = filter
    const ended = new AbortController()
    const take = ({ items, skipped, cursor }: Batch & { cursor: string }): void => {
      const isFirst = own.cursor === undefined
      own.cursor = cursor
      const last = items.at(-1)
      if (last && (!own.heard || comparePlaces(placeOf(last), own.heard) > 0)) own.heard = placeOf(last)
      const { window, isFollowing, arrived } = newest.current
      if (isFirst) {
        change({ window: windowOf(items), isReading: false, problem: null }, 'soon')
        return
      }
      const next = withBatch(window, { items, skipped }, isFollowing)
      tellNew.current(items)
      change({ window: next, arrived: arrived + items.length + skipped, isReading: false }, 'soon')
    }
    const from = own.cursor === undefined ? {} : { cursor: own.cursor }
    void follow({ ...filter, ...from }, ended.signal, take).catch((error: unknown) => {
      if (!ended.signal.aborted && !isAborted(error)) change({ problem: messageOf(error), isReading: false })
    })
    return () => {
      ended.abort()
      cancelAnimationFrame(frame.current)
      frame.current = 0
    }
  }, [filter, isLive, round])

  const actions = useMemo(() => {
    const own = stream.current
    const isCurrent = (): boolean => asked.current === filter
    const aboveFloor = (window: LogWindow): LogWindow =>
      own.floor?.place === undefined ? window : withoutUntil(window, own.floor.place)
    /** A window that ends with the last page ends with the newest line, unless one has come meanwhile. */
    const caughtUp = (window: LogWindow): LogWindow => {
      const last = window.lines.at(-1)
      if (window.newer !== null || !last || !own.heard || comparePlaces(placeOf(last), own.heard) >= 0) return window
      return { ...window, newer: { from: placeOf(last) } }
    }
    const ask = (where: Beyond | { since: string } | { until: string }, limit: number) =>
      client.logs.query({ ...filter, ...where, limit })

    let isLoadingOlder = false
    let isLoadingNewer = false
    const loadOlder = async (): Promise<void> => {
      const { older } = newest.current.window
      if (isLoadingOlder || older === null) return
      isLoadingOlder = true
      try {
        const page = await ask(older, pageLines)
        if (!isCurrent() || newest.current.window.older !== older) return
        change({ window: aboveFloor(withOlder(newest.current.window, page)) })
      } catch (error) {
        if (isCurrent()) showError('Older lines could not be read', error)
      } finally {
        isLoadingOlder = false
      }
    }
    const loadNewer = async (): Promise<void> => {
      const { newer } = newest.current.window
      if (isLoadingNewer || newer === null) return
      isLoadingNewer = true
      try {
        const page = await ask(newer, pageLines)
        if (!isCurrent() || newest.current.window.newer !== newer) return
        change({ window: caughtUp(withNewer(newest.current.window, page)) })
      } catch (error) {
        if (isCurrent()) showError('Newer lines could not be read', error)
      } finally {
        isLoadingNewer = false
      }
    }
    const begin = (cursor: string | undefined): void => {
      own.cursor = cursor
      own.heard = undefined
      setRound((before) => before + 1)
    }
    const toEnd = (): void => {
      const { window } = newest.current
      if (window.newer === null) {
        change({ isFollowing: true, target: null })
        return
      }
      change({ isFollowing: true, target: null, window: own.floor ? emptyWindow : window, isReading: true })
      begin(own.floor?.cursor)
    }
    const show = (window: LogWindow, place: Place | undefined): void => {
      if (!isCurrent()) return
      change({ window: caughtUp(window), isFollowing: false, target: place === undefined ? null : { place } })
    }
    const going = async (to: () => Promise<void>): Promise<void> => {
      try {
        await to()
      } catch (error) {
        if (isCurrent()) showError('The lines there could not be read', error)
      }
    }
    const isShown = (place: Place): boolean => newest.current.window.lines.some((line) => placeOf(line) === place)
    const toPlace = (place: Place): Promise<void> =>
      going(async () => {
        if (isShown(place)) return change({ isFollowing: false, target: { place } })
        const [older, newer] = await Promise.all([
          ask({ before: place }, aroundLines),
          ask({ from: place }, aroundLines),
        ])
        own.floor = undefined
        change({ clearedAtMs: null })
        show(windowAround(older, newer), place)
      })
    const toTime = (atMs: number): Promise<void> =>
      going(async () => {
        const since = new Date(atMs).toISOString()
        const newer = await ask({ since }, aroundLines)
        const [first] = newer.items
        if (!first && newer.nextCursor === undefined) return toEnd()
        const older = await ask(first ? { before: placeOf(first) } : { until: since }, aroundLines)
        own.floor = undefined
        change({ clearedAtMs: null })
        const nearest = first ?? older.items.at(-1)
        show(windowAround(older, newer), nearest && placeOf(nearest))
      })
    const toStart = (): void => {
      const [first] = newest.current.window.lines
      if (newest.current.window.older === null && first) {
        change({ isFollowing: false, target: { place: placeOf(first) } })
        return
      }
      void going(async () => {
        const page = await ask({ since: dawn }, pageLines)
        const [oldest] = page.items
        show(windowAround({ items: [] }, page), oldest && placeOf(oldest))
      })
    }
    const clear = (): void => {
      if (own.cursor === undefined) return
      own.floor = { place: own.heard, cursor: own.cursor }
      change({ window: emptyWindow, isFollowing: true, target: null, clearedAtMs: Date.now() })
    }
    const restore = (): void => {
      own.floor = undefined
      change({ clearedAtMs: null, isReading: true, isFollowing: true, target: null })
      begin(undefined)
    }
    const setFollowing = (isFollowing: boolean): void => {
      if (isFollowing !== newest.current.isFollowing) change({ isFollowing, target: null })
    }
    return { setFollowing, toEnd, toStart, toPlace, toTime, loadOlder, loadNewer, clear, restore }
  }, [filter, change])

  const { filter: _filter, ...current } = shown.filter === filter ? shown : { ...nothing, filter }
  return { ...current, ...actions }
}

async function follow(
  query: LogFilter & { cursor?: string },
  signal: AbortSignal,
  take: (batch: Batch & { cursor: string }) => void,
): Promise<void> {
  const stream = await client.logs.follow({ ...query, limit: firstLines }, { signal })
  for await (const batch of stream) take(batch)
}

import { useEffect, useMemo, useRef, useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { useIsLive } from '../../store/index.ts'
import type { Place } from './place.ts'
import { filterOf, keyOf, type LogQuestion } from './question.ts'
import { LogReader, type Shown } from './reader.ts'

export type LogLines = Shown & ReturnType<typeof waysOf>

/** What a reader shows, as state, and the ways through it. A new question begins anew, with a reader of its own. */
export function useLogWindow(question: LogQuestion, onNew: (lines: readonly LogLine[]) => void): LogLines {
  const tellNew = useRef(onNew)
  tellNew.current = onNew
  const key = keyOf(question)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is all of the question
  const reader = useMemo(() => new LogReader(filterOf(question), (lines) => tellNew.current(lines)), [key])
  const [last, setLast] = useState({ reader, shown: reader.shown })
  const isLive = useIsLive()

  useEffect(() => reader.listen((shown) => setLast({ reader, shown })), [reader])
  useEffect(() => (isLive ? reader.follow() : undefined), [reader, isLive])

  const ways = useMemo(() => waysOf(reader), [reader])
  return { ...(last.reader === reader ? last.shown : reader.shown), ...ways }
}

const waysOf = (reader: LogReader) => ({
  setFollowing: (isFollowing: boolean) => reader.setFollowing(isFollowing),
  toEnd: () => reader.toEnd(),
  toStart: () => reader.toStart(),
  toPlace: (place: Place) => reader.toPlace(place),
  toTime: (atMs: number) => reader.toTime(atMs),
  loadOlder: () => reader.loadOlder(),
  loadNewer: () => reader.loadNewer(),
  clear: () => reader.clear(),
  restore: () => reader.restore(),
})

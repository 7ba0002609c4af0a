import { useEffect, useMemo, useRef, useState } from 'react'
import { type LogLevel, type LogLine, logLevels } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { copyText } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { showDone, showError, useIsLive } from '../../store/index.ts'
import { SourceColours } from './colours.ts'
import { plainText } from './export.ts'
import { type FieldFilter, filtersText, patternOf, readFilters, withFilter } from './fields.ts'
import type { HistogramHandle } from './Histogram.tsx'
import { grepOf, markingPattern, patternProblem, type SearchText, sourceOf } from './pattern.ts'
import { comparePlaces, type Place, placeOf } from './place.ts'
import type { LogQuestion } from './question.ts'
import { useHits } from './useHits.ts'
import { useLogCursor } from './useLogCursor.ts'
import { type LogLines, useLogWindow } from './useLogWindow.ts'

/** All that a view of logs is about; what one chose stands in the address. */
export function useLogView(services: readonly string[]) {
  const [search, setSearch] = useSearch()
  const [levelText, setLevel] = useParameter('level')
  const level: LogLevel | '' = logLevels.find((known) => known === levelText) ?? ''
  const [filterText, setFilterText] = useParameter('fields')
  const filters = useMemo(() => readFilters(filterText), [filterText])
  const [wrapText, setWrap] = useParameter('wrap')
  const pattern = usePattern(search)

  const names = services.join('\n')
  const base = useMemo<LogQuestion>(
    () => ({ services: names === '' ? [] : names.split('\n'), level, grep: filters.map(patternOf) }),
    [names, level, filters],
  )
  const question = useMemo<LogQuestion>(
    () => (search.isOnly && pattern !== '' ? { ...base, grep: [...base.grep, pattern] } : base),
    [base, search.isOnly, pattern],
  )
  const hits = useHits(base, pattern)
  const log = useLogWindow(question, hits.add)
  useMoment(log)
  const [colours] = useState(() => new SourceColours())
  const marking = useMemo(() => markingPattern(pattern), [pattern])

  const seen = useRef<readonly [Place, Place]>(undefined)
  const strip = useRef<HistogramHandle>(null)
  const onSeen = (first: LogLine, last: LogLine): void => {
    seen.current = [placeOf(first), placeOf(last)]
    strip.current?.show(first, last)
  }
  const { lines } = log.window
  const onStep = (place: Place): void => {
    const isSeen =
      seen.current && comparePlaces(seen.current[0], place) < 0 && comparePlaces(place, seen.current[1]) < 0
    if (isSeen) log.setFollowing(false)
    else void log.toPlace(place)
  }
  const cursor = useLogCursor({ lines, seen: () => seen.current, onStep })
  const { setCursor } = cursor
  const { target, setFollowing } = log
  useEffect(() => {
    if (target) setCursor(target.place)
  }, [target, setCursor])
  // Who opens a line reads it: it must not be scrolled away.
  useEffect(() => {
    if (cursor.opened !== null) setFollowing(false)
  }, [cursor.opened, setFollowing])

  const [hit, setHit] = useState<Place | null>(null)
  const goToHit = (direction: 'newer' | 'older'): void => {
    const from = hit !== null && hits.has(hit) ? hit : null
    const place = from === null ? hits.near(seen.current?.[0]) : hits.next(from, direction)
    setHit(place)
    if (place !== null) void log.toPlace(place)
  }

  const chosenLines = (): readonly LogLine[] => {
    const { selection } = cursor
    const [from, to] = selection ?? [cursor.cursor, cursor.cursor]
    if (from === null || to === null) return lines
    const chosen = lines.filter(
      (line) => comparePlaces(from, placeOf(line)) <= 0 && comparePlaces(placeOf(line), to) <= 0,
    )
    return chosen.length === 0 ? lines : chosen
  }
  const copy = async (): Promise<void> => {
    const chosen = chosenLines()
    if (await copyText(textOf(chosen))) showDone('Copied', countOf(chosen.length))
    else showError('Could not copy', 'The clipboard was refused.')
  }
  useCopyCommand(() => (cursor.cursor === null ? null : textOf(chosenLines())))

  const key = (act: () => void) => (event: KeyboardEvent) => {
    event.preventDefault()
    act()
  }
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    cursor.step(by, event.shiftKey)
  }
  useKeys(
    {
      f: key(() => (log.isFollowing ? log.setFollowing(false) : log.toEnd())),
      g: key(log.toStart),
      home: key(log.toStart),
      G: key(log.toEnd),
      end: key(log.toEnd),
      j: step(1),
      arrowDown: step(1),
      k: step(-1),
      arrowUp: step(-1),
      // Where there is nothing to close, the page around may have a meaning for it.
      ...((cursor.opened !== null || cursor.selection !== null) && { escape: key(cursor.close) }),
    },
    'part',
  )

  const setFilters = (next: readonly FieldFilter[]): void => setFilterText(filtersText(next))
  return {
    search,
    setSearch,
    level,
    setLevel,
    filters,
    addFilter: (filter: FieldFilter) => setFilters(withFilter(filters, filter)),
    removeFilter: (filter: FieldFilter) => setFilters(filters.filter(({ key: name }) => name !== filter.key)),
    isWrapped: wrapText === 'on',
    setWrapped: (isWrapped: boolean) => setWrap(isWrapped ? 'on' : ''),
    question,
    pattern,
    marking,
    hits,
    hit,
    goToHit,
    log,
    cursor,
    colours,
    strip,
    onSeen,
    copy,
  }
}

export type View = ReturnType<typeof useLogView>

const textOf = (lines: readonly LogLine[]): string => lines.map(plainText).join('\n')
const countOf = (lines: number): string => `${lines.toLocaleString()} ${lines === 1 ? 'line' : 'lines'}`

function useSearch(): [SearchText, (next: SearchText) => void] {
  const [text, setText] = useParameter('search')
  const [plain, setPlain] = useParameter('plain')
  const [matching, setCase] = useParameter('case')
  const [only, setOnly] = useParameter('only')
  const search = useMemo(
    () => ({ text, isPlain: plain === 'on', matchCase: matching === 'match', isOnly: only === 'on' }),
    [text, plain, matching, only],
  )
  const set = (next: SearchText): void => {
    setText(next.text)
    setPlain(next.isPlain ? 'on' : '')
    setCase(next.matchCase ? 'match' : '')
    setOnly(next.isOnly ? 'on' : '')
  }
  return [search, set]
}

/** A moment that the address names, as where a chart was clicked: the view opens there, and the address forgets it. */
function useMoment({ toTime, isReading }: Pick<LogLines, 'toTime' | 'isReading'>): void {
  const [at, setAt] = useParameter('at')
  const atMs = Date.parse(at)
  // The first lines to come would take the place of those of the moment.
  const isReady = useIsLive() && !isReading
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new moment leads to another place
  useEffect(() => {
    if (Number.isNaN(atMs) || !isReady) return
    setAt('')
    void toTime(atMs)
  }, [atMs, isReady])
}

/** What is searched for: the text as long as it is a regular expression, else the last one that was. */
function usePattern(search: SearchText): string {
  const last = useRef('')
  const source = sourceOf(search)
  if (patternProblem(source) === null) last.current = source
  return grepOf(last.current, search.matchCase)
}

/** The copy command of the keyboard or a menu takes the chosen lines, unless text is marked. */
function useCopyCommand(textToCopy: () => string | null): void {
  const newest = useRef(textToCopy)
  newest.current = textToCopy
  useEffect(() => {
    const copy = (event: ClipboardEvent): void => {
      const isMarking = window.getSelection()?.isCollapsed === false
      if (isMarking || (event.target instanceof HTMLElement && event.target.matches('input, textarea'))) return
      const text = newest.current()
      if (text === null) return
      event.preventDefault()
      event.clipboardData?.setData('text/plain', text)
    }
    document.addEventListener('copy', copy)
    return () => document.removeEventListener('copy', copy)
  }, [])
}

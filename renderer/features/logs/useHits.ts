import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { useIsLive } from '../../store/index.ts'
import { stripAnsi } from './ansi.ts'
import { markingPattern } from './pattern.ts'
import { comparePlaces, firstIndexWhere, type Place, placeOf } from './place.ts'
import { filterOf, keyOf, type LogQuestion } from './question.ts'

interface Found {
  /** Newest first. */
  places: readonly Place[]
  isSearching: boolean
  /** Everything newer is searched. */
  searchedTo: string | null
  /** There are more, older ones than are told of. */
  more: boolean
  problem: string | null
}

export interface Hits extends Found {
  has: (place: Place) => boolean
  /** Which hit this is, the oldest of all being the first; null when it is none. */
  numberOf: (place: Place) => number | null
  /** The hit that one goes to from a place; beyond the last one it goes on at the other end. */
  next: (from: Place | null, direction: 'newer' | 'older') => Place | null
  /** The first hit from a place on, else the newest. */
  near: (from: Place | undefined) => Place | null
  /** Lines that have come meanwhile. */
  add: (lines: readonly LogLine[]) => void
  cancel: () => void
}

const nothing: Found = { places: [], isSearching: false, searchedTo: null, more: false, problem: null }

/** The hits of a pattern in all that is kept, as the agent finds them, from the newest line back. */
export function useHits(question: LogQuestion, pattern: string): Hits {
  const key = `${keyOf(question)}\n${pattern}`
  const [shown, setShown] = useState<Found & { key: string }>({ ...nothing, key: '' })
  const newest = useRef(shown)
  const set = useRef(new Set<Place>())
  const search = useRef<AbortController>(undefined)
  const isLive = useIsLive()
  const marking = useMemo(() => markingPattern(pattern), [pattern])

  const change = useCallback((next: Partial<Found & { key: string }>): void => {
    newest.current = { ...newest.current, ...next }
    setShown(newest.current)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is all of the question and the pattern
  useEffect(() => {
    set.current = new Set()
    change({ ...nothing, key, isSearching: pattern !== '' && isLive })
    if (pattern === '' || !isLive) return
    const ended = new AbortController()
    search.current = ended
    const take = (places: readonly Place[], searchedTo: string, done: boolean, more: boolean): void => {
      for (const place of places) set.current.add(place)
      change({ places: [...newest.current.places, ...places], searchedTo, isSearching: !done, more })
    }
    void (async () => {
      const stream = await client.logs.hits({ ...filterOf(question), pattern }, { signal: ended.signal })
      for await (const { places, searchedTo, done, more } of stream) take(places, searchedTo, done, more)
    })().catch((error: unknown) => {
      if (!ended.signal.aborted && !isAborted(error)) change({ problem: messageOf(error), isSearching: false })
    })
    return () => ended.abort()
  }, [key, isLive, change])

  const cancel = useCallback((): void => {
    search.current?.abort()
    change({ isSearching: false })
  }, [change])
  const add = useCallback(
    (lines: readonly LogLine[]): void => {
      // A pattern that could take long is not tried here; its new hits are found by searching again.
      if (!marking) return
      const fresh = lines.filter((line) => {
        marking.lastIndex = 0
        return !set.current.has(placeOf(line)) && marking.test(stripAnsi(line.text))
      })
      if (fresh.length === 0) return
      for (const line of fresh) set.current.add(placeOf(line))
      change({ places: [...fresh.map(placeOf).reverse(), ...newest.current.places] })
    },
    [marking, change],
  )

  const found = shown.key === key ? shown : { ...nothing, isSearching: pattern !== '' }
  const { places } = found
  const methods = useMemo(() => hitMethods(places), [places])
  return { ...found, ...methods, has: (place) => set.current.has(place), add, cancel }
}

/** Ways through hits that are given newest first. */
export function hitMethods(places: readonly Place[]): Pick<Hits, 'numberOf' | 'next' | 'near'> {
  /** The first of them that is at this place or older. */
  const indexAt = (place: Place): number =>
    firstIndexWhere(places.length, (index) => comparePlaces(places[index] as Place, place) <= 0)
  const numberOf = (place: Place): number | null => {
    const index = indexAt(place)
    return places[index] === place ? places.length - index : null
  }
  const next = (from: Place | null, direction: 'newer' | 'older'): Place | null => {
    if (from === null) return places[0] ?? null
    const index = indexAt(from)
    const isHit = places[index] === from
    const to = direction === 'newer' ? index - 1 : index + (isHit ? 1 : 0)
    return places.at(to >= places.length ? 0 : to) ?? null
  }
  const near = (from: Place | undefined): Place | null => {
    if (from === undefined) return places[0] ?? null
    const index = indexAt(from)
    return (places[index] === from ? from : places[index - 1]) ?? places[0] ?? null
  }
  return { numberOf, next, near }
}

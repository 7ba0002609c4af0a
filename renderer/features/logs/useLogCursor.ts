import { useState } from 'react'
import type { LogLine } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { comparePlaces, type Place, placeOf } from './place.ts'

interface LogCursorOptions {
  lines: readonly LogLine[]
  /** The lines that are seen, from the first to the last. */
  seen: () => readonly [Place, Place] | undefined
  onStep: (place: Place) => void
}

export interface LogCursor {
  /** The line that the keyboard is at. */
  cursor: Place | null
  opened: Place | null
  /** From the older to the newer end, both included. */
  selection: readonly [Place, Place] | null
  setCursor: (place: Place | null) => void
  toggle: (place: Place, isExtending: boolean) => void
  step: (by: number, isExtending: boolean) => void
  /** Closes what is open and unmarks what is selected. */
  close: () => void
}

/** The line that the keyboard is at, the one that is open, and those that are selected. */
export function useLogCursor({ lines, seen, onStep }: LogCursorOptions): LogCursor {
  const [cursor, setCursor] = useState<Place | null>(null)
  const [opened, setOpened] = useState<Place | null>(null)
  const [other, setOther] = useState<Place | null>(null)

  const step = (by: number, isExtending: boolean): void => {
    const at = cursor === null ? -1 : lines.findIndex((line) => placeOf(line) === cursor)
    const start = at === -1 ? startOf(lines, seen(), by) : Math.min(lines.length - 1, Math.max(0, at + by))
    const line = lines[start]
    if (!line) return
    setOther(isExtending ? (other ?? cursor) : null)
    setCursor(placeOf(line))
    onStep(placeOf(line))
  }
  const toggle = (place: Place, isExtending: boolean): void => {
    if (isExtending && cursor !== null) {
      setOther(other ?? cursor)
      setCursor(place)
      return
    }
    // A person who marks text does not want the line to open.
    if (window.getSelection()?.isCollapsed === false) return
    setOther(null)
    setCursor(place)
    setOpened(opened === place ? null : place)
  }
  const close = (): void => {
    setOpened(null)
    setOther(null)
  }
  useKeys(
    {
      enter: (event) => {
        if (event.target instanceof HTMLElement && event.target.closest('a, button')) return
        if (cursor !== null) setOpened(opened === cursor ? null : cursor)
      },
    },
    'part',
  )
  const selection: LogCursor['selection'] =
    other === null || cursor === null ? null : comparePlaces(other, cursor) < 0 ? [other, cursor] : [cursor, other]
  return { cursor, opened, selection, setCursor, toggle, step, close }
}

/** Where the keyboard begins: at the edge of what is seen that it comes from. */
function startOf(lines: readonly LogLine[], seen: readonly [Place, Place] | undefined, by: number): number {
  const edge = by < 0 ? seen?.[1] : seen?.[0]
  const index = lines.findIndex((line) => placeOf(line) === edge)
  return index === -1 ? lines.length - 1 : index
}

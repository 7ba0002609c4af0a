import type { LogLine } from '../../../contract/index.ts'
import { comparePlaces, type Place, placeOf } from './place.ts'

/** How lines beyond an end of the window are asked for. */
export type Beyond = { cursor: string } | { before: Place } | { from: Place } | Record<string, never>

/** The part of all lines that a page holds, oldest first. The rest stays with the agent and is fetched when one scrolls there. */
export interface LogWindow {
  lines: readonly LogLine[]
  /** Null when the first line is the oldest that there is. */
  older: Beyond | null
  /** Null when the last line is the newest, so that new ones are put behind it as they come. */
  newer: Beyond | null
}

export interface Page {
  items: readonly LogLine[]
  nextCursor?: string | undefined
}

export interface Batch {
  items: readonly LogLine[]
  /** Lines that came too fast to be sent; they are fetched when one scrolls there. */
  skipped: number
}

export const pageLines = 500
export const mostLines = 20 * pageLines

export const emptyWindow: LogWindow = { lines: [], older: null, newer: null }

const beyond = ({ nextCursor }: Page): Beyond | null => (nextCursor === undefined ? null : { cursor: nextCursor })

/** The newest lines, as a stream of them begins. */
export function windowOf(items: readonly LogLine[]): LogWindow {
  const [first] = items
  return { lines: items, older: first ? { before: placeOf(first) } : {}, newer: null }
}

/** Lines around a place, of which the later ones begin with it. */
export function windowAround(older: Page, newer: Page): LogWindow {
  return { lines: [...older.items, ...newer.items], older: beyond(older), newer: beyond(newer) }
}

export function withOlder(window: LogWindow, page: Page): LogWindow {
  const [first] = window.lines
  const fresh = first ? page.items.filter((line) => isBefore(line, first)) : page.items
  const lines = fresh.length === 0 ? window.lines : [...fresh, ...window.lines]
  return trimmedAtEnd({ lines, older: beyond(page), newer: window.newer })
}

export function withNewer(window: LogWindow, page: Page): LogWindow {
  const last = window.lines.at(-1)
  const fresh = last ? page.items.filter((line) => isBefore(last, line)) : page.items
  const lines = fresh.length === 0 ? window.lines : [...window.lines, ...fresh]
  return trimmedAtStart({ lines, older: window.older, newer: beyond(page) })
}

/**
 * Lines that have come just now. Who follows sees them at once and loses the oldest of the window for them; who reads
 * keeps what is there, and finds them by scrolling.
 */
export function withBatch(window: LogWindow, { items, skipped }: Batch, isFollowing: boolean): LogWindow {
  if (window.newer !== null) return window
  const last = window.lines.at(-1)
  const fresh = last ? items.filter((line) => isBefore(last, line)) : items
  if (fresh.length < items.length && isOfHosts(items[0])) return withLate(window, items, fresh.length, isFollowing)
  if (fresh.length === 0 && skipped === 0) return window
  if (isFollowing) {
    if (skipped > 0 && fresh.length > 0) return windowOf(fresh)
    return trimmedAtStart({ ...window, lines: [...window.lines, ...fresh] })
  }
  if (skipped === 0 && window.lines.length + fresh.length <= mostLines)
    return { ...window, lines: [...window.lines, ...fresh] }
  return last ? { ...window, newer: { from: placeOf(last) } } : windowOf(fresh)
}

/** Lines of several hosts do not come in the order of their times: what is late goes to where it belongs. */
const isOfHosts = (line: LogLine | undefined): boolean => line?.service.includes('@') ?? false

function withLate(window: LogWindow, items: readonly LogLine[], freshCount: number, isFollowing: boolean): LogWindow {
  const [first] = window.lines
  const known = new Set(window.lines.map(placeOf))
  // What is older than the window is found by scrolling there.
  const more = items.filter(
    (line) => !known.has(placeOf(line)) && (!first || window.older === null || isBefore(first, line)),
  )
  if (more.length === 0) return window
  const isFull = !isFollowing && window.lines.length + more.length > mostLines
  if (isFull) return freshCount > 0 ? { ...window, newer: { from: placeOf(window.lines.at(-1) as LogLine) } } : window
  const lines = [...window.lines, ...more].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
  return trimmedAtStart({ ...window, lines })
}

/** Without what stands at or before a place, as after clearing. */
export function withoutUntil(window: LogWindow, floor: Place): LogWindow {
  const lines = window.lines.filter((line) => comparePlaces(placeOf(line), floor) > 0)
  return lines.length === window.lines.length ? window : { ...window, lines, older: null }
}

const isBefore = (a: LogLine, b: LogLine): boolean => comparePlaces(placeOf(a), placeOf(b)) < 0

function trimmedAtStart(window: LogWindow): LogWindow {
  const surplus = window.lines.length - mostLines
  if (surplus <= 0) return window
  const lines = window.lines.slice(surplus)
  return { ...window, lines, older: { before: placeOf(lines[0] as LogLine) } }
}

function trimmedAtEnd(window: LogWindow): LogWindow {
  if (window.lines.length <= mostLines) return window
  const lines = window.lines.slice(0, mostLines)
  return { ...window, lines, newer: { from: placeOf(lines.at(-1) as LogLine) } }
}

import type { LogLine } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { showError } from '../../store/index.ts'
import { comparePlaces, type Place, placeOf } from './place.ts'
import type { LogFilter } from './question.ts'
import {
  type Batch,
  type Beyond,
  emptyWindow,
  type LogWindow,
  type Page,
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

export interface Shown {
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

type Listener = (shown: Shown) => void
type End = 'older' | 'newer'
type Told = Batch & { cursor: string }

const firstLines = 2 * pageLines
const aroundLines = 300
const dawn = '1970-01-01T00:00:00Z'

/**
 * The lines that one question asks for: a stream of what comes, and pages of what is kept where one scrolls. A connection
 * that was lost goes on where it was. What is answered when nobody listens any more changes nothing.
 */
export class LogReader {
  readonly #filter: LogFilter
  readonly #onNew: (lines: readonly LogLine[]) => void
  #shown: Shown = {
    window: emptyWindow,
    isFollowing: true,
    arrived: 0,
    isReading: true,
    problem: null,
    target: null,
    clearedAtMs: null,
  }
  #listener: Listener | undefined
  #frame = 0
  /** Ends the stream; undefined while there is none. */
  #stream: AbortController | undefined
  /** Where the stream goes on. */
  #cursor: string | undefined
  /** The newest line that the stream told of. */
  #heard: Place | undefined
  /** Where the view was cleared: nothing older is shown. */
  #floor: { place: Place | undefined; cursor: string } | undefined
  readonly #loading = new Set<End>()

  constructor(filter: LogFilter, onNew: (lines: readonly LogLine[]) => void) {
    this.#filter = filter
    this.#onNew = onNew
  }

  get shown(): Shown {
    return this.#shown
  }

  /** For one who shows it. Returns the clean-up. */
  listen(listener: Listener): () => void {
    this.#listener = listener
    return () => {
      this.#listener = undefined
    }
  }

  /** Takes what comes, from where it was. Returns the clean-up. */
  follow(): () => void {
    this.#open()
    return () => {
      this.#stream?.abort()
      this.#stream = undefined
    }
  }

  setFollowing(isFollowing: boolean): void {
    if (isFollowing !== this.#shown.isFollowing) this.#change({ isFollowing, target: null })
  }

  /** To the newest line, and on with what comes. */
  toEnd(): void {
    const { window } = this.#shown
    if (window.newer === null) {
      this.#change({ isFollowing: true, target: null })
      return
    }
    this.#change({ isFollowing: true, target: null, window: this.#floor ? emptyWindow : window, isReading: true })
    this.#begin(this.#floor?.cursor)
  }

  toStart(): Promise<void> {
    return this.#go(async () => {
      const [first] = this.#shown.window.lines
      if (this.#shown.window.older === null && first) {
        this.#change({ isFollowing: false, target: { place: placeOf(first) } })
        return
      }
      const page = await this.#ask({ since: dawn }, pageLines)
      const [oldest] = page.items
      this.#show(windowAround({ items: [] }, page), oldest && placeOf(oldest))
    })
  }

  toPlace(place: Place): Promise<void> {
    return this.#go(async () => {
      if (this.#shown.window.lines.some((line) => placeOf(line) === place)) {
        this.#change({ isFollowing: false, target: { place } })
        return
      }
      const [older, newer] = await Promise.all([
        this.#ask({ before: place }, aroundLines),
        this.#ask({ from: place }, aroundLines),
      ])
      this.#unclear()
      this.#show(windowAround(older, newer), place)
    })
  }

  toTime(atMs: number): Promise<void> {
    return this.#go(async () => {
      const since = new Date(atMs).toISOString()
      const newer = await this.#ask({ since }, aroundLines)
      const [first] = newer.items
      if (!first && newer.nextCursor === undefined) {
        this.toEnd()
        return
      }
      const older = await this.#ask(first ? { before: placeOf(first) } : { until: since }, aroundLines)
      this.#unclear()
      const nearest = first ?? older.items.at(-1)
      this.#show(windowAround(older, newer), nearest && placeOf(nearest))
    })
  }

  /** Adds lines in front; a failure is shown to the person. */
  loadOlder(): Promise<void> {
    return this.#load('older', 'Older lines could not be read', (window, page) => {
      const next = withOlder(window, page)
      return this.#floor?.place === undefined ? next : withoutUntil(next, this.#floor.place)
    })
  }

  /** Adds lines behind; a failure is shown to the person. */
  loadNewer(): Promise<void> {
    return this.#load('newer', 'Newer lines could not be read', (window, page) =>
      this.#caughtUp(withNewer(window, page)),
    )
  }

  clear(): void {
    if (this.#cursor === undefined) return
    this.#floor = { place: this.#heard, cursor: this.#cursor }
    this.#change({ window: emptyWindow, isFollowing: true, target: null, clearedAtMs: Date.now() })
  }

  /** Shows again what was there before `clear`. */
  restore(): void {
    this.#unclear()
    this.#change({ isReading: true, isFollowing: true, target: null })
    this.#begin(undefined)
  }

  #open(): void {
    this.#stream?.abort()
    const stream = new AbortController()
    this.#stream = stream
    void this.#read(stream.signal).catch((error: unknown) => {
      if (!stream.signal.aborted && !isAborted(error)) this.#change({ problem: messageOf(error), isReading: false })
    })
  }

  async #read(signal: AbortSignal): Promise<void> {
    const from = this.#cursor === undefined ? {} : { cursor: this.#cursor }
    const stream = await client.logs.follow({ ...this.#filter, ...from, limit: firstLines }, { signal })
    for await (const told of stream) {
      // Another stream has begun meanwhile, perhaps from another place.
      if (signal.aborted) return
      this.#take(told)
    }
  }

  #take({ items, skipped, cursor }: Told): void {
    const isFirst = this.#cursor === undefined
    this.#cursor = cursor
    const last = items.at(-1)
    if (last && (!this.#heard || comparePlaces(placeOf(last), this.#heard) > 0)) this.#heard = placeOf(last)
    if (isFirst) {
      this.#change({ window: windowOf(items), isReading: false, problem: null }, 'soon')
      return
    }
    const { window, isFollowing, arrived } = this.#shown
    this.#onNew(items)
    this.#change(
      {
        window: withBatch(window, { items, skipped }, isFollowing),
        arrived: arrived + items.length + skipped,
        isReading: false,
      },
      'soon',
    )
  }

  /** The stream anew, from the newest lines or from a cursor. */
  #begin(cursor: string | undefined): void {
    this.#cursor = cursor
    this.#heard = undefined
    if (this.#stream) this.#open()
  }

  #ask(where: Beyond | { since: string } | { until: string }, limit: number): Promise<Page> {
    return client.logs.query({ ...this.#filter, ...where, limit })
  }

  /** The page beyond an end of the window, unless it is under way, or the window has another end by then. */
  async #load(end: End, problem: string, join: (window: LogWindow, page: Page) => LogWindow): Promise<void> {
    const beyond = this.#shown.window[end]
    if (this.#loading.has(end) || beyond === null) return
    this.#loading.add(end)
    try {
      const page = await this.#ask(beyond, pageLines)
      const { window } = this.#shown
      if (window[end] === beyond) this.#change({ window: join(window, page) })
    } catch (error) {
      this.#complain(problem, error)
    } finally {
      this.#loading.delete(end)
    }
  }

  async #go(to: () => Promise<void>): Promise<void> {
    try {
      await to()
    } catch (error) {
      this.#complain('The lines there could not be read', error)
    }
  }

  #show(window: LogWindow, place: Place | undefined): void {
    const target = place === undefined ? null : { place }
    this.#change({ window: this.#caughtUp(window), isFollowing: false, target })
  }

  /** A window that ends with the last page ends with the newest line, unless one has come meanwhile. */
  #caughtUp(window: LogWindow): LogWindow {
    const last = window.lines.at(-1)
    if (window.newer !== null || !last || !this.#heard || comparePlaces(placeOf(last), this.#heard) >= 0) return window
    return { ...window, newer: { from: placeOf(last) } }
  }

  #unclear(): void {
    this.#floor = undefined
    this.#change({ clearedAtMs: null })
  }

  #complain(what: string, error: unknown): void {
    if (this.#listener) showError(what, error)
  }

  /** What comes by itself is shown with the next frame: many batches may come within one. */
  #change(next: Partial<Shown>, when: 'now' | 'soon' = 'now'): void {
    this.#shown = { ...this.#shown, ...next }
    if (when === 'now') this.#publish()
    else this.#frame ||= requestAnimationFrame(() => this.#publish())
  }

  #publish(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#listener?.(this.#shown)
  }
}

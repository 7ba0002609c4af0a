import type { Clock } from '../../os/index.ts'

interface Waiting {
  id: string
  /** When it is to be tried, by the clock that does not jump. */
  dueMs: number
}

/** What came of a try: when it is to be tried again, or that it has ended. */
export type Next = { againAtMs: number } | 'ended'

/** What an earlier agent wrote may be far ahead, if the wall clock was set back meanwhile. */
const longestWaitMs = 60 * 60_000

/**
 * The messages to one notification, told one after another in the order in which they were made: what resolves comes
 * after what fired. While the first waits for its next try, the others wait with it.
 */
export class Queue {
  readonly #clock: Clock
  readonly #attempt: (id: string) => Promise<Next>
  readonly #waiting: Waiting[] = []
  #isBusy = false
  #isClosed = false
  #cancel: () => void = () => undefined

  constructor(clock: Clock, attempt: (id: string) => Promise<Next>) {
    this.#clock = clock
    this.#attempt = attempt
  }

  get size(): number {
    return this.#waiting.length
  }

  add(id: string, atMs: number): void {
    this.#waiting.push({ id, dueMs: this.#dueMs(atMs) })
    this.#turn()
  }

  has(id: string): boolean {
    return this.#waiting.some((each) => each.id === id)
  }

  /** Tries the first at once, however long it was to wait: the others wait for it. */
  hurry(): void {
    const [first] = this.#waiting
    if (!first || this.#isBusy) return
    first.dueMs = Math.min(first.dueMs, this.#clock.monotonicMs())
    this.#turn()
  }

  /** Takes out the oldest that is not just being tried. */
  dropOldest(): string | undefined {
    return this.#waiting.splice(this.#isBusy ? 1 : 0, 1)[0]?.id
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  #dueMs(atMs: number): number {
    const waitMs = Math.min(longestWaitMs, Math.max(0, atMs - this.#clock.nowMs()))
    return this.#clock.monotonicMs() + waitMs
  }

  #turn(): void {
    const [first] = this.#waiting
    if (this.#isBusy || this.#isClosed || !first) return
    this.#cancel()
    const waitMs = first.dueMs - this.#clock.monotonicMs()
    if (waitMs > 0) {
      this.#cancel = this.#clock.after(waitMs, () => this.#try(first))
      return
    }
    this.#try(first)
  }

  #try(first: Waiting): void {
    if (this.#isBusy || this.#isClosed || this.#waiting[0] !== first) return
    this.#isBusy = true
    this.#attempt(first.id).then((next) => {
      this.#isBusy = false
      if (next === 'ended') this.#waiting.shift()
      else first.dueMs = this.#dueMs(next.againAtMs)
      this.#turn()
    })
  }
}

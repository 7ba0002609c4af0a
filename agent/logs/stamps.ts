import type { Stamp } from './segment.ts'

/** The smallest step that a number near today's milliseconds can take with room to spare. */
const stepMs = 2 ** -11

/**
 * Gives every record its time and its order. The time is the wall clock's and may jump; the order follows it while it
 * goes on and never turns back, so that it is also the order in which lines were seen.
 */
export class Stamps {
  readonly #nowMs: () => number
  #lastOrder = 0
  #dateMs: number | undefined

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get lastOrder(): number {
    return this.#lastOrder
  }

  raise(order: number): void {
    this.#lastOrder = Math.max(this.#lastOrder, order)
  }

  /** Until it is called again, records have this time if it is past. */
  dateFrom(timeMs: number | undefined): void {
    this.#dateMs = timeMs
  }

  readonly next = (): Stamp => {
    const nowMs = this.#nowMs()
    this.#lastOrder = Math.max(nowMs, this.#lastOrder + stepMs)
    return { timeMs: this.#dateMs === undefined ? nowMs : Math.min(nowMs, this.#dateMs), order: this.#lastOrder }
  }
}

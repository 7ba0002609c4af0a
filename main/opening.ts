import type { Clock } from '../agent/os/index.ts'

/** A page that is not drawn by then keeps no service waiting. */
const drawnWithinMs = 1_000
/** What a person does first with a new window meets no machine that is full of starts. */
const gentleForMs = 1_500
const pauseMs = 3

export interface Opening {
  /** The window opens with the agent. */
  begin(): void
  /** Its page shows what the agent has. */
  drawn(): void
  /** What a start waits for; undefined once the window has been there for a while, or where none opens. */
  giveWay(): Promise<void> | undefined
}

/**
 * How starts give way to the window that opens beside them: none before its page is drawn, and then they pause in between.
 * A few hundred at once would take the machine from it for a second.
 */
export function createOpening(clock: Pick<Clock, 'monotonicMs' | 'after'>): Opening {
  let drawn: () => void = () => undefined
  let isDrawn: Promise<void> | undefined
  let gentleUntilMs = Number.POSITIVE_INFINITY
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
  return {
    begin() {
      isDrawn = new Promise((resolve) => {
        drawn = resolve
      })
    },
    drawn: () => drawn(),
    giveWay() {
      if (!isDrawn || clock.monotonicMs() > gentleUntilMs) return undefined
      if (gentleUntilMs !== Number.POSITIVE_INFINITY) return pause(pauseMs)
      return Promise.race([isDrawn, pause(drawnWithinMs)]).then(() => {
        gentleUntilMs = Math.min(gentleUntilMs, clock.monotonicMs() + gentleForMs)
      })
    },
  }
}

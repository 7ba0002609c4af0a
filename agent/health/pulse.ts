/** A gap so long is no load any more: the agent was stopped, or the machine slept. */
const gapMs = 2_000
/** For so long after a gap services have not come to themselves either, and a failure says nothing. */
const graceMs = 10_000

interface Now {
  nowMs: number
  monotonicMs: number
}

/**
 * Whether the agent itself was held up, by how late its own timer comes: then what a probe did not hear in time is no
 * fault of the service. The wall clock tells of a sleep of the machine, in which the other clock stands still.
 */
export class Pulse {
  #last: Now
  #plannedMs: number
  #graceUntilMs = Number.NEGATIVE_INFINITY

  constructor(now: Now) {
    this.#last = now
    this.#plannedMs = Number.POSITIVE_INFINITY
  }

  /** The timer is set to come then. */
  plan(now: Now, atMs: number): void {
    this.#last = now
    this.#plannedMs = atMs
  }

  /** How late the timer is; to be asked when it has come, and when an answer has. */
  latenessMs({ nowMs, monotonicMs }: Now): number {
    const lateMs = Math.max(0, monotonicMs - this.#plannedMs)
    const asleepMs = nowMs - this.#last.nowMs - (monotonicMs - this.#last.monotonicMs)
    const heldMs = Math.max(lateMs, asleepMs >= gapMs ? asleepMs : 0)
    if (heldMs >= gapMs) this.#graceUntilMs = monotonicMs + graceMs
    return heldMs
  }

  /** Why a failure of now does not count, if so; `lateMs` is how late the agent was while it was awaited. */
  excuse({ monotonicMs }: Now, lateMs: number, timeoutMs: number): string | undefined {
    if (lateMs > timeoutMs / 2) return `the agent itself was held up for ${Math.round(lateMs / 100) / 10} s`
    if (monotonicMs < this.#graceUntilMs) return 'the machine or the agent has just woken up'
    return undefined
  }
}

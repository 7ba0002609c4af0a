/** Time as a parameter: made once in `agent/app.ts`, faked in tests. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. Jumps when a person or NTP sets it. */
  nowMs(): number
  /** Never jumps; its zero means nothing. */
  monotonicMs(): number
  /** Returns its clean-up. `delayMs` may exceed setTimeout's 24.8 days. */
  after(delayMs: number, run: () => void): () => void
}

const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    let timer: NodeJS.Timeout
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestTimerMs)
      timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : run()), stepMs)
    }
    arm(Math.max(0, delayMs))
    return () => clearTimeout(timer)
  },
}

/** Resolves after the delay, or at once when `signal` aborts. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}

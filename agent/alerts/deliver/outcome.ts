/** What came of one try. The text is for everybody who sees deliveries; the detail is for the agent's own log. */
export type Outcome = { delivered: true } | Failure

export interface Failure {
  delivered: false
  /** Another try would end the same. */
  final: boolean
  text: string
  detail?: string
  /** Not before so much later, as the receiver asks. */
  retryAfterMs?: number
}

const day = 86_400_000
/** How long a message is tried. */
export const triedForMs = day
/** So often it is tried in any case: a clock that jumped, or a machine that slept for days, is no receiver's silence. */
const leastTries = 12
const longestPauseMs = 5 * 60_000
/** A receiver that asks for more patience than this gets this. */
const longestRetryAfterMs = 60 * 60_000

export interface Verdict {
  state: 'waiting' | 'delivered' | 'gave-up'
  /** The next try, or the end. */
  atMs: number
  text: string
}

/** What becomes of a message: 1, 2, 4 … s until the next try, at most 5 min, for a day. */
export function judge(outcome: Outcome, attempts: number, createdAtMs: number, nowMs: number): Verdict {
  if (outcome.delivered) return { state: 'delivered', atMs: nowMs, text: 'It was delivered' }
  if (outcome.final) return { state: 'gave-up', atMs: nowMs, text: outcome.text }
  const backoffMs = Math.min(longestPauseMs, 1000 * 2 ** Math.min(attempts - 1, 20))
  const pauseMs = Math.max(backoffMs, Math.min(outcome.retryAfterMs ?? 0, longestRetryAfterMs))
  if (attempts < leastTries || nowMs + pauseMs - createdAtMs <= triedForMs)
    return { state: 'waiting', atMs: nowMs + pauseMs, text: outcome.text }
  return { state: 'gave-up', atMs: nowMs, text: `${outcome.text}; it was tried for a day` }
}

/** What an HTTP status means for a message. */
export function outcomeOf(status: number, retryAfter: string | string[] | undefined, nowMs: number): Outcome {
  if (status >= 200 && status < 300) return { delivered: true }
  const isWorthAnotherTry = status >= 500 || status === 408 || status === 429 || status === 425
  const retryAfterMs = typeof retryAfter === 'string' ? readRetryAfter(retryAfter, nowMs) : undefined
  return {
    delivered: false,
    final: !isWorthAnotherTry,
    text:
      status >= 300 && status < 400
        ? `The receiver answered with a redirect (${status}), and these are not followed`
        : `The receiver answered with status ${status}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** Seconds, or a date (RFC 9110). */
function readRetryAfter(value: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

/** What a receiver has made of a request, as the specification of OTLP has it. */
export type Answer =
  | { came: 'taken'; rejected: number; text: string }
  /** Worth another try, not before `retryAfterMs` where it asks for that. */
  | { came: 'later'; text: string; retryAfterMs?: number }
  /** Another try would end the same. */
  | { came: 'refused'; text: string }

const firstPauseMs = 1_000
const longestPauseMs = 30_000
/** A receiver that asks for more patience than this gets this. */
const longestRetryAfterMs = 5 * 60_000
const retried: ReadonlySet<number> = new Set([429, 502, 503, 504])

export function answerOf(
  status: number,
  retryAfter: string | string[] | undefined,
  nowMs: number,
): Exclude<Answer, { came: 'taken' }> | undefined {
  if (status >= 200 && status < 300) return undefined
  const text = `it answered with status ${status}`
  if (!retried.has(status)) return { came: 'refused', text }
  const retryAfterMs = typeof retryAfter === 'string' ? readRetryAfter(retryAfter, nowMs) : undefined
  return { came: 'later', text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** 1, 2, 4 … s, at most 30 s, of which up to half is left to chance so that many agents do not come together. */
export function pauseFor(attempt: number, random: number, retryAfterMs = 0): number {
  const backoffMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 20))
  return Math.max(backoffMs * (1 - random / 2), Math.min(retryAfterMs, longestRetryAfterMs))
}

/** Seconds, or a date (RFC 9110). */
function readRetryAfter(value: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

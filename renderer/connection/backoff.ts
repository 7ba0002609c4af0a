const firstMs = 250
const mostMs = 10_000

/**
 * How long to wait before the next try: doubled each time up to ten seconds, spread over the upper half so that many
 * panels do not come back in step. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 16))
  return Math.round(full / 2 + (full / 2) * random)
}

import type { RestartSpec } from '../config/index.ts'

/**
 * How long to wait before start number `attempt` in a row (from 1): `delay × factor^(attempt − 1)`,
 * at most `max_delay`, then spread by ± `jitter` so that services which fell together do not rise
 * together. `random` is in [0, 1).
 */
export function delayFor(
  attempt: number,
  spec: Pick<RestartSpec, 'delayMs' | 'factor' | 'maxDelayMs' | 'jitter'>,
  random: number,
): number {
  const grown = spec.delayMs * spec.factor ** Math.max(0, attempt - 1)
  const capped = Math.min(grown, Math.max(spec.maxDelayMs, spec.delayMs))
  return Math.round(capped * (1 + spec.jitter * (2 * random - 1)))
}

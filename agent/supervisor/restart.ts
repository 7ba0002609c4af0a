import type { RestartSpec } from '../config/index.ts'
import { delayFor } from './backoff.ts'

export interface RunEnd {
  code: number | null
  signal: string | null
  /** False when it was adopted and nobody could see how it ended; that counts as a failure. */
  statusKnown: boolean
  outOfMemory: boolean
  ranForMs: number
}

export type RestartDecision =
  | { verdict: 'restart'; delayMs: number; attempt: number; code: 'exited' | 'crash-loop' }
  | { verdict: 'complete' }
  | { verdict: 'give-up'; attempt: number; code: 'crash-loop' | 'policy-never' }

export function succeeded(end: Pick<RunEnd, 'code' | 'statusKnown'>, successExitCodes: readonly number[]): boolean {
  return end.statusKnown && end.code !== null && successExitCodes.includes(end.code)
}

/**
 * What follows when a run has ended by itself. `attempt` is how many runs in a row have ended so
 * before this one; a run longer than the window begins the count anew.
 */
export function decideRestart(spec: RestartSpec, attempt: number, end: RunEnd, random: number): RestartDecision {
  const success = succeeded(end, spec.successExitCodes)
  const again =
    spec.policy === 'always' || spec.policy === 'unless-stopped' || (spec.policy === 'on-failure' && !success)
  if (!again) return success ? { verdict: 'complete' } : { verdict: 'give-up', attempt: 1, code: 'policy-never' }

  const inARow = (end.ranForMs >= spec.windowMs ? 0 : attempt) + 1
  if (inARow > spec.maxRetries) return { verdict: 'give-up', attempt: inARow, code: 'crash-loop' }
  const code = inARow > 1 ? 'crash-loop' : 'exited'
  return { verdict: 'restart', delayMs: delayFor(inARow, spec, random), attempt: inARow, code }
}

import type { Trace } from '../trace.ts'
import type { StepContext, Unit, UnitEvent } from './unit.ts'

/**
 * Whose doing a step is: that of the request that came with it, of nobody yet known (`anew`: it happened by itself), or of
 * what is under way anyway.
 */
export function causeOf(
  before: Unit,
  after: Unit,
  event: UnitEvent,
  { policy }: Pick<StepContext, 'policy'>,
): Trace | 'anew' | 'same' {
  if (after === before) return 'same'
  switch (event.type) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'unhealthy':
    case 'adopted':
      return event.trace ?? 'anew'
    case 'due':
      // One that is kept for later leaves alone what runs.
      return after.phase === before.phase ? 'same' : 'anew'
    case 'exited':
      // The end of a task belongs to its start; that of a service was not asked for.
      return policy.type === 'service' && (before.phase === 'running' || before.phase === 'starting') ? 'anew' : 'same'
    default:
      return 'same'
  }
}

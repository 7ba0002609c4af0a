import type { Health, Service } from '../../contract/index.ts'
import { isResting, type Unit } from '../supervisor/index.ts'
import { type Engine, nextChange } from './engine.ts'
import { findUnits } from './find.ts'
import { getService } from './present.ts'

type Condition = 'running' | 'stopped' | 'healthy'

/** What is needed may be on its way: a request for it comes a moment later, or with this one. */
const blockedForMs = 2_000

/** Waits until all instances of a service are so, or until that cannot come any more without a person. */
export async function waitFor(
  engine: Engine,
  name: string,
  condition: Condition,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ reached: boolean; never: boolean; service: Service }> {
  const { clock } = engine.deps
  const deadlineMs = clock.monotonicMs() + timeoutMs
  let blockedUntilMs: number | undefined
  for (;;) {
    const units = findUnits(engine, name)
    const answer = { reached: false, never: false, service: getService(engine, name) }
    if (units.every((unit) => isAt(unit, condition, engine.monitor.healthOf(unit.instance))))
      return { ...answer, reached: true }
    if (units.some((unit) => isNever(unit, condition))) return { ...answer, never: true }
    const nowMs = clock.monotonicMs()
    const blocked = condition !== 'stopped' && units.some(isBlocked)
    blockedUntilMs = blocked ? (blockedUntilMs ?? nowMs + blockedForMs) : undefined
    if (blockedUntilMs !== undefined && nowMs >= blockedUntilMs) return { ...answer, never: true }
    if (nowMs >= deadlineMs || signal?.aborted) return answer
    await nextChange(engine, Math.min(deadlineMs, blockedUntilMs ?? deadlineMs) - nowMs)
  }
}

function isAt({ phase, lastRunFailed }: Unit, condition: Condition, health: Health | undefined): boolean {
  if (condition === 'stopped') return isResting(phase)
  if (condition === 'healthy' && phase === 'running') return health === undefined || health === 'healthy'
  // A job that waits for its next run is as it should be.
  return phase === 'running' || phase === 'completed' || (phase === 'scheduled' && !lastRunFailed)
}

function isNever({ phase, desired, lastRunFailed }: Unit, condition: Condition): boolean {
  if (condition === 'stopped') return phase === 'unkillable'
  return phase === 'failed' || (phase === 'stopped' && desired === 'down') || (phase === 'scheduled' && lastRunFailed)
}

const isBlocked = ({ phase, reason }: Unit): boolean => phase === 'waiting' && reason.code === 'dependency-failed'

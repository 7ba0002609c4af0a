import type { Service } from '../../contract/index.ts'
import { isResting, type Unit } from '../supervisor/index.ts'
import { type Engine, nextChange } from './engine.ts'
import { findUnits } from './find.ts'
import { getService } from './present.ts'

/** Waits until all instances of a service are so. */
export async function waitFor(
  engine: Engine,
  name: string,
  condition: 'running' | 'stopped' | 'healthy',
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ reached: boolean; service: Service }> {
  const deadlineMs = engine.deps.clock.monotonicMs() + timeoutMs
  for (;;) {
    const units = findUnits(engine, name)
    if (units.every((unit) => isAt(unit, condition))) return { reached: true, service: getService(engine, name) }
    const never = condition !== 'stopped' && units.some((unit) => unit.phase === 'failed')
    const leftMs = deadlineMs - engine.deps.clock.monotonicMs()
    if (never || leftMs <= 0 || signal?.aborted) return { reached: false, service: getService(engine, name) }
    await nextChange(engine, leftMs)
  }
}

function isAt(unit: Unit, condition: 'running' | 'stopped' | 'healthy'): boolean {
  if (condition === 'stopped') return isResting(unit.phase)
  return unit.phase === 'running' || unit.phase === 'completed'
}

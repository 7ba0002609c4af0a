import { isResting, type Unit } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'

/** Nothing more comes of a stop. */
export const isSettled = ({ phase }: Unit): boolean => isResting(phase) || phase === 'unkillable'

/** Services that depend on this one and have not ended: it is stopped after them. */
export function stillNeededBy(engine: Engine, service: string): string[] {
  const { supervisor } = engine
  return supervisor
    .directDependents(service)
    .filter((dependent) => supervisor.instancesOf(dependent).some((unit) => !isSettled(unit)))
}

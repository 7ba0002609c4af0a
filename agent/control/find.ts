import { distance } from 'fastest-levenshtein'
import { CoreError } from '../core.ts'
import type { Unit } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'

/** The instances that a name means. @throws NOT_FOUND with the nearest name there is */
export function findUnits(engine: Engine, name: string): Unit[] {
  const one = engine.supervisor.unit(name)
  if (one) return [one]
  const units = engine.supervisor.instancesOf(name)
  if (units.length > 0) return units
  const nearest = [...engine.specs.keys()]
    .map((known) => ({ known, far: distance(known, name) }))
    .filter(({ known, far }) => far <= Math.max(2, Math.floor(known.length / 3)))
    .sort((a, b) => a.far - b.far)[0]?.known
  const hint = nearest ? `; did you mean ${nearest}?` : ''
  throw new CoreError('NOT_FOUND', `There is no service "${name}"${hint}`, nearest ? { suggestion: nearest } : {})
}

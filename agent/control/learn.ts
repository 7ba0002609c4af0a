import type { Unit } from '../supervisor/index.ts'
import { correlated } from '../trace.ts'
import { exitFacts } from '../why/index.ts'
import { type Engine, markChanged } from './engine.ts'
import { portLookup } from './ports.ts'

/** Its last words may name a port or a host that explains them. */
export function learnFromLines(engine: Engine, unit: Unit): void {
  const spec = engine.specs.get(unit.service)
  const facts = engine.runner.facts(unit.instance)
  if (!spec || !facts.lastLines || facts.lastLines.length === 0 || facts.port) return
  const { declared: _, ...lookup } = portLookup(engine, unit.instance, spec, 0)
  exitFacts(facts.lastLines, {
    ...lookup,
    declared: spec.ports.map(({ port, range }) => ({ port, range })),
    commandLine: spec.command.argv
      .map(({ parts }) => parts.filter((part) => typeof part === 'string').join(''))
      .join(' '),
    serviceOf: (port) => [...engine.specs.values()].find(({ ports }) => ports.some((own) => own.port === port))?.name,
  }).then(
    (found) => {
      Object.assign(facts, found)
      markChanged(engine, unit.instance)
    },
    (error: unknown) =>
      engine.deps.log.warn({ error: String(error), ...correlated(unit.trace) }, 'looking for a cause failed'),
  )
}

import { isResting } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import { type Engine, nextChange } from './engine.ts'

export function removeService(engine: Engine, name: string, trace: Trace): void {
  for (const { instance } of engine.supervisor.instancesOf(name)) removeInstance(engine, instance, trace)
}

/** Stops an instance that the files have no longer, and forgets it when nothing of it is left. */
export function removeInstance(engine: Engine, instance: string, trace: Trace): void {
  engine.leaving.add(instance)
  engine.supervisor.send(instance, {
    type: 'stop',
    reason: { code: 'removed', text: 'Removed from the configuration' },
    keepDesired: false,
    trace,
  })
  forgetWhenEnded(engine, instance)
}

/** Unless the files have it again by then. */
function forgetWhenEnded(engine: Engine, instance: string): void {
  const unit = engine.supervisor.unit(instance)
  if (!unit || !engine.leaving.has(instance)) return
  if (!isResting(unit.phase)) {
    void nextChange(engine).then(() => forgetWhenEnded(engine, instance))
    return
  }
  engine.leaving.delete(instance)
  forgetInstance(engine, instance)
}

/** Only one of which nothing runs. */
export function forgetInstance(engine: Engine, instance: string): void {
  const unit = engine.supervisor.unit(instance)
  if (!unit) return
  engine.supervisor.forget(instance)
  engine.runner.forget(instance)
  for (const known of [engine.views, engine.usage, engine.records, engine.lastAuthor, engine.unwell, engine.recalled])
    known.delete(instance)
  engine.deps.store.removeUnit(instance).catch(() => undefined)
  const { service } = unit
  if (engine.supervisor.instancesOf(service).length === 0 && !engine.configuration?.services.has(service))
    engine.specs.delete(service)
  engine.hub.serviceRemoved(instance)
  engine.unseen.changed(instance)
  engine.onChange()
}

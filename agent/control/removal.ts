import { isResting } from '../supervisor/index.ts'
import { type Engine, nextChange } from './engine.ts'

export function removeService(engine: Engine, name: string): void {
  for (const { instance } of engine.supervisor.instancesOf(name)) removeInstance(engine, instance)
}

/** Stops an instance that the files have no longer, and forgets it when nothing of it is left. */
export function removeInstance(engine: Engine, instance: string): void {
  engine.supervisor.send(instance, {
    type: 'stop',
    reason: { code: 'removed', text: 'Removed from the configuration' },
    keepDesired: false,
  })
  const service = engine.supervisor.unit(instance)?.service
  const forget = (): void => {
    const unit = engine.supervisor.unit(instance)
    if (!unit || !isResting(unit.phase)) {
      if (unit) void nextChange(engine).then(forget)
      return
    }
    engine.supervisor.forget(instance)
    engine.runner.forget(instance)
    engine.views.delete(instance)
    engine.usage.delete(instance)
    engine.records.delete(instance)
    engine.deps.store.removeUnit(instance).catch(() => undefined)
    if (service && engine.supervisor.instancesOf(service).length === 0 && !engine.configuration?.services.has(service))
      engine.specs.delete(service)
    engine.hub.serviceRemoved(instance)
  }
  forget()
}

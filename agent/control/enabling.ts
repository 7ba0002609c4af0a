import type { Unit } from '../supervisor/index.ts'
import { correlated, type Trace } from '../trace.ts'
import { type Engine, markChanged } from './engine.ts'
import { defineService } from './files.ts'
import { notSaved, recordOf, saveRecord } from './records.ts'

/** Lets services start or forbids it, which also stops them; kept until a person says otherwise. */
export async function setEnabled(
  engine: Engine,
  units: readonly Unit[],
  enabled: boolean,
  by: string,
  trace: Trace,
): Promise<void> {
  const services = new Set(units.map(({ service }) => service))
  const all = [...services].flatMap((service) => engine.supervisor.instancesOf(service))
  const reason = enabled ? { code: 'enabled', text: `Enabled ${by}` } : { code: 'disabled', text: `Disabled ${by}` }
  const patch = enabled ? {} : { desired: 'down' as const, reason }
  await Promise.all(
    all.map((unit) => saveRecord(engine, { ...recordOf(engine, unit), ...patch, enabledByPerson: enabled })),
  ).catch((error: unknown) => {
    throw notSaved('It could not be saved', error)
  })
  for (const service of services) {
    const spec = engine.specs.get(service)
    if (spec) defineService(engine, spec)
  }
  for (const { instance } of all) {
    if (!enabled) engine.supervisor.send(instance, { type: 'stop', reason, keepDesired: false, trace })
    const kind = enabled ? 'service.enabled' : 'service.disabled'
    engine.eventLog.append({
      kind,
      severity: 'info',
      service: instance,
      text: `${instance}: ${reason.text.toLowerCase()}`,
      ...correlated(trace),
      author: engine.lastAuthor.get(instance) ?? 'agent',
    })
    markChanged(engine, instance)
  }
}

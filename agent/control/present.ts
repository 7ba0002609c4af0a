import type { Service, Why } from '../../contract/index.ts'
import type { Range } from '../config/index.ts'
import type { Unit } from '../supervisor/index.ts'
import { explain, type ServiceFacts } from '../why/index.ts'
import type { Engine } from './engine.ts'
import { findUnits } from './find.ts'
import { unhealthyFacts } from './health.ts'
import { info } from './lifetime.ts'
import { stopsAfter } from './ordered.ts'
import { stillNeededBy } from './settled.ts'
import { factsOf, rollUp, viewOf } from './views.ts'
import { isEnabled } from './wanted.ts'

/** What clients see of an instance; made once per change, since clients ask more often than things change. */
export function viewOfInstance(engine: Engine, instance: string): Service | undefined {
  const known = engine.views.get(instance)
  const unit = engine.supervisor.unit(instance)
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec) return undefined
  const nowMs = engine.deps.clock.nowMs()
  if (known)
    return known.startedAt === null || unit.startedAtMs === null
      ? known
      : { ...known, uptimeMs: Math.max(0, nowMs - unit.startedAtMs) }
  const view = viewOf({
    unit: engine.toStop.has(instance) ? { ...unit, desired: 'down' } : unit,
    spec,
    enabled: isEnabled(engine, spec),
    usage: engine.usage.get(instance),
    pid: engine.runner.identity(instance)?.pid ?? null,
    notes: engine.runner.notes(instance),
    host: info(engine).name,
    why: whyOf(engine, unit, nowMs),
    health: engine.monitor.healthOf(instance) ?? 'none',
    nowMs,
  })
  engine.views.set(instance, view)
  return view
}

export function whyOf(engine: Engine, unit: Unit, nowMs: number): Why | null {
  const recalled = unit.phase === 'failed' ? engine.recalled.get(unit.instance) : undefined
  if (recalled) return recalled
  return explain(unit.instance, (name) => factsOfName(engine, name), nowMs)
}

function factsOfName(engine: Engine, name: string): ServiceFacts | undefined {
  const unit = engine.supervisor.unit(name) ?? engine.supervisor.instancesOf(name)[0]
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec) return undefined
  const unmet = unit.phase === 'waiting' ? engine.supervisor.unmetBy(unit.service) : []
  const disabledBy = spec.enabled ? (isEnabled(engine, spec) ? undefined : 'person') : 'file'
  const enabledRange = disabledBy === 'file' ? rangeOfEnabled(engine, spec.name) : undefined
  return {
    ...factsOf(unit, spec, engine.runner.facts(unit.instance)),
    ...unhealthyFacts(engine, unit, spec),
    waitingFor: spec.dependsOn.filter(({ service }) => unmet.includes(service)),
    ...(disabledBy ? { disabledBy } : {}),
    ...(enabledRange ? { enabledRange } : {}),
    // While the agent ends, what it stops is to be down; until a person says otherwise the wish stays as it was.
    ...(engine.toStop.has(unit.instance) ? { desired: 'down', stopsAfter: stopsAfter(engine, unit.service) } : {}),
    ...(engine.stoppingAll ? { desired: 'down', stopsAfter: stillNeededBy(engine, unit.service) } : {}),
  }
}

function rangeOfEnabled(engine: Engine, service: string): Range | undefined {
  const path = `services.${service}.enabled`
  return engine.configuration?.origins.find((origin) => origin.service === service && origin.path === path)?.range
}

/** All instances, in the order of the files; those that are no longer there, but not yet gone, last. */
export function listServices(engine: Engine): readonly Service[] {
  const list: Service[] = []
  const add = (instance: string): void => {
    const view = viewOfInstance(engine, instance)
    if (view) list.push(view)
  }
  for (const name of engine.order)
    for (const { instance } of engine.supervisor.service(name)?.instances ?? []) add(instance)
  for (const instance of engine.leaving) add(instance)
  return list
}

/** One instance, or the roll-up of a service with replicas. */
export function getService(engine: Engine, name: string): Service {
  const units = findUnits(engine, name)
  const views = units.flatMap(({ instance }) => viewOfInstance(engine, instance) ?? [])
  const [only] = views
  return views.length === 1 && only ? only : rollUp(name, views)
}

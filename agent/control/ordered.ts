import type { Reason } from '../../contract/index.ts'
import type { Unit } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import { type Engine, markChanged } from './engine.ts'
import { stillNeededBy } from './settled.ts'
import { startSpan } from './spans.ts'

/** Notes a stop that comes when what needs the instance has ended; its wish is saved beside this. */
export function askToStop(engine: Engine, { instance }: Unit, asked: { reason: Reason; trace: Trace }): void {
  const letGo = startSpan(engine, asked, `wait for what needs ${instance}`)
  engine.toStop.set(instance, { ...asked, letGo })
  markChanged(engine, instance)
}

/** Services that need this one and are being stopped: it is stopped after them. */
export function stopsAfter(engine: Engine, service: string): string[] {
  const isEnding = ({ desired, instance }: Unit): boolean => desired === 'down' || engine.toStop.has(instance)
  return stillNeededBy(engine, service).filter((name) => engine.supervisor.instancesOf(name).some(isEnding))
}

/** Stops an instance of which that was asked, where nothing that is being stopped needs it any more. */
export function stopIfLetGo(engine: Engine, instance: string): void {
  const asked = engine.toStop.get(instance)
  if (!asked) return
  const unit = engine.supervisor.unit(instance)
  if (unit && stopsAfter(engine, unit.service).length > 0) {
    markChanged(engine, instance)
    return
  }
  engine.toStop.delete(instance)
  asked.letGo?.()
  // Another wish may have come meanwhile, or the instance is no longer there.
  if (engine.records.get(instance)?.desired !== 'down') return
  engine.supervisor.send(instance, { type: 'stop', reason: asked.reason, trace: asked.trace, keepDesired: false })
}

/** A service has made a step, or shall run after all: what it needs may not have to wait for it any more. */
export function letGo(engine: Engine, service: string): void {
  if (engine.toStop.size === 0) return
  for (const { service: needed } of engine.specs.get(service)?.dependsOn ?? [])
    for (const { instance } of engine.supervisor.instancesOf(needed)) stopIfLetGo(engine, instance)
}

/** It shall run: a stop that has not begun yet is none any more. */
export function takeBackStop(engine: Engine, { instance, service }: Unit): void {
  if (!engine.toStop.delete(instance)) return
  markChanged(engine, instance)
  letGo(engine, service)
}

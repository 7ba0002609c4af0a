import type { Usage } from '../metrics/index.ts'
import { isResting, type Unit, type UnitEffect } from '../supervisor/index.ts'
import { correlated } from '../trace.ts'
import { type Engine, markChanged, wakeWaiters } from './engine.ts'
import { followRun } from './health.ts'
import { learnFromLines } from './learn.ts'
import { letGo } from './ordered.ts'
import { sentenceOf } from './sentences.ts'
import { forgetOldTasks } from './tasks.ts'

/** A unit has made a step: whoever sees it, waits for it or can learn from it is told. */
export function unitChanged(engine: Engine, unit: Unit, before: Unit | undefined): void {
  followRun(engine, unit, before)
  engine.tracing?.operations.changed(unit, before)
  markChanged(engine, unit.instance)
  letGo(engine, unit.service)
  if (before && before.phase === unit.phase) return
  if (before?.phase === 'failed') engine.recalled.delete(unit.instance)
  dirtyDependents(engine, unit.service, new Set())
  if (unit.phase === 'backoff' || unit.phase === 'failed' || unit.phase === 'scheduled') learnFromLines(engine, unit)
  // Not now: it is in the middle of its step.
  if (engine.transient.has(unit.service) && isResting(unit.phase))
    engine.deps.clock.after(0, () => forgetOldTasks(engine))
  wakeWaiters(engine)
}

/** Why something waits is said by what it waits for, however far down the chain. */
function dirtyDependents(engine: Engine, service: string, seen: Set<string>): void {
  for (const dependent of engine.supervisor.directDependents(service)) {
    if (seen.has(dependent)) continue
    seen.add(dependent)
    for (const unit of engine.supervisor.instancesOf(dependent))
      if (unit.phase === 'waiting') markChanged(engine, unit.instance)
    dirtyDependents(engine, dependent, seen)
  }
}

/** Takes in what the running services use, and tells of those that changed. */
export function measured(engine: Engine, usage: ReadonlyMap<string, Usage>): void {
  const changed: string[] = []
  for (const [instance, now] of usage) {
    const before = engine.usage.get(instance)
    if (before === now) continue
    const view = engine.views.get(instance)
    engine.usage.set(instance, now)
    // What has ended since the sweep began uses nothing any more.
    if (view && view.pid !== null)
      engine.views.set(instance, {
        ...view,
        cpuPercent: now.cpuPercent,
        memoryBytes: now.memoryBytes,
        processCount: now.processCount,
      })
    if (before?.cpuPercent !== now.cpuPercent || before?.memoryBytes !== now.memoryBytes) changed.push(instance)
  }
  for (const instance of engine.usage.keys()) {
    if (usage.has(instance)) continue
    engine.usage.delete(instance)
    // Of what has stopped the view was made anew already; this is for what is not measured any more.
    if ((engine.views.get(instance)?.memoryBytes ?? null) !== null) markChanged(engine, instance)
  }
  if (changed.length > 0) engine.hub.usageChanged(changed)
}

/** Writes what happened to a unit into the history. */
export function announceUnit(engine: Engine, unit: Unit, effect: Extract<UnitEffect, { type: 'announce' }>): void {
  const facts = engine.runner.facts(unit.instance)
  const person = unit.reason.code.endsWith('-by-user')
  engine.eventLog.append({
    kind: effect.kind,
    severity: effect.severity,
    service: unit.instance,
    text: sentenceOf(unit, effect.kind, facts.hook, engine.deps.clock.nowMs()),
    ...correlated(unit.trace),
    author: person ? (engine.lastAuthor.get(unit.instance) ?? engine.deps.author) : 'agent',
    ...(effect.withLastLines && facts.lastLines && facts.lastLines.length > 0
      ? { lastLines: [...facts.lastLines] }
      : {}),
  })
}

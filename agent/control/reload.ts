import type { ConfigStatus } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { LoadResult, ServiceSpec } from '../config/index.ts'
import { type Step, stepFor } from '../plan/index.ts'
import { correlated, type Trace } from '../trace.ts'
import { recoverRuns } from './adopt.ts'
import { watchServices } from './devwatch.ts'
import { type Engine, traceFor } from './engine.ts'
import { type LoadCause, loadFiles } from './files.ts'
import { refuseInvalid } from './plan.ts'
import { removeInstance, removeService } from './removal.ts'
import { instancesOf } from './specs.ts'
import { isEnabled, isWanted, startWanted, whyNotWanted } from './wanted.ts'

export const readFromDisk = { kind: 'files', text: 'Read from disk' } as const

/** Reads the files again and carries out what is different; what runs as it should is not touched. */
export function reloadConfiguration(engine: Engine, caller: Caller): Promise<ConfigStatus> {
  return inTurn(engine, () => reload(engine, caller, readFromDisk))
}

/** Changes of the configuration are carried out one after the other. */
export function inTurn<T>(engine: Engine, change: () => Promise<T>): Promise<T> {
  const next = engine.reloading.then(change)
  // Whoever asked is told of a failure; the next one does not depend on it.
  engine.reloading = next.catch(() => undefined)
  return next
}

/** For those whose turn it is. @throws CONFIG_INVALID with everything that is wrong */
export async function reload(
  engine: Engine,
  caller: Caller,
  why: Pick<LoadCause, 'kind' | 'text'>,
  read?: LoadResult,
): Promise<ConfigStatus> {
  const trace = traceFor(engine, caller)
  const before = new Map(engine.specs)
  const left = [...engine.leaving]
  if (!(await loadFiles(engine, { kind: why.kind, text: why.text, author: caller.author }, trace, read))) {
    refuseInvalid(undefined, engine.status.diagnostics)
  }
  // An agent that ends starts nothing any more, and what nobody knew the owner of it leaves alone.
  if (engine.stopping) return engine.status
  await recoverLate(engine, trace)
  if (engine.stopping) return engine.status
  const now = engine.configuration?.services ?? new Map<string, ServiceSpec>()
  for (const [name, old] of before) {
    const spec = now.get(name)
    if (spec) applyChange(engine, old, spec, trace)
    else if (!engine.transient.has(name)) removeService(engine, name, trace)
  }
  for (const instance of left) if (!engine.leaving.has(instance)) putBack(engine, instance, trace)
  startWanted(engine, trace)
  watchServices(engine)
  engine.eventLog.append({
    kind: 'config.applied',
    severity: 'info',
    text: `Configuration ${engine.status.revision} applied`,
    author: caller.author,
    ...correlated(trace),
  })
  return engine.status
}

/** What an earlier agent left is known only now that the files can be read; an agent that ends waits for it, and stops it. */
async function recoverLate(engine: Engine, trace: Trace): Promise<void> {
  const { unrecovered } = engine
  if (!unrecovered) return
  engine.unrecovered = undefined
  const recovered = recoverRuns(engine, unrecovered, trace).then(({ swept }) => swept)
  engine.recovering = recovered.catch(() => undefined)
  await recovered
}

/** It was taken out of the files and is in them again before it had ended. */
function putBack(engine: Engine, instance: string, trace: Trace): void {
  const unit = engine.supervisor.unit(instance)
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec) return
  if (isWanted(engine, unit, spec)) {
    const reason = { code: 'configuration-changed', text: 'Started: it is in its file again' }
    engine.supervisor.send(instance, { type: 'start', reason, byPerson: true, trace })
  } else {
    engine.supervisor.send(instance, {
      type: 'stop',
      reason: whyNotWanted(engine, unit, spec),
      keepDesired: false,
      trace,
    })
  }
}

/** What one service needs so that it is as its file now says. */
function applyChange(engine: Engine, old: ServiceSpec, spec: ServiceSpec, trace: Trace): void {
  if (old.fingerprint === spec.fingerprint) return
  const wantedNames = new Set(instancesOf(spec).map(({ instance }) => instance))
  for (const { instance } of instancesOf(old)) if (!wantedNames.has(instance)) removeInstance(engine, instance, trace)
  const enabled = isEnabled(engine, spec)
  for (const unit of engine.supervisor.instancesOf(spec.name)) {
    const step = stepFor(old, spec, { phase: unit.phase, enabled, wanted: isWanted(engine, unit, spec) })
    if (step) carryOut(engine, unit.instance, step, trace)
  }
}

function carryOut(engine: Engine, instance: string, { action, reason }: Step, trace: Trace): void {
  if (action === 'stop') engine.supervisor.send(instance, { type: 'stop', reason, keepDesired: false, trace })
  if (action === 'restart') engine.supervisor.send(instance, { type: 'restart', reason, trace })
  if (action === 'start') engine.supervisor.send(instance, { type: 'start', reason, byPerson: true, trace })
}

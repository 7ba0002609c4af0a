import type { ConfigStatus } from '../../contract/index.ts'
import type { ServiceSpec } from '../config/index.ts'
import { type Caller, CoreError } from '../core.ts'
import { isResting, mayHaveProcess } from '../supervisor/index.ts'
import { recoverRuns } from './adopt.ts'
import type { Engine } from './engine.ts'
import { loadFiles } from './files.ts'
import { removeInstance, removeService } from './removal.ts'
import { instancesOf } from './specs.ts'
import { isEnabled, isWanted, startWanted, whyNotWanted } from './wanted.ts'

/** Reads the files again and carries out what is different; what runs as it should is not touched. */
export function reloadConfiguration(engine: Engine, caller: Caller): Promise<ConfigStatus> {
  const next = engine.reloading.then(() => reload(engine, caller))
  // Whoever asked is told of a failure; the next one does not depend on it.
  engine.reloading = next.catch(() => undefined)
  return next
}

async function reload(engine: Engine, caller: Caller): Promise<ConfigStatus> {
  const before = new Map(engine.specs)
  const left = [...engine.leaving]
  const { revision } = engine.status
  await loadFiles(engine)
  if (engine.status.revision === revision) {
    const errors = engine.status.diagnostics.filter(({ severity }) => severity === 'error')
    throw new CoreError('CONFIG_INVALID', 'The configuration has errors; what runs is not touched', { errors })
  }
  const { unrecovered } = engine
  engine.unrecovered = undefined
  if (unrecovered) await recoverRuns(engine, unrecovered)
  const now = engine.configuration?.services ?? new Map<string, ServiceSpec>()
  for (const [name, old] of before) {
    const spec = now.get(name)
    if (spec) applyChange(engine, old, spec)
    else if (!engine.transient.has(name)) removeService(engine, name)
  }
  for (const instance of left) if (!engine.leaving.has(instance)) putBack(engine, instance)
  startWanted(engine)
  engine.eventLog.append({
    kind: 'config.applied',
    severity: 'info',
    text: `Configuration ${engine.status.revision} applied`,
    author: caller.author,
  })
  return engine.status
}

/** It was taken out of the files and is in them again before it had ended. */
function putBack(engine: Engine, instance: string): void {
  const unit = engine.supervisor.unit(instance)
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec) return
  if (isWanted(engine, unit, spec)) {
    const reason = { code: 'configuration-changed', text: 'Started: it is in its file again' }
    engine.supervisor.send(instance, { type: 'start', reason, byPerson: true })
  } else {
    engine.supervisor.send(instance, { type: 'stop', reason: whyNotWanted(engine, unit, spec), keepDesired: false })
  }
}

/** What one service needs so that it is as its file now says. */
function applyChange(engine: Engine, old: ServiceSpec, spec: ServiceSpec): void {
  if (old.fingerprint === spec.fingerprint) return
  const wantedNames = new Set(instancesOf(spec).map(({ instance }) => instance))
  for (const { instance } of instancesOf(old)) if (!wantedNames.has(instance)) removeInstance(engine, instance)
  for (const unit of engine.supervisor.instancesOf(spec.name)) {
    if (!isEnabled(engine, spec)) {
      engine.supervisor.send(unit.instance, {
        type: 'stop',
        reason: { code: 'disabled', text: 'Disabled in its file' },
        keepDesired: false,
      })
    } else if (old.runFingerprint !== spec.runFingerprint && mayHaveProcess(unit.phase)) {
      engine.supervisor.send(unit.instance, {
        type: 'restart',
        reason: { code: 'configuration-changed', text: 'Restarted: its configuration changed' },
      })
    } else if (isResting(unit.phase) && unit.phase !== 'completed') {
      // The service itself changed, so what a person stopped or what gave up gets another chance.
      if (isWanted(engine, unit, spec))
        engine.supervisor.send(unit.instance, {
          type: 'start',
          reason: { code: 'configuration-changed', text: 'Started: its configuration changed' },
          byPerson: true,
        })
    }
  }
}

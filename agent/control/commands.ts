import type { Reason, Service } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError, type Verb } from '../core.ts'
import { execute } from '../os/index.ts'
import type { Unit } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import { setEnabled } from './enabling.ts'
import { type Engine, traceFor } from './engine.ts'
import { findUnits } from './find.ts'
import { getService } from './present.ts'
import { saveWish } from './records.ts'
import { isEnabled } from './wanted.ts'

/** What a person asks of services by name: the wish is saved, then it begins. */
export async function act(engine: Engine, name: string, verb: Verb, caller: Caller): Promise<Service> {
  const units = findUnits(engine, name)
  if (engine.stopping && verb !== 'stop')
    throw new CoreError('CONFLICT', 'The agent is ending; nothing is started any more', { reason: 'agent-stopping' })
  const by = `by ${caller.author}`
  const trace = traceFor(engine, caller)
  for (const unit of units) engine.lastAuthor.set(unit.instance, caller.author)
  switch (verb) {
    case 'start':
      await saveWish(engine, units, 'up', { code: 'started-by-user', text: `Started ${by}` }, trace)
      for (const unit of units) startNeededBy(engine, unit.service, new Set(), trace)
      for (const { instance } of units)
        engine.supervisor.send(instance, {
          type: 'start',
          reason: { code: 'started-by-user', text: `Started ${by}` },
          byPerson: true,
          trace,
        })
      break
    case 'stop':
      await saveWish(engine, units, 'down', { code: 'stopped-by-user', text: `Stopped ${by}` }, trace)
      for (const { instance } of units)
        engine.supervisor.send(instance, {
          type: 'stop',
          reason: { code: 'stopped-by-user', text: `Stopped ${by}` },
          keepDesired: false,
          trace,
        })
      break
    case 'restart':
      await restartUnits(engine, units, { code: 'restarted-by-user', text: `Restarted ${by}` }, trace)
      break
    case 'reload':
      await reloadUnits(engine, units, by, trace)
      break
    case 'enable':
    case 'disable':
      await setEnabled(engine, units, verb === 'enable', by, trace)
  }
  return getService(engine, name)
}

/** What a service needs is started with it, except what a person stopped or disabled. */
function startNeededBy(engine: Engine, service: string, seen: Set<string>, trace: Trace): void {
  if (seen.has(service)) return
  seen.add(service)
  for (const { service: needed } of engine.specs.get(service)?.dependsOn ?? []) {
    const spec = engine.specs.get(needed)
    if (!spec || !isEnabled(engine, spec)) continue
    startNeededBy(engine, needed, seen, trace)
    for (const unit of engine.supervisor.instancesOf(needed)) {
      if (unit.phase !== 'stopped' || engine.records.get(unit.instance)?.desired === 'down') continue
      const reason = { code: 'started-as-dependency', text: `Started because ${service} needs it` }
      engine.supervisor.send(unit.instance, { type: 'start', reason, byPerson: false, trace })
    }
  }
}

async function restartUnits(engine: Engine, units: readonly Unit[], reason: Reason, trace: Trace): Promise<void> {
  await saveWish(engine, units, 'up', reason, trace)
  for (const { instance } of units) engine.supervisor.send(instance, { type: 'restart', reason, trace })
}

async function reloadUnits(engine: Engine, units: readonly Unit[], by: string, trace: Trace): Promise<void> {
  for (const unit of units) {
    const spec = engine.specs.get(unit.service)
    const identity = engine.runner.identity(unit.instance)
    if (!spec?.reload || unit.phase !== 'running' || !identity) {
      await restartUnits(engine, [unit], { code: 'restarted-by-user', text: `Restarted ${by}` }, trace)
      continue
    }
    if (spec.reload.signal) engine.deps.platform.signal(identity, spec.reload.signal)
    const where = engine.runner.surroundings(unit.instance, spec)
    const command = where?.resolved.reloadCommand
    if (!where || !command) continue
    const result = await execute({ ...command, cwd: where.resolved.cwd, env: where.env, timeoutMs: 30_000 })
    if (result.exitCode === 0) continue
    throw new CoreError(
      'CONFLICT',
      `The reload command of ${unit.instance} exited with code ${result.exitCode}: ${result.output.trim().slice(-500)}`,
      { reason: 'reload-failed' },
    )
  }
}

export async function signalService(engine: Engine, name: string, signal: string, caller: Caller): Promise<Service> {
  const names = signal.startsWith('SIG') ? signal : `SIG${signal}`
  for (const { instance } of findUnits(engine, name)) {
    const identity = engine.runner.identity(instance)
    if (!identity)
      throw new CoreError('CONFLICT', `${instance} does not run, so there is nothing to signal`, {
        reason: 'not-running',
      })
    engine.deps.platform.signal(identity, names)
    engine.lastAuthor.set(instance, caller.author)
  }
  return getService(engine, name)
}

import type { Reason } from '../../contract/index.ts'
import type { ServiceSpec } from '../config/index.ts'
import { CoreError } from '../core.ts'
import type { UnitRecord } from '../store/index.ts'
import { nextDue, type Unit } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import type { Engine } from './engine.ts'
import { instancesOf } from './specs.ts'

/** Whether it may start at all: by its file and by what a person said since. */
export function isEnabled(engine: Engine, spec: ServiceSpec): boolean {
  const byPerson = instancesOf(spec).map(({ instance }) => engine.records.get(instance)?.enabledByPerson ?? null)
  return spec.enabled && !byPerson.includes(false)
}

/** Whether it shall run: what a person wished last, unless its file has changed since. */
export const isWanted = (engine: Engine, { instance }: Unit, spec: ServiceSpec): boolean =>
  wantedBy(engine, instance, spec)

export function wantedBy(engine: Engine, instance: string, spec: ServiceSpec): boolean {
  if (!isEnabled(engine, spec)) return false
  const record = engine.records.get(instance)
  const byPerson = record !== undefined && (record.desired === 'up' || record.fingerprint === spec.fingerprint)
  return byPerson ? record.desired === 'up' : spec.autostart
}

/** What a person said, if it was one; else what the file says. */
export function whyNotWanted(engine: Engine, unit: Unit, spec: ServiceSpec): Reason {
  const record = engine.records.get(unit.instance)
  if (record?.desired === 'down') return record.reason
  return isEnabled(engine, spec)
    ? { code: 'autostart-off', text: 'Not started: autostart = false' }
    : { code: 'disabled', text: 'Disabled' }
}

/** Starts what rests and shall run, and says of the rest why it does not. */
export function startWanted(engine: Engine, trace: Trace): void {
  const reason = { code: 'started-by-agent', text: 'Started with the agent' }
  for (const unit of [...engine.supervisor.units()]) {
    const spec = engine.specs.get(unit.service)
    if (!spec || unit.phase !== 'stopped') continue
    const record = engine.records.get(unit.instance)
    if (!isWanted(engine, unit, spec)) {
      engine.supervisor.restore(unit.instance, { reason: whyNotWanted(engine, unit, spec) })
      continue
    }
    if (
      spec.type === 'task' &&
      record?.completedInBoot === engine.deps.platform.bootId &&
      record.fingerprint === spec.fingerprint
    ) {
      engine.supervisor.restore(unit.instance, { phase: 'completed', desired: 'up', reason: record.reason })
      continue
    }
    engine.supervisor.send(unit.instance, { type: 'start', reason, byPerson: false, trace })
    if (missedRun(engine, spec, record)) engine.supervisor.send(unit.instance, { type: 'due' })
  }
}

/** Whether a cron job with `catch_up` came due while no agent was there: however often, it is run once. */
function missedRun(engine: Engine, spec: ServiceSpec, record: UnitRecord | undefined): boolean {
  if (!spec.cron?.catchUp || !record?.lastDueAtMs) return false
  const due = nextDue(spec.cron, record.lastDueAtMs)
  return due !== undefined && due <= engine.deps.clock.nowMs()
}

/** @throws CONFLICT for what must be enabled before it can be started */
export function refuseDisabled(engine: Engine, units: readonly Unit[]): void {
  for (const unit of units) {
    const spec = engine.specs.get(unit.service)
    if (!spec || isEnabled(engine, spec)) continue
    const where = spec.enabled
      ? `Enable it first: hxe enable ${unit.service}`
      : `enabled = false in ${spec.range.file}:${spec.range.line}`
    throw new CoreError('CONFLICT', `${unit.instance} is disabled. ${where}`, { reason: 'disabled' })
  }
}

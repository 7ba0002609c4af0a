import { messageOf } from '../../contract/failure.ts'
import type { Reason } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { StoreError, type UnitRecord } from '../store/index.ts'
import type { Unit } from '../supervisor/index.ts'
import type { Trace } from '../trace.ts'
import type { Engine } from './engine.ts'
import { takeBackStop } from './ordered.ts'
import { whyOf } from './present.ts'
import { asSpan } from './spans.ts'
import { refuseDisabled } from './wanted.ts'

/** What is stored of an instance; of a new one, what it is now. */
export function recordOf(engine: Engine, unit: Unit): UnitRecord {
  return (
    engine.records.get(unit.instance) ?? {
      service: unit.instance,
      desired: unit.desired,
      enabledByPerson: null,
      reason: unit.reason,
      fingerprint: engine.specs.get(unit.service)?.fingerprint ?? '',
      completedInBoot: null,
      lastDueAtMs: null,
    }
  )
}

export async function saveRecord(engine: Engine, record: UnitRecord): Promise<void> {
  engine.records.set(record.service, record)
  if (engine.transient.has(record.service)) return
  await engine.deps.store.putUnit(record)
}

export function saveRecordQuietly(engine: Engine, record: UnitRecord): void {
  // The store keeps the newest value and says itself what ails it.
  saveRecord(engine, record).catch(() => undefined)
}

/** A wish is on disk before it is answered, so that it survives what comes. */
export async function saveWish(
  engine: Engine,
  units: readonly Unit[],
  desired: 'up' | 'down',
  reason: Reason,
  trace: Trace,
): Promise<void> {
  if (desired === 'up') refuseDisabled(engine, units)
  if (desired === 'up') for (const unit of units) takeBackStop(engine, unit)
  const saved = units.map((unit) => {
    const fingerprint = engine.specs.get(unit.service)?.fingerprint ?? ''
    const completed = desired === 'up' ? { completedInBoot: null } : {}
    return saveRecord(engine, { ...recordOf(engine, unit), desired, reason, fingerprint, ...completed })
  })
  const failures = units.map(({ instance }) => engine.deps.store.removeFailure(instance))
  const results = await asSpan(engine, { trace }, 'save the wish', () => Promise.allSettled([...saved, ...failures]))
  const refused = results.find((result) => result.status === 'rejected')
  if (!refused) return
  // A runaway service must be stoppable on a full disk: the wish is carried out, and said not to be saved.
  if (desired === 'down') {
    for (const { instance } of units)
      engine.supervisor.send(instance, { type: 'stop', reason, keepDesired: false, trace })
    throw notSaved('It is being stopped, but that could not be saved', refused.reason)
  }
  throw notSaved('Not started, since it could not be saved', refused.reason)
}

/** What was not done, and what the store has said of the disk. */
export function notSaved(what: string, error: unknown): CoreError {
  const technical = error instanceof StoreError ? error.fault.technical : undefined
  const cause = messageOf(error)
  return new CoreError('UNAVAILABLE', `${what}: ${cause}`, { part: 'store', ...(technical ? { technical } : {}) })
}

/** A task that completed, or a service that gave up, is so for the next agent too. */
export function rememberOutcome(engine: Engine, unit: Unit): void {
  const spec = engine.specs.get(unit.service)
  if (!spec || engine.transient.has(unit.service)) return
  if (unit.phase === 'failed') {
    const { clock, store } = engine.deps
    const atMs = clock.nowMs()
    const failure = { instance: unit.instance, reason: unit.reason, atMs, why: whyOf(engine, unit, atMs) }
    store.putFailure(failure).catch(() => undefined)
    saveRecordQuietly(engine, { ...recordOf(engine, unit), desired: unit.desired, fingerprint: spec.fingerprint })
    return
  }
  const completedInBoot = spec.type === 'task' ? engine.deps.platform.bootId : null
  saveRecordQuietly(engine, {
    ...recordOf(engine, unit),
    desired: unit.desired,
    reason: unit.reason,
    fingerprint: spec.fingerprint,
    completedInBoot,
  })
}

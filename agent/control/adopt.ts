import type { ServiceSpec } from '../config/index.ts'
import type { FailureRecord, RunRecord, StoredState } from '../store/index.ts'
import { taskOutcome, type Unit } from '../supervisor/index.ts'
import { correlated, type Trace } from '../trace.ts'
import { cookiePrefix } from './cookies.ts'
import type { Engine } from './engine.ts'
import { type Adoption, type FoundProcess, planRecovery } from './recovery.ts'
import { isWanted } from './wanted.ts'

export interface Adopted {
  /** Resolves when the lines of runs that have ended are in their logs: what is started after that adds to them. */
  swept: Promise<void>
}

/** Adopts what still runs, finishes stops that were under way, and ends what no configuration knows. */
export async function recoverRuns(engine: Engine, stored: StoredState, trace: Trace): Promise<Adopted> {
  const { platform, store, logs, log } = engine.deps
  const spools = await listSpools(engine, trace)
  const found = await findLeft(engine, stored, spools)
  const byPrefix = new Map([...engine.supervisor.units()].map((unit) => [cookiePrefix(engine, unit.instance), unit]))
  const plan = planRecovery(stored.runs, found, platform.bootId, (cookie) => {
    const unit = byPrefix.get(cookie.slice(0, cookie.lastIndexOf('.') + 1))
    return unit && { instance: unit.instance, owner: unit }
  })
  for (const { pid, startTime } of plan.end) platform.signal({ bootId: platform.bootId, pid, startTime }, 'SIGKILL')
  if (plan.end.length > 0)
    log.warn({ pids: plan.end.map(({ pid }) => pid), ...correlated(trace) }, 'ended what no service owns')
  // The store says itself what ails it; a record that stays is judged again next time.
  for (const cookie of plan.forget) store.removeRun(cookie).catch(() => undefined)
  for (const adoption of plan.adopt) adoptRun(engine, adoption, trace)
  const ended = new Set(spools.values())
  for (const { cookie } of plan.adopt) ended.delete(cookie)
  const swept = logs
    .sweepSpools(ended, spoolOwners(engine))
    .catch((error: unknown) =>
      log.error({ error: String(error), ...correlated(trace) }, 'old spools could not be read'),
    )
  for (const failure of stored.failures) restoreFailure(engine, failure)
  return { swept }
}

/** The output that an earlier agent left: paths, and the cookies of the runs they are of. */
function listSpools({ deps: { logs, log } }: Engine, trace: Trace): Promise<Map<string, string>> {
  return logs.spools().catch((error: unknown) => {
    log.error({ error: String(error), ...correlated(trace) }, 'spools could not be listed')
    return new Map()
  })
}

/**
 * Every process that an earlier agent left. An agent that is killed between a fork and the exec leaves a child that shows
 * no cookie until then, and has no record: what it has is its run's output.
 */
async function findLeft(
  engine: Engine,
  { runs }: StoredState,
  spools: ReadonlyMap<string, string>,
): Promise<FoundProcess[]> {
  const { platform } = engine.deps
  const found: FoundProcess[] = await platform.findByCookie(`${engine.dataDirId}.`)
  const told = new Set(found.map(({ cookie }) => cookie))
  for (const { pid, cookie } of runs) if (pid !== null) told.add(cookie)
  const untold = [...spools].filter(([, cookie]) => !told.has(cookie))
  if (untold.length === 0) return found
  const unborn = new Map<number, FoundProcess>()
  const known = new Set(found.map(({ pid }) => pid))
  const writers = await platform.writersOf(
    untold.map(([path]) => path),
    known,
  )
  for (const [path, cookie] of untold)
    for (const { pid, sessionId, startTime } of writers.get(path) ?? [])
      unborn.set(pid, { pid, sessionId, startTime, cookie, isUnborn: true })
  return [...found, ...unborn.values()]
}

/** Of a run that ended before anybody tailed it only its spool is left, and its lines are its instance's all the same. */
function spoolOwners(
  engine: Engine,
): { cookiePrefix: string; instance: string; service: string; spec: ServiceSpec['logs'] }[] {
  return [...engine.supervisor.units()].flatMap(({ instance, service }) => {
    const spec = engine.specs.get(service)
    return spec ? [{ cookiePrefix: cookiePrefix(engine, instance), instance, service, spec: spec.logs }] : []
  })
}

function adoptRun(engine: Engine, { owner: unit, cookie, record, leader }: Adoption<Unit>, trace: Trace): void {
  const { platform, clock } = engine.deps
  const spec = engine.specs.get(unit.service)
  if (!spec) return
  // A program may have overwritten its environment, and its cookie with it: then the record's identity finds it.
  const pid = leader?.pid ?? record?.pid ?? null
  const startTime = leader?.startTime ?? record?.startTime ?? null
  const identity = pid !== null && startTime !== null ? { bootId: platform.bootId, pid, startTime } : undefined
  const alive = identity !== undefined && platform.check(identity) === 'match' && platform.adopt(identity)
  const unrecorded: RunRecord = {
    cookie,
    instance: unit.instance,
    service: unit.service,
    replica: unit.replica,
    generation: 1,
    pid,
    startTime,
    bootId: platform.bootId,
    startedAtMs: clock.nowMs(),
    runFingerprint: spec.runFingerprint,
    stopping: false,
    statusFile: null,
    restarts: 0,
  }
  const full = record ?? unrecorded
  engine.runner.takeOver(full, spec, alive ? identity : undefined)
  const wanted = isWanted(engine, unit, spec)
  engine.supervisor.restore(unit.instance, {
    desired: wanted ? 'up' : 'down',
    generation: full.generation,
    ...(wanted ? {} : { reason: engine.records.get(unit.instance)?.reason ?? unit.reason }),
  })
  engine.supervisor.send(unit.instance, {
    type: 'adopted',
    generation: full.generation,
    startedAtMs: full.startedAtMs,
    restarts: full.restarts,
    stopping: full.stopping || !wanted,
    leaderGone: !alive,
    end: alive ? null : (taskOutcome(full.statusFile) ?? null),
    trace,
  })
  if (alive && wanted && !full.stopping && full.runFingerprint !== spec.runFingerprint) {
    const reason = {
      code: 'configuration-changed',
      text: 'Restarted: its configuration changed while the agent was away',
    }
    engine.supervisor.send(unit.instance, { type: 'restart', reason, trace })
  }
}

function restoreFailure(engine: Engine, { instance, reason, atMs, why }: FailureRecord): void {
  const unit = engine.supervisor.unit(instance)
  const record = engine.records.get(instance)
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec || unit.phase !== 'stopped') return
  if (record && record.fingerprint !== spec.fingerprint) return
  if (why) engine.recalled.set(instance, why)
  engine.supervisor.restore(instance, { phase: 'failed', desired: 'up', reason, sinceMs: atMs })
}

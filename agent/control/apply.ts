import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import type { ConfigApplied, PlannedAction, Revision } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { LoadResult } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { type FileChange, writeTogether } from '../os/index.ts'
import { isResting, type Unit } from '../supervisor/index.ts'
import { type Engine, nextChange, traceFor } from './engine.ts'
import { unhealthyFacts } from './health.ts'
import { actionsOf, refuseInvalid, type Trial } from './plan.ts'
import { inTurn, readFromDisk, reload } from './reload.ts'
import { asSpan } from './spans.ts'

export interface ApplyRequest {
  /** What the files would come to; looked at when it is this change's turn, and what it refuses is not written. */
  attempt: () => Promise<Trial>
  timeoutMs: number
  /** How long the services that were touched are watched; when one fails, the change is taken back. */
  watchMs: number
  /** Refused when this is no longer the revision that runs. */
  revision?: number | undefined
  /** What is on disk, where that was just read: then it is taken as it was read, whatever is there by now. */
  loaded?: LoadResult
  kind: Exclude<Revision['kind'], 'revert'>
  text: string
}

/** Where the files' texts are kept while a change of them is not yet certain. */
export const changeJournal = (dataDir: string): string => join(dataDir, 'apply.json')

const nothingWritten: Promise<FileChange> = Promise.resolve({ keep: async () => {}, undo: async () => {} })

/** Takes over files in one step, or not at all; answers when everything that the plan named has been carried out. */
export function applyConfiguration(engine: Engine, request: ApplyRequest, caller: Caller): Promise<ConfigApplied> {
  return inTurn(engine, () => takeOver(engine, request, caller))
}

/** @throws CONFLICT where what was looked at is no longer what runs */
export function refuseOtherRevision(engine: Engine, asked: number | undefined): void {
  const { revision } = engine.status
  if (asked === undefined || asked === revision) return
  const text = `Revision ${revision} runs, not ${asked}: someone was faster. Look at the plan again.`
  throw new CoreError('CONFLICT', text, { reason: 'other-revision' })
}

/** For those whose turn it is. */
export async function takeOver(engine: Engine, request: ApplyRequest, given: Caller): Promise<ConfigApplied> {
  // Also what is taken back was brought about by the one request.
  const caller = { ...given, trace: traceFor(engine, given) }
  refuseOtherRevision(engine, request.revision)
  const { configuration, diagnostics, written } = await asSpan(engine, caller, 'plan the change', request.attempt)
  const actions = actionsOf(engine, refuseInvalid(configuration, diagnostics))
  const isWriting = Object.keys(written).length > 0
  const change = await (isWriting ? writeTogether(changeJournal(engine.deps.dataDir), written) : nothingWritten).catch(
    (error: unknown) => {
      const why = messageOf(error)
      throw new CoreError('UNAVAILABLE', `The files could not be written: ${why}`, { part: 'configuration' })
    },
  )
  const units = [...engine.supervisor.units()]
  const generations = new Map(units.map((unit) => [unit.instance, unit.generation]))
  const unwell = new Set(units.map(({ instance }) => instance).filter((instance) => isUnhealthy(engine, instance)))
  try {
    await asSpan(engine, caller, 'take the files over', () => reload(engine, caller, request, request.loaded))
  } catch (error) {
    await change.undo()
    // What is in force again is said; why it came to that is the error to tell.
    await reload(engine, caller, readFromDisk).catch(() => undefined)
    throw error
  }
  const isDone = (action: PlannedAction): boolean => isCarriedOut(engine, action, generations)
  await asSpan(engine, caller, 'carry the plan out', () =>
    until(engine, request.timeoutMs, () => actions.every(isDone)),
  )
  const failure = await watchFor(engine, request.watchMs, () => failureOf(engine, actions, unwell))
  if (failure === undefined) {
    await change.keep()
    return { revision: engine.status.revision, actions, diagnostics }
  }
  await change.undo()
  await reload(engine, caller, { kind: 'revert', text: `Taken back: ${failure}` })
  return { revision: engine.status.revision, actions, diagnostics, reverted: failure }
}

async function until(engine: Engine, withinMs: number, holds: () => boolean): Promise<void> {
  const { clock } = engine.deps
  const deadlineMs = clock.monotonicMs() + withinMs
  for (let leftMs = withinMs; leftMs > 0 && !holds(); leftMs = deadlineMs - clock.monotonicMs())
    await nextChange(engine, leftMs)
}

/** What goes wrong within the time, if anything does. */
async function watchFor(engine: Engine, withinMs: number, look: () => string | undefined): Promise<string | undefined> {
  if (withinMs === 0) return undefined
  await until(engine, withinMs, () => look() !== undefined)
  return look()
}

function isCarriedOut(
  engine: Engine,
  { service, action }: PlannedAction,
  generations: ReadonlyMap<string, number>,
): boolean {
  const unit = engine.supervisor.unit(service)
  if (action === 'update') return true
  if (action === 'stop') return !unit || isResting(unit.phase) || unit.phase === 'unkillable'
  return unit !== undefined && unit.generation > (generations.get(service) ?? 0) ? hasCome(unit) : isHeldUp(unit)
}

const hasCome = ({ phase }: Unit): boolean =>
  phase === 'running' || phase === 'backoff' || phase === 'scheduled' || isResting(phase)

/** It was asked to start and cannot: what it needs is not there, or it has given up before it came to a start. */
const isHeldUp = (unit: Unit | undefined): boolean =>
  unit !== undefined &&
  ((unit.phase === 'waiting' && unit.reason.code === 'dependency-failed') ||
    unit.phase === 'failed' ||
    unit.phase === 'scheduled')

const isUnhealthy = (engine: Engine, instance: string): boolean => engine.monitor.healthOf(instance) === 'unhealthy'

/** What of the touched has failed, or does not answer and did before. */
function failureOf(engine: Engine, actions: readonly PlannedAction[], unwell: ReadonlySet<string>): string | undefined {
  for (const { service, action } of actions) {
    const unit = action === 'stop' ? undefined : engine.supervisor.unit(service)
    if (unit?.phase === 'failed' || unit?.phase === 'backoff') return `${service}: ${unit.reason.text}`
    if (unit && !unwell.has(service) && isUnhealthy(engine, service)) {
      const spec = engine.specs.get(unit.service)
      const why = spec && unhealthyFacts(engine, unit, spec).unhealthy
      return `${service} is unhealthy${why === undefined ? '' : `: ${why.check}: ${why.text}`}`
    }
  }
  return undefined
}

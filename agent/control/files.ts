import { isDeepStrictEqual } from 'node:util'
import type { Revision } from '../../contract/index.ts'
import { type LoadResult, type LogSpec, type ServiceSpec, secretValues } from '../config/index.ts'
import { currentEnv } from '../os/index.ts'
import { correlated, type Trace } from '../trace.ts'
import { changedFiles } from '../watch/index.ts'
import { type Engine, loadOptionsOf, markChanged } from './engine.ts'
import { tightenedFiles } from './guards.ts'
import { followChecks } from './health.ts'
import { noteRevision } from './revisions.ts'
import { instancesOf, supervised } from './specs.ts'
import { isEnabled } from './wanted.ts'

/** What brought a load about, for the history. */
export type LoadCause = Pick<Revision, 'kind' | 'text' | 'author'>

export function readFiles(engine: Engine): Promise<LoadResult> {
  return engine.deps.configWorker.loadConfiguration(loadOptionsOf(engine))
}

/**
 * Reads the files, or takes what was just read of them; false where they have errors: that is said, and what there was
 * stays as it is.
 */
export async function loadFiles(engine: Engine, cause: LoadCause, trace: Trace, read?: LoadResult): Promise<boolean> {
  const { clock } = engine.deps
  const result = read ?? (await readFiles(engine))
  const { configuration, diagnostics, files, texts, folder, inputs } = result
  if (!configuration) {
    tellInvalid(engine, result, trace)
    return false
  }
  engine.running = inputs
  engine.seen = inputs
  engine.folder = folder
  engine.configuration = configuration
  engine.deps.hide(secretValues(configuration, currentEnv()))
  const revision = await nextRevision(engine, cause, texts, trace)
  const appliedAt = new Date(clock.nowMs()).toISOString()
  engine.status = { status: 'applied', files, diagnostics, appliedAt, revision, changed: [], pending: null }
  engine.hub.partChanged('config')
  for (const spec of configuration.services.values()) defineService(engine, spec)
  engine.order = [...configuration.services.keys(), ...engine.transient]
  engine.deps.logs.configure(logSpecs(engine))
  for (const follow of engine.configured) follow()
  return true
}

/** Says that what is on disk cannot be loaded; what runs goes on by the last good configuration. */
export function tellInvalid(engine: Engine, { diagnostics, files, inputs }: LoadResult, trace: Trace): void {
  const changed = changedFiles(engine.running, inputs)
  engine.seen = inputs
  engine.status = { ...engine.status, status: 'invalid', files, diagnostics, changed, pending: null }
  engine.hub.partChanged('config')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const text = first
    ? `${first.file}:${first.line}:${first.column}: ${first.message}${more}`
    : 'The configuration has errors'
  engine.deps.log.error({ errors: errors.length, ...correlated(trace) }, `configuration not loaded: ${text}`)
  engine.eventLog.append({ kind: 'config.invalid', severity: 'warning', text, author: 'agent', ...correlated(trace) })
}

export const logSpecs = ({ specs, tightness }: Engine): Map<string, LogSpec> =>
  new Map([...specs].map(([name, { logs }]) => [name, { ...logs, maxFiles: tightenedFiles(logs.maxFiles, tightness) }]))

/** The number of the files as they are: that of the newest entry of the history where they say the same, else a new one. */
async function nextRevision(
  engine: Engine,
  cause: LoadCause,
  texts: Record<string, string>,
  trace: Trace,
): Promise<number> {
  const newest = await engine.deps.store.revision(engine.lastRevision).catch(() => undefined)
  const isSame = newest !== undefined && isDeepStrictEqual({ ...newest.texts }, { ...texts })
  if (isSame && cause.kind === 'files') return newest.revision
  engine.lastRevision += 1
  noteRevision(engine, { ...cause, revision: engine.lastRevision }, texts, trace)
  return engine.lastRevision
}

/** Tells everyone who judges or shows a service how the files have it now. */
export function defineService(engine: Engine, spec: ServiceSpec): void {
  engine.specs.set(spec.name, spec)
  for (const { instance } of instancesOf(spec)) engine.leaving.delete(instance)
  engine.supervisor.define(supervised(spec, isEnabled(engine, spec)))
  followChecks(engine, spec.name)
  for (const unit of engine.supervisor.instancesOf(spec.name)) markChanged(engine, unit.instance)
}

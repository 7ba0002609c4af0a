import { relative } from 'node:path'
import type { ServiceSpec } from '../config/index.ts'
import { walkTree } from '../os/index.ts'
import type { Unit } from '../supervisor/index.ts'
import { changeText, Follower, ignoring, oneMore, type Quiet, watchedPath } from '../watch/index.ts'
import { type Engine, traceFor } from './engine.ts'
import { isEnabled } from './wanted.ts'

/** Files of one service that are watched at most. */
const mostFiles = 10_000
/** A sweep goes through all of them. */
const sweepMs = 300_000

/** Watches for each service what its `watch` block names, and for no other; called whenever the files were read. */
export function watchServices(engine: Engine): void {
  const isWatching = engine.deps.mode === 'development'
  for (const [name, { spec, stop }] of engine.watches) {
    if (engine.specs.get(name)?.fingerprint === spec.fingerprint) continue
    stop()
    engine.watches.delete(name)
  }
  for (const [name, spec] of engine.specs) {
    if (!isWatching || spec.watch === undefined || engine.watches.has(name)) continue
    engine.watches.set(name, { spec, stop: follow(engine, spec, spec.watch.debounceMs) })
  }
}

export function stopWatchingServices(engine: Engine): void {
  for (const { stop } of engine.watches.values()) stop()
  engine.watches.clear()
}

function follow(engine: Engine, spec: ServiceSpec, debounceMs: number): () => void {
  const { clock, log } = engine.deps
  const warn = (text: string): void => {
    log.warn({ service: spec.name }, text)
    engine.eventLog.append({ kind: 'service.warning', severity: 'warning', service: spec.name, text, author: 'agent' })
  }
  let folders: ReadonlySet<string> = new Set()
  let restartsMs: readonly number[] = []
  let wasCut = false
  const scope = async () => {
    const where = whereOf(engine, spec)
    // As long as it cannot be said where it runs, there is nothing to look at.
    if (!where) return { files: [], folders: [] }
    const watched = where.paths.map(watchedPath)
    const isIgnored = ignoring(spec.watch?.ignore ?? [], where.cwd)
    const roots = [...new Set(watched.map(({ root }) => root))]
    const tree = await walkTree(roots, isIgnored, mostFiles)
    if (tree.isCut && !wasCut)
      warn(`Only the first ${mostFiles} files are watched for ${spec.name}; name in watch.ignore what need not be`)
    wasCut = tree.isCut
    folders = new Set(tree.folders)
    return { files: tree.files.filter((path) => watched.some(({ counts }) => counts(path))), folders: tree.folders }
  }
  const judge = async ({ changed }: Quiet): Promise<undefined> => {
    const cwd = whereOf(engine, spec)?.cwd
    const counted = changed.filter((path) => !folders.has(path))
    // A name that is ignored came or went: its folder looks otherwise, nothing else does.
    if (cwd === undefined || counted.length === 0) return
    const { timesMs, isLoop } = oneMore(restartsMs, clock.monotonicMs())
    restartsMs = timesMs
    if (isLoop) {
      const file = relative(cwd, counted[0] ?? cwd)
      warn(
        `${spec.name} is not restarted any more: ${file} changes after each start. Name it in watch.ignore, or start it yourself`,
      )
      return
    }
    restart(engine, spec, changeText(changed, folders, cwd))
  }
  return new Follower({
    clock,
    scope,
    judge,
    judgeFirst: false,
    sweepMs,
    settleMs: debounceMs,
    onBlind: (problem) => {
      if (problem !== undefined) warn(`The files of ${spec.name} are looked at every 2 s, since ${problem}`)
    },
    onError: (error) => log.error({ service: spec.name, error: String(error) }, 'files could not be watched'),
  }).start()
}

/** Where the service runs and what it watches; undefined while a value that this needs is missing. */
function whereOf(engine: Engine, spec: ServiceSpec): { cwd: string; paths: readonly string[] } | undefined {
  const [unit] = engine.supervisor.instancesOf(spec.name)
  const where = unit && engine.runner.surroundings(unit.instance, spec)?.resolved
  return where && { cwd: where.cwd, paths: where.watchPaths }
}

function restart(engine: Engine, spec: ServiceSpec, change: string): void {
  if (engine.stopping || !isEnabled(engine, spec)) return
  const trace = traceFor(engine)
  const reason = { code: 'file-changed', text: `Restarted: ${change}` }
  for (const unit of engine.supervisor.instancesOf(spec.name))
    if (isToFollow(unit)) engine.supervisor.send(unit.instance, { type: 'restart', reason, trace })
}

/** What a person stopped stays stopped, and a cron job runs when it is due; what failed may be right now. */
const isToFollow = ({ phase, desired }: Unit): boolean =>
  phase !== 'stopped' && phase !== 'scheduled' && desired !== 'down'

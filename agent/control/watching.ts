import { relative } from 'node:path'
import type { PlannedAction } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { Configuration, LoadResult } from '../config/index.ts'
import { readMarks } from '../os/index.ts'
import { correlated, type Trace } from '../trace.ts'
import { changedFiles, Follower, isSame, type Quiet, settleMs, verdictOn, whyAsk } from '../watch/index.ts'
import { takeOver } from './apply.ts'
import { type Engine, traceFor } from './engine.ts'
import { readFiles, tellInvalid } from './files.ts'
import { actionsOf } from './plan.ts'
import { inTurn } from './reload.ts'

/** The author of what is taken over because a file changed. */
const fileWatch: Caller = { author: 'file watch', role: 'admin' }

const sweepMs = 30_000
/** Actions of a pending change that clients are sent; all are in the plan. */
const mostActionsShown = 100
/** Names of files that a sentence has. */
const mostNamed = 3

/** Follows the files that the configuration was read from. Returns the clean-up. */
export function watchConfiguration(engine: Engine): () => void {
  const { clock, log } = engine.deps
  const follower = new Follower({
    clock,
    scope: () => ({ files: Object.keys(engine.seen.files), folders: Object.keys(engine.seen.folders) }),
    judge: (quiet) => inTurn(engine, () => judge(engine, quiet)),
    judgeFirst: true,
    sweepMs,
    onBlind: (problem) => {
      if (problem === undefined) return
      const text = `The configuration files are looked at every 2 s, since ${problem}`
      log.warn({ problem }, text)
      engine.eventLog.append({ kind: 'agent.warning', severity: 'warning', text, author: 'agent' })
    },
    onError: (error) => log.error({ error: String(error) }, 'changed configuration files were not taken over'),
  })
  return follower.start()
}

/** Looks at what is on disk and takes it over, or says why not. Answers the quiet that it needs to be sure. */
async function judge(engine: Engine, quiet: Quiet): Promise<number | undefined> {
  if (engine.stopping) return undefined
  if (isSame(await readMarks(engine.seen), engine.seen)) return undefined
  const result = await readFiles(engine)
  if (!quiet.overdue && !(await quiet.isStill())) return settleMs
  const { configuration } = result
  const before = namesOf(engine.configuration)
  const after = namesOf(configuration)
  const hasErrors = configuration === undefined
  const verdict = verdictOn({ hasErrors, before, after, quietMs: quiet.quietMs, overdue: quiet.overdue })
  if (verdict.act === 'wait') {
    engine.deps.log.debug({ reason: verdict.reason }, 'the changed configuration may not be written whole')
    return verdict.neededMs
  }
  const changed = changedFiles(engine.running, result.inputs)
  const trace = traceFor(engine)
  if (configuration === undefined) tellInvalid(engine, result, trace)
  else if (changed.length === 0) tellMended(engine, result, trace)
  else {
    const setting = engine.configuration?.agent.configReload
    const reason = whyAsk({ setting, testMode: engine.deps.mode === 'test', before, after })
    if (reason === undefined) await take(engine, result, changed)
    else tellPending(engine, result, { changed, reason, actions: actionsOf(engine, configuration), trace })
  }
  return undefined
}

const namesOf = (configuration: Configuration | undefined): string[] => [...(configuration?.services.keys() ?? [])]

async function take(engine: Engine, loaded: LoadResult, changed: readonly string[]): Promise<void> {
  const text = `Changed on disk: ${listed(engine, changed)}`
  const attempt = async () => ({ ...loaded, written: {} })
  await takeOver(engine, { attempt, loaded, timeoutMs: 0, watchMs: 0, kind: 'files', text }, fileWatch)
}

/** Files by their names in the configuration folder; those elsewhere by their paths. */
function listed(engine: Engine, files: readonly string[]): string {
  const names = files.slice(0, mostNamed).map((path) => {
    const name = relative(engine.folder, path)
    return name === '' || name.startsWith('..') ? path : name
  })
  const more = files.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

/** The files say again what runs. */
function tellMended(engine: Engine, { inputs, files, diagnostics }: LoadResult, trace: Trace): void {
  engine.seen = inputs
  const { status } = engine.status
  engine.status = { ...engine.status, status: 'applied', files, diagnostics, changed: [], pending: null }
  engine.hub.partChanged('config')
  if (status === 'applied') return
  const text = 'The configuration files say again what runs'
  engine.eventLog.append({ kind: 'config.mended', severity: 'info', text, author: 'agent', ...correlated(trace) })
}

function tellPending(
  engine: Engine,
  { inputs, files, diagnostics }: LoadResult,
  { changed, reason, actions, trace }: { changed: string[]; reason: string; actions: PlannedAction[]; trace: Trace },
): void {
  engine.seen = inputs
  const since = new Date(engine.deps.clock.nowMs()).toISOString()
  const pending = { since, reason, actions: actions.slice(0, mostActionsShown), total: actions.length }
  engine.status = { ...engine.status, status: 'pending', files, diagnostics, changed, pending }
  engine.hub.partChanged('config')
  const text = `${listed(engine, changed)} changed and ${changed.length === 1 ? 'waits' : 'wait'} to be applied: ${reason}`
  engine.deps.log.info({ changed: changed.length, actions: actions.length, ...correlated(trace) }, text)
  engine.eventLog.append({ kind: 'config.pending', severity: 'info', text, author: 'agent', ...correlated(trace) })
}

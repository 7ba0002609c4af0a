import type { AgentInfo } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { LoadResult } from '../config/index.ts'
import { undoUnfinished } from '../os/index.ts'
import type { StoreHealth } from '../store/types.ts'
import { correlated, type Trace } from '../trace.ts'
import { type Adopted, recoverRuns } from './adopt.ts'
import { changeJournal } from './apply.ts'
import { watchServices } from './devwatch.ts'
import { type AgentDeps, type Engine, markChanged, nextChange, traceFor } from './engine.ts'
import { loadFiles } from './files.ts'
import { isSettled, stillNeededBy } from './settled.ts'
import { startWanted } from './wanted.ts'

/** What the files say when an agent starts. */
export interface FirstReading {
  read: LoadResult
  /** The files that an earlier agent had begun to change, and that are again as they were. */
  undone: readonly string[]
}

/** Reads the files, with a change undone that an earlier agent did not finish; what else an agent needs opens meanwhile. */
export async function readFirst({
  dataDir,
  configWorker,
  loadOptions,
  log,
}: Pick<AgentDeps, 'dataDir' | 'configWorker' | 'loadOptions' | 'log'>): Promise<FirstReading> {
  const undone = await undoUnfinished(changeJournal(dataDir)).catch((error: unknown) => {
    log.error({ error: String(error) }, 'a change that was not finished could not be taken back')
    return []
  })
  return { undone, read: await configWorker.loadConfiguration(loadOptions) }
}

/** What the first starts go on from. */
export interface Recovered extends Adopted {
  /** Of the agent's start. */
  trace: Trace
}

/** Takes the files over, and what an earlier agent left running. From then on it is known what runs. */
export async function recover(engine: Engine, { read, undone }: FirstReading): Promise<Recovered> {
  const trace = traceFor(engine)
  if (undone.length > 0) {
    const text = `The agent ended while a change was applied; it was taken back in ${undone.join(', ')}`
    engine.eventLog.append({ kind: 'agent.warning', severity: 'warning', text, author: 'agent' })
  }
  const stored = await engine.deps.store.load()
  for (const record of stored.units) engine.records.set(record.service, record)
  engine.lastRevision = stored.lastRevision
  await loadFiles(
    engine,
    { kind: 'files', text: 'Read when the agent started', author: engine.deps.author },
    trace,
    read,
  )
  // Without a configuration nobody can say whose a process is, so all is left alone until there is one.
  const { swept } = engine.configuration ? await recoverRuns(engine, stored, trace) : { swept: Promise.resolve() }
  if (!engine.configuration) engine.unrecovered = stored
  engine.deps.logs.onWarning((warning) =>
    engine.eventLog.append({
      kind: 'service.warning',
      severity: 'warning',
      service: warning.instance,
      text: warning.text,
      author: 'agent',
    }),
  )
  const warn = (text: string): void =>
    void engine.eventLog.append({ kind: 'agent.warning', severity: 'warning', text, author: 'agent' })
  for (const text of damageOf(engine.deps.store.health())) warn(text)
  engine.deps.store.onHealth((health) => {
    if (health.problem) warn(health.problem)
  })
  engine.eventLog.append({
    kind: 'agent.started',
    severity: 'info',
    text: 'The agent started',
    author: 'agent',
    ...correlated(trace),
  })
  return { swept, trace }
}

/** Starts what the files want, once a window that opens beside it has shown what there is; nothing where the agent ends. */
export async function startFirst(engine: Engine, { swept, trace }: Recovered): Promise<void> {
  await Promise.all([engine.deps.giveWay(), swept])
  if (engine.stopping) return
  startWanted(engine, trace)
  watchServices(engine)
}

/** Of a database with very many damaged records so many are named. */
const mostNotes = 20

/** What the database had lost when it was opened. */
function damageOf({ setAside, notes = [] }: StoreHealth): string[] {
  const more = notes.length - mostNotes
  return [
    ...(setAside === undefined
      ? []
      : [`The database was damaged and has been begun anew; what it was is kept as ${setAside} in the data directory`]),
    ...notes.slice(0, mostNotes),
    ...(more > 0 ? [`${more} more records of the database are damaged and were left out`] : []),
  ]
}

/** Stops every service, dependents before what they need; resolves when all are at rest or cannot be ended. */
export async function stopAll(engine: Engine, trace: Trace): Promise<void> {
  const reason = { code: 'stopped-by-agent', text: 'Stopped because the agent ends' }
  engine.stoppingAll = true
  await engine.recovering
  for (;;) {
    const open = [...engine.supervisor.units()].filter((unit) => !isSettled(unit))
    if (open.length === 0) return
    // Asked for before the stops: one that settles at once is a change too.
    const change = nextChange(engine)
    for (const unit of open) {
      // What it waits for has changed, and with it why it still runs.
      markChanged(engine, unit.instance)
      const asked = unit.askedToStopAtMs !== null && unit.afterwards === 'rest'
      if (!asked && stillNeededBy(engine, unit.service).length === 0)
        engine.supervisor.send(unit.instance, { type: 'stop', reason, keepDesired: true, trace })
    }
    await change
  }
}

/** Begins the end of the agent, once. */
export function shutdown(engine: Engine, services: 'stop' | 'keep' | undefined, caller?: Caller): void {
  if (engine.stopping) return
  engine.stopping = true
  engine.hub.partChanged('agent')
  const trace = traceFor(engine, caller)
  const text = 'The agent ends'
  engine.eventLog.append({ kind: 'agent.stopping', severity: 'info', text, author: 'agent', ...correlated(trace) })
  engine.deps.onShutdown(services ?? info(engine).quitPolicy, trace)
}

/** What it is called in its fleet. */
export const shownName = (engine: Engine): string => engine.configuration?.agent.name ?? engine.deps.hostName

export function info(engine: Engine): AgentInfo {
  const settings = engine.configuration?.agent
  return {
    ...engine.deps.info(),
    name: shownName(engine),
    mode: engine.deps.mode,
    quitPolicy: settings?.quitPolicy ?? 'stop',
    stopping: engine.stopping,
  }
}

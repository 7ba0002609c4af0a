import type { ProcessRow } from '../../os/index.ts'
import type { Unit } from '../unit.ts'
import { type Carrier, journal, learn, type Run, type RunFacts } from './carrier.ts'
import { runCommand } from './hooks.ts'
import { surroundings } from './surroundings.ts'

export async function runStopCommand(carrier: Carrier, unit: Unit): Promise<void> {
  const run = carrier.runs.get(unit.instance)
  markStopping(carrier, run)
  const where = run && surroundings(carrier, unit.instance, run.spec)
  const command = where?.resolved.stopCommand
  if (run && command) {
    await runCommand({ ...run, ...where }, command, run.spec.stop.timeoutMs).catch((error: unknown) =>
      carrier.deps.onProblem(`stop command of ${unit.instance}`, error),
    )
  }
  carrier.deps.send(unit.instance, { type: 'stop-command-done', generation: unit.generation })
}

function markStopping(carrier: Carrier, run: Run | undefined): void {
  if (!run || run.record.stopping) return
  run.record.stopping = true
  journal(carrier, run)
}

export async function signalRun(carrier: Carrier, unit: Unit, signal: string, tree: boolean): Promise<void> {
  const run = carrier.runs.get(unit.instance)
  if (!run) return
  const { platform } = carrier.deps
  if (unit.askedToStopAtMs !== null) markStopping(carrier, run)
  if (run.identity) {
    if (tree) platform.signalGroup(run.identity, signal)
    else platform.signal(run.identity, signal)
    // A stopped process takes its signal only when it goes on.
    platform.signalGroup(run.identity, 'SIGCONT')
  }
  const rows = await membersOf(carrier, unit.instance, run)
  learn(carrier, unit.instance, { remaining: await describeRows(carrier, rows) })
  carrier.deps.factsChanged(unit.instance)
  if (!tree) return
  for (const row of rows) {
    if (row.groupId === run.identity?.pid) continue
    const member = { bootId: platform.bootId, pid: row.pid, startTime: row.startTime }
    platform.signal(member, signal)
    platform.signal(member, 'SIGCONT')
  }
}

export async function killRun(carrier: Carrier, unit: Unit): Promise<void> {
  const run = carrier.runs.get(unit.instance)
  if (!run) return
  markStopping(carrier, run)
  run.killing = describeAndKill(carrier, unit.instance, run)
  await run.killing
}

async function describeAndKill(carrier: Carrier, instance: string, run: Run): Promise<void> {
  const before = await membersOf(carrier, instance, run)
  if (before.length > 0) learn(carrier, instance, { remaining: await describeRows(carrier, before) })
  killAll(carrier, run, before)
  carrier.deps.platform.killCgroup(instance)
}

function killAll(carrier: Carrier, run: Run, rows: readonly ProcessRow[]): void {
  const { platform } = carrier.deps
  if (run.identity) platform.signalGroup(run.identity, 'SIGKILL')
  for (const row of rows)
    platform.signal({ bootId: platform.bootId, pid: row.pid, startTime: row.startTime }, 'SIGKILL')
}

/** With their command lines, where those can be read: "worker.js" says more than "node". */
async function describeRows(
  carrier: Carrier,
  rows: readonly ProcessRow[],
): Promise<NonNullable<RunFacts['remaining']>> {
  const details = await carrier.deps.platform.describeProcesses(rows.map(({ pid }) => pid)).catch(() => [])
  const commands = new Map(details.map(({ pid, command }) => [pid, command]))
  return rows.map(({ pid, name, state }) => {
    const command = commands.get(pid)
    return { pid, name, state, ...(command ? { command } : {}) }
  })
}

export async function sweepRun(carrier: Carrier, unit: Unit): Promise<void> {
  const { instance, generation } = unit
  const run = carrier.runs.get(instance)
  // Most runs leave nothing, and that can be seen at once; a pass over all processes takes milliseconds.
  const isOwn = run?.resolved !== undefined
  if (isOwn && unit.leaderGone && carrier.deps.platform.leftNothing(instance)) {
    carrier.deps.send(instance, { type: 'swept', generation, left: 0 })
    return
  }
  await run?.killing
  const rows = run ? await membersOf(carrier, instance, run) : []
  const phase = carrier.deps.unit(instance)?.phase
  if (rows.length > 0 && (phase === 'stop-signal' || phase === 'unkillable')) {
    const remaining = await describeRows(carrier, rows)
    learn(carrier, instance, { remaining })
    carrier.deps.factsChanged(instance)
  }
  // Whatever was forked between two looks is ended too.
  if (run && rows.length > 0 && (phase === 'stop-kill' || phase === 'unkillable')) killAll(carrier, run, rows)
  carrier.deps.send(instance, { type: 'swept', generation, left: rows.length })
}

/** A look that failed (no descriptors, say) has not seen that nothing is left: it is looked again. */
export function sweptInVain(carrier: Carrier, { instance, generation }: Unit): void {
  carrier.deps.send(instance, { type: 'swept', generation, left: 1 })
}

async function membersOf(carrier: Carrier, instance: string, run: Run): Promise<ProcessRow[]> {
  const wanted = { instance, cookie: run.record.cookie, ...(run.identity ? { leader: run.identity } : {}) }
  return (await carrier.deps.platform.membersOf([wanted])).get(instance) ?? []
}

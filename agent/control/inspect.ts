import type { EnvironmentItem, ProcessInfo } from '../../contract/index.ts'
import { secretValues } from '../config/index.ts'
import { CoreError, type ExecOutput } from '../core.ts'
import { currentEnv } from '../os/index.ts'
import { serviceEnv } from './cookies.ts'
import type { Engine } from './engine.ts'
import { environmentOf } from './environment.ts'
import { outputOf } from './exec.ts'
import { findUnits } from './find.ts'

/** Every process of a service, with the one that leads it marked. */
export async function processesOf(engine: Engine, name: string): Promise<ProcessInfo[]> {
  const { platform } = engine.deps
  const wanted = findUnits(engine, name).flatMap(({ instance }) => {
    const cookie = engine.runner.cookie(instance)
    const leader = engine.runner.identity(instance)
    return cookie ? [{ instance, cookie, ...(leader ? { leader } : {}) }] : []
  })
  const members = [...(await platform.membersOf(wanted)).values()].flat()
  const leaders = new Set(wanted.flatMap(({ leader }) => leader?.pid ?? []))
  const details = await platform.describeProcesses(members.map(({ pid }) => pid))
  return details.map((row) => ({
    pid: row.pid,
    parentPid: row.parentPid,
    name: row.name,
    command: row.command,
    user: row.user,
    cpuPercent: Math.round((1000 * row.cpuTimeMs) / Math.max(1, engine.deps.clock.nowMs() - row.startedAtMs)) / 10,
    memoryBytes: row.memoryBytes,
    threads: row.threads,
    startedAt: new Date(row.startedAtMs).toISOString(),
    state: row.state,
    main: leaders.has(row.pid),
    startTime: row.startTime,
  }))
}

/** What the processes of a service are given; its cookie is nobody's business. */
export function variablesOf(engine: Engine, name: string): EnvironmentItem[] {
  const { where, spec } = prepare(engine, name)
  const { HXE_INSTANCE: _cookie, ...env } = where.env
  const secrets = engine.configuration ? secretValues(engine.configuration, currentEnv()) : new Set<string>()
  return environmentOf({ env, spec, inherited: serviceEnv(engine), secrets })
}

function prepare(engine: Engine, name: string) {
  const [unit] = findUnits(engine, name)
  const spec = unit && engine.specs.get(unit.service)
  const where = unit && spec && engine.runner.surroundings(unit.instance, spec)
  if (!where)
    throw new CoreError('CONFLICT', `${name} cannot be prepared: a value that it needs is missing`, {
      reason: 'missing-value',
    })
  return { where, spec }
}

/** Runs a command where a service runs, with its environment and as its user. */
export async function* execIn(
  engine: Engine,
  name: string,
  argv: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ExecOutput> {
  const { where } = prepare(engine, name)
  const { HXE_INSTANCE: _cookie, ...env } = where.env
  yield* outputOf({
    argv,
    cwd: where.resolved.cwd,
    env,
    signal,
    ...(where.resolved.user === undefined ? {} : { user: where.resolved.user }),
    ...(where.resolved.group === undefined ? {} : { group: where.resolved.group }),
  })
}

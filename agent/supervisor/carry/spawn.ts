import { messageOf } from '../../../contract/failure.ts'
import type { ResolvedCommand } from '../../config/index.ts'
import type { RunLog, SpoolFds } from '../../logs/index.ts'
import type { Platform, SpawnError, Spawned } from '../../os/index.ts'
import type { Unit } from '../unit.ts'
import { beginRun, type Carrier, dropRun, inBackground, journal, learn, type Run, refuse } from './carrier.ts'

/** One start waits for its files while another is made. More would take all four threads of the pool on a disk that hangs. */
const startsAtOnce = 2

/** Starts one after another; while they wait for their files, the loop does all else that is due. */
export function queueSpawn(carrier: Carrier, unit: Unit): void {
  carrier.spawnQueue.push(unit)
  if (carrier.spawning >= startsAtOnce) return
  carrier.spawning++
  inBackground(carrier, 'start', () => spawnQueued(carrier))
}

async function spawnQueued(carrier: Carrier): Promise<void> {
  for (let unit = carrier.spawnQueue.shift(); unit; unit = carrier.spawnQueue.shift()) {
    await carrier.deps.giveWay()
    await spawnOne(carrier, unit)
  }
  carrier.spawning--
}

type Ready = Run & Required<Pick<Run, 'resolved' | 'env'>>

/** The run that this start is for, unless it was called off. */
function awaited(carrier: Carrier, { instance, generation }: Unit): Ready | undefined {
  const run = carrier.runs.get(instance)
  const current = carrier.deps.unit(instance)
  const isWanted = current?.generation === generation && current.phase === 'starting'
  return isWanted && run?.resolved && run.env ? (run as Ready) : undefined
}

async function spawnOne(carrier: Carrier, unit: Unit): Promise<void> {
  const run = awaited(carrier, unit)
  if (!run) return
  const { instance, service } = unit
  const log = { cookie: run.record.cookie, instance, service, spec: run.spec.logs }
  let fds: SpoolFds | undefined
  try {
    fds = await carrier.deps.logs.openSpool(log)
    if (awaited(carrier, unit) !== run) return inBackground(carrier, 'start', fds.discard)
    spawnNow(carrier, unit, run, log, fds)
  } catch (error) {
    if (fds) inBackground(carrier, 'start', fds.discard)
    inBackground(carrier, 'start', () => spawnFailed(carrier, unit, run, error))
  }
}

function spawnNow(carrier: Carrier, unit: Unit, run: Ready, log: RunLog, fds: SpoolFds): void {
  const { instance, generation } = unit
  let spawned: Spawned
  try {
    journal(carrier, run)
    spawned = carrier.deps.platform.spawn({
      instance,
      argv: commandWords(run.resolved.command),
      cwd: run.resolved.cwd,
      env: run.env,
      stdoutFd: fds.stdoutFd,
      stderrFd: fds.stderrFd,
      ...spawnOptions(run),
    })
  } finally {
    fds.close()
  }
  run.notes = spawned.notes
  run.record.pid = spawned.identity.pid
  run.record.startTime = spawned.identity.startTime
  run.record.startedAtMs = carrier.deps.clock.nowMs()
  beginRun(carrier, run, spawned.identity)
  journal(carrier, run)
  carrier.deps.logs.attach(log)
  carrier.deps.send(instance, { type: 'spawned', generation })
}

async function spawnFailed(carrier: Carrier, unit: Unit, run: Run, error: unknown): Promise<void> {
  dropRun(carrier, run)
  if (!isSpawnError(error)) {
    const message = messageOf(error)
    learn(carrier, unit.instance, {
      startError: { what: 'log', code: 'LOG', subject: unit.instance, message, retryable: true },
    })
    return refuse(carrier, unit, {
      code: 'log-not-available',
      text: `Its log cannot be opened: ${message}`,
      retryable: true,
    })
  }
  const startError =
    run.resolved && run.env ? await carrier.deps.describeStartError(error, run.spec, run.resolved, run.env) : undefined
  if (startError) learn(carrier, unit.instance, { startError })
  const code = error.retryable ? 'resources' : 'cannot-start'
  refuse(carrier, unit, { code, text: error.message, retryable: error.retryable })
}

function isSpawnError(error: unknown): error is SpawnError {
  return error instanceof Error && error.name === 'SpawnError'
}

function commandWords({ argv, shell }: ResolvedCommand): string[] {
  return shell ? ['/bin/sh', '-c', argv.join(' ')] : argv
}

function spawnOptions(run: Run): Partial<Parameters<Platform['spawn']>[0]> {
  const { resolved, spec, record } = run
  const { cpuCores, memoryBytes, nofile, pids } = spec.resources
  const limits = {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(nofile === undefined ? {} : { nofile }),
    ...(pids === undefined ? {} : { pids }),
  }
  return {
    ...(resolved?.user === undefined ? {} : { user: resolved.user }),
    ...(resolved?.group === undefined ? {} : { group: resolved.group }),
    ...(resolved?.umask === undefined ? {} : { umask: resolved.umask }),
    ...(resolved?.nice === undefined ? {} : { nice: resolved.nice }),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(spec.logs.capture === 'pipe' ? { relay: true } : {}),
    ...(record.statusFile === null ? {} : { statusFile: record.statusFile }),
  }
}

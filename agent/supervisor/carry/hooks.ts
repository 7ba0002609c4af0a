import { messageOf } from '../../../contract/failure.ts'
import type { ResolvedCommand, ResolvedHook } from '../../config/index.ts'
import { execute } from '../../os/index.ts'
import type { StartFailure, Unit } from '../unit.ts'
import { type Carrier, learn, type Run } from './carrier.ts'

const hookOutputLines = 20

export async function runHooks(
  carrier: Carrier,
  unit: Unit,
  run: Run,
  name: 'pre_start' | 'post_start' | 'post_stop',
  hooks: readonly ResolvedHook[],
): Promise<StartFailure | undefined> {
  for (const hook of hooks) {
    const commandLine = hook.argv.join(' ')
    const result = await runCommand(run, hook, hook.timeoutMs, run.abort.signal).catch((error: unknown) => ({
      exitCode: null,
      timedOut: false,
      output: messageOf(error),
    }))
    if (run.abort.signal.aborted && name !== 'post_stop')
      return { code: 'aborted', text: 'Stopped meanwhile', retryable: false }
    if (result.exitCode === 0) continue
    const lastLines = result.output
      .split('\n')
      .filter((line) => line !== '')
      .slice(-hookOutputLines)
    learn(carrier, unit.instance, {
      hook: { name, commandLine, exitCode: result.exitCode, timedOut: result.timedOut, lastLines },
    })
    const how = result.timedOut
      ? 'took too long'
      : result.exitCode === null
        ? 'could not be run'
        : `exited with code ${result.exitCode}`
    // What ends a hook on a full disk is the disk: it is tried again when there may be room.
    const retryable = name === 'pre_start' && !carrier.deps.hasRoom()
    const failure = { code: 'hook-failed', text: `${name} hook "${commandLine}" ${how}`, retryable }
    carrier.deps.announce(unit, { type: 'announce', kind: 'hook.failed', severity: 'warning' })
    if (hook.onFailure === 'fail') return failure
  }
  return undefined
}

export function runCommand(
  run: Run,
  command: ResolvedCommand,
  timeoutMs: number,
  signal?: AbortSignal,
): ReturnType<typeof execute> {
  const { resolved, env } = run
  return execute({
    argv: command.argv,
    shell: command.shell,
    env: env ?? {},
    timeoutMs,
    ...(resolved ? { cwd: resolved.cwd } : {}),
    ...(resolved?.user !== undefined ? { user: resolved.user } : {}),
    ...(resolved?.group !== undefined ? { group: resolved.group } : {}),
    ...(signal ? { signal } : {}),
  })
}

export async function runPostStart(carrier: Carrier, unit: Unit): Promise<void> {
  const run = carrier.runs.get(unit.instance)
  const hooks = run?.resolved?.hooks.postStart ?? []
  const failure = run ? await runHooks(carrier, unit, run, 'post_start', hooks) : undefined
  carrier.deps.send(unit.instance, {
    type: 'post-started',
    generation: unit.generation,
    ...(failure ? { failure } : {}),
  })
}

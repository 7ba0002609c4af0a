import { join } from 'node:path'
import { defaultDataDir } from '../datadir.ts'
import { devServerCommand, installHint, natsProgram } from '../fleet/index.ts'
import { execute } from '../os/index.ts'
import { CliError, exitCodes } from './exit.ts'
import type { Environment } from './world.ts'

interface DevServer {
  port: number
  dir: string | undefined
  env: Environment
  onInterrupt: (listener: () => void) => () => void
}

/** As long as a timer can be set: it runs until somebody ends it. */
const forEverMs = 2_147_483_647

/** Runs a server on loopback with a store until Ctrl+C, and tells its address when it can be joined. */
export async function runNatsServer(
  { port, dir, env, onInterrupt }: DevServer,
  ready: (url: string) => void,
): Promise<number> {
  const folder = dir ?? join(env.HXE_DATA_DIR ?? defaultDataDir(env, process.platform, process.getuid?.()), 'fleet-dev')
  const argv = await devServerCommand(folder, port, variablesOf(env))
  if (!argv)
    throw new CliError(exitCodes.failed, `${natsProgram} cannot be started: it is not installed, or not on the PATH.`, {
      hint: installHint,
    })
  const stop = new AbortController()
  const ignore = onInterrupt(() => stop.abort())
  let told = false
  try {
    const { exitCode, output } = await execute({
      argv,
      env: variablesOf(env),
      timeoutMs: forEverMs,
      signal: stop.signal,
      onOutput(_stream, chunk) {
        if (told || !chunk.includes('Server is ready')) return
        told = true
        ready(`nats://127.0.0.1:${port}`)
      },
    })
    if (stop.signal.aborted) return 0
    if (!told) throw new CliError(exitCodes.failed, `${natsProgram} has not started: ${lastReason(output)}`)
    return exitCode ?? 1
  } finally {
    ignore()
  }
}

const variablesOf = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

/** Of its log the last thing that it says as an error, without time and pid. */
function lastReason(output: string): string {
  const lines = output.trim().split('\n')
  const worst = lines.findLast((line) => /\[(FTL|ERR)\]/.test(line)) ?? lines.at(-1) ?? ''
  return worst.replace(/^.*\[(FTL|ERR)\]\s*/, '')
}

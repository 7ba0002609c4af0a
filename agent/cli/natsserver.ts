import { join } from 'node:path'
import { defaultDataDir } from '../datadir.ts'
import { ensurePrivateDir, execute, writeFileAtomic } from '../os/index.ts'
import type { Environment } from './context.ts'
import { CliError, exitCodes } from './exit.ts'

interface DevServer {
  port: number
  dir: string | undefined
  env: Environment
  onInterrupt: (listener: () => void) => () => void
}

/** As long as a timer can be set: it runs until somebody ends it. */
const forEverMs = 2_147_483_647
const program = 'nats-server'
const installHint =
  'Install it: "apt install nats-server" on Debian and Ubuntu, "brew install nats-server" on macOS, or from https://nats.io/download.'

/** Runs a server on loopback with a store until Ctrl+C, and tells its address when it can be joined. */
export async function runNatsServer(
  { port, dir, env, onInterrupt }: DevServer,
  ready: (url: string) => void,
): Promise<number> {
  const folder = dir ?? join(env.HXE_DATA_DIR ?? defaultDataDir(env, process.platform, process.getuid?.()), 'fleet-dev')
  await ensurePrivateDir(folder)
  const file = join(folder, 'nats-server.conf')
  const config = (sync: string): string =>
    `host: 127.0.0.1\nport: ${port}\njetstream {\n  store_dir: ${JSON.stringify(join(folder, 'store'))}\n${sync}}\n`
  const run = (argv: string[], more: Partial<Parameters<typeof execute>[0]> = {}) =>
    execute({ argv: [program, ...argv], env: variablesOf(env), timeoutMs: forEverMs, ...more }).catch(
      (error: unknown) => {
        throw new CliError(exitCodes.failed, `${program} cannot be started: it is not installed, or not on the PATH.`, {
          hint: installHint,
          cause: error,
        })
      },
    )
  // What is acknowledged shall be on disk; servers before 2.10 do not know the word.
  await writeFileAtomic(file, config('  sync_interval: always\n'), { mode: 0o600 })
  const { exitCode: isUnknown } = await run(['-t', '-c', file])
  if (isUnknown !== 0) await writeFileAtomic(file, config(''), { mode: 0o600 })

  const stop = new AbortController()
  const ignore = onInterrupt(() => stop.abort())
  let told = false
  try {
    const { exitCode, output } = await run(['-c', file], {
      signal: stop.signal,
      onOutput(_stream, chunk) {
        if (told || !chunk.includes('Server is ready')) return
        told = true
        ready(`nats://127.0.0.1:${port}`)
      },
    })
    if (stop.signal.aborted) return 0
    if (!told) throw new CliError(exitCodes.failed, `${program} has not started: ${lastReason(output)}`)
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

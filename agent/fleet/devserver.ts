import { join } from 'node:path'
import { ensurePrivateDir, execute, writeFileAtomic } from '../os/index.ts'

export const natsProgram = 'nats-server'
export const installHint =
  'Install it: "apt install nats-server" on Debian and Ubuntu, "brew install nats-server" on macOS, or from https://nats.io/download.'

const checkLimitMs = 10_000

/** The command of a server for trials, on loopback with a store; undefined where none is installed. */
export async function devServerCommand(
  folder: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<string[] | undefined> {
  await ensurePrivateDir(folder)
  const file = join(folder, 'nats-server.conf')
  const config = (sync: string): string =>
    `host: 127.0.0.1\nport: ${port}\njetstream {\n  store_dir: ${JSON.stringify(join(folder, 'store'))}\n${sync}}\n`
  // What is acknowledged shall be on disk; servers before 2.10 do not know the word.
  await writeFileAtomic(file, config('  sync_interval: always\n'), { mode: 0o600 })
  const check = { argv: [natsProgram, '-t', '-c', file], env, timeoutMs: checkLimitMs }
  // It cannot be started where it is not installed.
  const checked = await execute(check).catch(() => undefined)
  if (!checked) return undefined
  if (checked.exitCode !== 0) await writeFileAtomic(file, config(''), { mode: 0o600 })
  return [natsProgram, '-c', file]
}

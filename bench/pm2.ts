import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Place, Program } from './place.ts'
import type { Revivable, Running, Supervisor } from './supervisors.ts'

const run = promisify(execFile)
const version = '7.0.4'
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hxe', 'bench', `pm2-${version}`)
const command = join(cache, 'node_modules', 'pm2', 'bin', 'pm2')

/** The part of PM2's own client that is used here. */
interface Client {
  connect(done: (error: Error | null) => void): void
  disconnect(): void
  list(done: (error: Error | null, list: unknown[]) => void): void
}

export interface RunningPm2 extends Revivable {
  outFile(name: string): string
}

/** PM2 from npm, in a cache folder and with a home of its own. */
export class Pm2 implements Supervisor {
  readonly name = 'PM2'
  readonly #place: Place
  readonly #env: Record<string, string>

  private constructor(place: Place) {
    this.#place = place
    this.#env = { ...place.env, PM2_HOME: place.fresh('pm2') }
  }

  /** Throws when it cannot be installed. */
  static async install(place: Place): Promise<Pm2> {
    if (!existsSync(command)) {
      const args = ['install', '--prefix', cache, '--ignore-scripts', '--no-audit', '--no-fund', `pm2@${version}`]
      await run('npm', args, { timeout: 120_000 })
    }
    return new Pm2(place)
  }

  async start(place: Place, programs: readonly Program[]): Promise<RunningPm2> {
    const logs = place.fresh('pm2-logs')
    const outFile = (name: string): string => join(logs, `${name}.out`)
    const apps = programs.map(({ name, argv: [script, ...args], keep }) => ({
      name,
      script,
      args,
      interpreter: 'none',
      autorestart: keep,
      max_restarts: 1_000_000,
      out_file: outFile(name),
      error_file: join(logs, `${name}.err`),
    }))
    await this.cli('start', place.write('services.json', JSON.stringify({ apps })))
    return { ...this.#running(), outFile, killAndStart: () => this.#killAndStart() }
  }

  #running(): Running {
    const pid = Number(readFileSync(join(this.#env.PM2_HOME ?? '', 'pm2.pid'), 'utf8'))
    return { pid, stop: () => this.stop() }
  }

  /** As its users do it: the list is saved, and read again by the next daemon. */
  async #killAndStart(): Promise<Running> {
    await this.cli('save')
    process.kill(this.#running().pid, 'SIGKILL')
    await this.cli('resurrect')
    return this.#running()
  }

  async cli(...args: string[]): Promise<void> {
    await run(process.execPath, [command, ...args], { env: this.#env, timeout: 120_000, maxBuffer: 64 << 20 })
  }

  /** Also the services: what its end leaves is swept. */
  async stop(): Promise<void> {
    await this.cli('kill')
    this.#place.sweep()
  }

  /** A connection to the daemon that stays open, and the list over it. */
  async client(): Promise<{ list(): Promise<number>; close(): void }> {
    Object.assign(process.env, { PM2_HOME: this.#env.PM2_HOME })
    const client = createRequire(command)('pm2') as Client
    await promisify(client.connect.bind(client))()
    return {
      list: () => promisify(client.list.bind(client))().then(({ length }) => length),
      close: () => client.disconnect(),
    }
  }
}

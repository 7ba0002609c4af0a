import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPlatform } from './create.ts'
import type { Platform, ProcessExit, ProcessIdentity, Spawned, SpawnRequest } from './platform.ts'

/** For the tests of this folder: a platform with what a test started, ended with it. */

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

/** Waits for a condition, by looking; the test's own time limit is the bound. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export class Bench {
  readonly platform: Platform
  readonly folder = mkdtempSync(join(tmpdir(), 'hxe-os-'))
  readonly exits = new Map<number, ProcessExit>()
  readonly cookie = `test:${process.pid}:${Math.random().toString(36).slice(2)}`
  readonly #helpers: ChildProcess[] = []
  readonly #spawned: number[] = []

  constructor(force?: 'fallback') {
    this.platform = createPlatform({ dataDirId: `test-${process.pid}`, ...(force ? { force } : {}) })
    this.platform.onExit((exit) => this.exits.set(exit.pid, exit))
  }

  get outPath(): string {
    return join(this.folder, 'out')
  }

  get out(): string {
    return readFileSync(this.outPath, 'utf8')
  }

  spawn(argv: readonly string[], more: Partial<SpawnRequest> = {}): Spawned {
    const fd = openSync(this.outPath, 'a', 0o666)
    try {
      const env = { PATH: process.env.PATH ?? '', HXE_INSTANCE: this.cookie, ...more.env }
      const request = { instance: 'web', cwd: this.folder, stdoutFd: fd, stderrFd: fd, ...more, argv, env }
      const spawned = this.platform.spawn(request)
      this.#spawned.push(spawned.identity.pid)
      return spawned
    } finally {
      closeSync(fd)
    }
  }

  exitOf(spawned: Spawned | ProcessIdentity): Promise<ProcessExit> {
    const { pid } = 'identity' in spawned ? spawned.identity : spawned
    return until(() => this.exits.get(pid))
  }

  async members(leader?: ProcessIdentity, cookie = this.cookie) {
    const members = await this.platform.membersOf([{ instance: 'web', cookie, ...(leader ? { leader } : {}) }])
    return members.get('web') ?? []
  }

  /** Another process with our code in it; gives its first line of output as JSON. */
  async helper(
    script: string,
    args: readonly string[],
    through: readonly string[] = [],
  ): Promise<{ line: unknown; process: ChildProcess }> {
    const words = [...through, process.execPath, '--import', 'tsx', fixture(script), ...args]
    const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#helpers.push(child)
    let out = ''
    let problems = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (problems += chunk))
    const line = await until(() => {
      if (child.exitCode !== null && !out.includes('\n'))
        throw new Error(`${script} ended without an answer: ${problems}`)
      return out.includes('\n') && out.split('\n')[0]
    })
    return { line: JSON.parse(line), process: child }
  }

  async close(): Promise<void> {
    for (const helper of this.#helpers) helper.kill('SIGKILL')
    for (const row of await this.platform.findByCookie(this.cookie)) {
      this.platform.signal({ bootId: this.platform.bootId, pid: row.pid, startTime: row.startTime }, 'SIGKILL')
    }
    await until(async () => (await this.platform.findByCookie(this.cookie)).length === 0)
    // Nobody takes notice of one that ends later: it would stay a zombie of this process, for the next test to find.
    await until(() => this.#spawned.every((pid) => this.exits.has(pid)))
    await until(() => this.#helpers.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null))
    this.platform.close()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

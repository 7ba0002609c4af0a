import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Service } from '../../contract/index.ts'
import { type AgentSettings, end, startAgent, type TestAgent } from '../agent.ts'
import { doubled, type Marked, marked } from './processes.ts'
import type { Random } from './random.ts'

const samplingMs = 50

/** How much of a fault is done: a shortened one in every test run, the whole count in the long run. */
export type Extent = 'once' | 'full'

export interface Fault {
  /** Its number in the table of faults. */
  id: number
  title: string
  /** Why it cannot be injected on this machine. */
  unable?: () => string | undefined
  run(world: World, extent: Extent): Promise<void>
}

const isRoot = process.getuid?.() === 0
export const needsRoot = (): string | undefined => (isRoot ? undefined : 'needs root')

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

/** The command line of a fixture, as HCL takes it. */
export const program = (name: string, ...args: readonly (string | number)[]): string =>
  [name.endsWith('.mjs') ? `${process.execPath} ${fixture(name)}` : fixture(name), ...args].join(' ')

/** A service block; `more` are further attributes and blocks, one a line. */
export const service = (name: string, command: string, ...more: readonly string[]): string =>
  [`service "${name}" {`, `command = ${JSON.stringify(command)}`, ...more, '}', ''].join('\n')

export const sleepMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until it holds; what `tell` says is in the error when it does not in time. */
export async function eventually(
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
  tell: () => unknown = () => '',
): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`Not within ${withinMs} ms: ${what}. ${await tell()}`)
    await sleepMs(40)
  }
}

/** One fault's own folder, configuration, agents and books. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'hxe-fault-'))
  readonly configDir = join(this.folder, 'config')
  readonly dataDir = join(this.folder, 'data')
  readonly notesDir = join(this.folder, 'notes')
  readonly random: Random
  /** Every process of a service that was ever seen. */
  readonly seen = new Map<number, Marked>()
  readonly #violations = new Set<string>()
  readonly #undo: (() => unknown)[] = []
  readonly #logs: string[] = []
  #agent: TestAgent | undefined
  #sampling: NodeJS.Timeout | undefined

  constructor(random: Random) {
    this.random = random
    for (const path of [this.configDir, this.dataDir, this.notesDir]) mkdirSync(path, { recursive: true, mode: 0o755 })
  }

  get agent(): TestAgent {
    if (!this.#agent) throw new Error('no agent runs')
    return this.#agent
  }

  get agentPid(): number {
    return this.agent.process.pid ?? 0
  }

  /** The beginning of the mark that this data directory's services carry. */
  get prefix(): string {
    return `${createHash('sha256').update(this.dataDir).digest('hex').slice(0, 10)}.`
  }

  /** To be undone whatever happens, last first. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  configure(...blocks: readonly string[]): void {
    writeFileSync(join(this.configDir, 'main.hcl'), blocks.join('\n'))
  }

  /** A file beside the configuration. */
  write(name: string, text: string): void {
    writeFileSync(join(this.configDir, name), text)
  }

  env(): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HXE_')))
  }

  async start(settings: AgentSettings & { env?: NodeJS.ProcessEnv } = {}): Promise<TestAgent> {
    this.#sampling ??= setInterval(() => this.sample(), samplingMs)
    const env = { ...this.env(), ...settings.env }
    this.#agent = await startAgent(this.dataDir, env, { config: this.configDir, ...settings })
    return this.#agent
  }

  /** The agent dies as if by power. */
  async kill(): Promise<void> {
    const { agent } = this
    this.#logs.push(...agent.log)
    await end(agent.process, 'SIGKILL')
    this.#agent = undefined
  }

  /** The agent is asked to end; answers with its exit code. */
  async stop(): Promise<number | null> {
    const { agent } = this
    await end(agent.process, 'SIGTERM')
    this.#logs.push(...agent.log)
    this.#agent = undefined
    return agent.process.exitCode
  }

  // ---- What is true ------------------------------------------------------------------------------

  processes(name?: string): Marked[] {
    const found = marked(this.prefix)
    return name === undefined ? found : found.filter(({ service }) => service === name)
  }

  /** I1, as often as it is called. */
  sample(): void {
    const found = this.processes()
    for (const process of found) this.seen.set(process.pid, process)
    for (const twice of doubled(found)) this.#violations.add(twice)
  }

  // ---- What the agent says -----------------------------------------------------------------------

  async services(): Promise<Service[]> {
    const answer = await this.agent.ask('/services?limit=5000')
    const body = (await answer.json()) as Service[] | { items: Service[] }
    return Array.isArray(body) ? body : body.items
  }

  async until(name: string, wanted: (service: Service) => boolean, withinMs = 20_000): Promise<Service> {
    const found = await this.agent.until(name, wanted, withinMs)
    assert.ok(wanted(found), `${name} is not as expected: ${summary(found)}`)
    return found
  }

  running(name: string, withinMs?: number): Promise<Service> {
    return this.until(name, ({ state, pid }) => state === 'running' && pid !== null, withinMs)
  }

  async act(name: string, verb: string): Promise<Response> {
    return this.agent.post(`/services/${encodeURIComponent(name)}/${verb}`)
  }

  async mustAct(name: string, verb: string): Promise<void> {
    const answer = await this.act(name, verb)
    assert.ok(answer.ok, `${verb} ${name}: ${answer.status} ${await answer.text()}`)
  }

  /** I3: asks to stop; at the answer "stopped" no process of it may be left, and it comes in time. */
  async mustStop(name: string, timeoutMs: number): Promise<void> {
    const beganMs = performance.now()
    await this.mustAct(name, 'stop')
    for (;;) {
      const { state, reason } = await this.agent.service(name)
      const left = this.processes(name)
      if (state === 'stopped') {
        assert.deepEqual(left, [], `${name} is said to be stopped and has processes (I3)`)
        return
      }
      const tookMs = performance.now() - beganMs
      assert.ok(tookMs < timeoutMs + 4_000, `${name} is ${state} (${reason.code}) ${Math.round(tookMs)} ms after stop`)
      await sleepMs(20)
    }
  }

  /** I11 and I7: what is shown is wanted, and what is shown is so. */
  async converged(withinMs = 10_000): Promise<void> {
    let wrong: string[] = []
    const holds = async (): Promise<boolean> => {
      const shown = await this.services()
      const found = this.processes()
      wrong = shown.flatMap((one) => untrue(one, found))
      return wrong.length === 0
    }
    await eventually('every service is as wanted and as shown (I11)', withinMs, holds, () => wrong.join('; '))
  }

  /** The bytes of an instance's log, in order, of one that writes to stdout alone. */
  log(instance: string): Buffer {
    const folder = join(this.dataDir, 'logs', instance)
    if (!existsSync(folder)) return Buffer.alloc(0)
    const segments = readdirSync(folder).filter((name) => name.endsWith('.log'))
    return Buffer.concat(segments.sort().map((name) => readFileSync(join(folder, name))))
  }

  logSize(instance: string): number {
    const folder = join(this.dataDir, 'logs', instance)
    const segments = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : []
    return segments.reduce((bytes, name) => bytes + statSync(join(folder, name)).size, 0)
  }

  /** How many lines the runs of `counts.mjs` under this name have noted. */
  noted(instance: string): number {
    const folder = join(this.notesDir, instance)
    const runs = existsSync(folder) ? readdirSync(folder) : []
    return runs.reduce((lines, run) => lines + Number(readFileSync(join(folder, run), 'utf8')), 0)
  }

  /** I5: of every run of `counts.mjs` each line that it wrote is in the log once and in order. */
  async countsAreWhole(instance: string, notes = join(this.notesDir, instance)): Promise<number> {
    const missing = (): string[] => countsProblems(this.log(instance).toString('latin1'), notes)
    await eventually(`the log of ${instance} is whole (I5)`, 15_000, () => missing().length === 0, missing)
    return this.log(instance).length
  }

  /** Closes the books: what held at every moment, and that the agent ends as told, leaving nothing. */
  async close(): Promise<void> {
    try {
      if (this.#agent) {
        const code = await this.stop()
        assert.equal(code, 0, `the agent ended with ${code} when asked to end`)
        const left = this.processes()
        assert.deepEqual(left, [], 'the agent ended and left processes (I3)')
      }
      assert.deepEqual([...this.#violations], [], 'more than one run of an instance was alive (I1)')
      const log = join(this.dataDir, 'agent.log')
      const lines = [...this.#logs, ...(existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [])]
      const uncaught = lines.filter((line) => /uncaughtException|unhandledRejection|UnhandledPromise/.test(line))
      assert.deepEqual(uncaught, [], 'the agent had an exception that nobody caught (I12)')
    } finally {
      await this.clear()
    }
  }

  /** Ends and removes all that is this world's, without a check. */
  async clear(): Promise<void> {
    clearInterval(this.#sampling)
    if (this.#agent) await end(this.#agent.process, 'SIGKILL')
    for (let round = 0; round < 20 && this.processes().length > 0; round++) {
      for (const { pid } of this.processes()) killQuietly(pid)
      await sleepMs(20)
    }
    for (const undo of this.#undo.splice(0).reverse()) await undo()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const summary = ({ state, reason, desired, pid, why }: Service): string =>
  `${state} (wanted ${desired}, pid ${pid}): ${reason.code}: ${reason.text}${why ? `: ${why.sentence}` : ''}`

/** In which way an instance is not as wanted, or not as shown. */
function untrue(one: Service, found: readonly Marked[]): string[] {
  const own = found.filter(({ service, replica }) => service === one.service && replica === String(one.replica ?? 0))
  const problem = (text: string): string[] => [`${one.name} ${text}: ${summary(one)}`]
  if (one.type === 'service' && one.desired === 'up' && one.state !== 'running') return problem('should run')
  if (one.desired === 'down' && one.state !== 'stopped') return problem('should be stopped')
  if (one.state === 'running' && !own.some(({ pid }) => pid === one.pid)) return problem('is shown running and is not')
  if (one.state === 'stopped' && own.length > 0) return problem(`is shown stopped and has ${own.length} processes`)
  return []
}

function countsProblems(text: string, notes: string): string[] {
  const lines = text.split('\n')
  const partial = lines.pop()
  const next = new Map<string, number>()
  const problems: string[] = []
  for (const line of lines) {
    const [run = '', number = ''] = line.split(' ')
    const expected = (next.get(run) ?? 0) + 1
    // A run that was killed while it wrote leaves the beginning of a line, and the next one's first line follows it.
    if (Number(number) !== expected) problems.push(`after ${expected - 1} of ${run} comes ${JSON.stringify(line)}`)
    next.set(run, Number(number))
  }
  if (partial) problems.push(`half a line at the end: ${partial}`)
  for (const run of existsSync(notes) ? readdirSync(notes) : []) {
    const noted = Number(readFileSync(join(notes, run), 'utf8'))
    const logged = next.get(run) ?? 0
    if (logged < noted || logged > noted + 1) problems.push(`${run} wrote ${noted} lines and ${logged} are in the log`)
  }
  return problems.slice(0, 5)
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile, as it shall.
  }
}

/** Whether a command of the system is there. */
export function lacks(command: string): string | undefined {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
    return undefined
  } catch {
    return `needs ${command}`
  }
}

/** A small file system of its own for the data directory; unmounted whatever happens. */
export function mountTmpfs(world: World, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', world.dataDir])
  world.defer(() => execFileSync('umount', ['-l', world.dataDir]))
}

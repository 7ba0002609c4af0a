import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../contract/failure.ts'
import type { Service } from '../../contract/index.ts'
import { type AgentSettings, end, startAgent, type TestAgent } from '../agent.ts'
import { countsProblems, summary, untrue } from './invariants.ts'
import { doubled, type Marked, marked, named } from './processes.ts'
import type { Random } from './random.ts'
import { needsTracing, type Signals, signalsOf, traced } from './trace.ts'

const samplingMs = 50
/** Of the time at most such a part is spent on looking at processes, which takes longer the busier the machine is. */
const samplingShare = 1 / 4
const beatMs = 20
/** Lines of the agents' logs beside a failure. */
const mostTold = 40
/** What is killed is gone by then. */
const clearingMs = 20_000

/** How much of a fault is done: a shortened one in every test run, the whole count in the long run. */
export type Extent = 'once' | 'full'

export interface Fault {
  /** Its number in the table of faults. */
  id: number
  title: string
  /** What it may take in the long run before it begins no further round, where a round of all takes 50 minutes. */
  budgetS?: number
  /** Its agents run under strace, and who they signalled is proven (I2). */
  traced?: true
  /** Why it cannot be injected on this machine. */
  unable?: () => string | undefined
  run(world: World): Promise<void>
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
  #beat: NodeJS.Timeout | undefined
  #beatAtMs = performance.now()
  #lateMs = 0
  readonly #extent: Extent
  readonly #endMs: number
  readonly #traces: string[] | undefined
  /** How many of its rounds were done. */
  done = ''
  /** What I2 was proven on. */
  signals: Signals = { count: 0, astray: [] }

  /** In the long run a fault begins no round after `budgetMs`, and its bounds of time are those of its description. */
  constructor(random: Random, extent: Extent = 'once', { budgetMs = Number.POSITIVE_INFINITY, trace = false } = {}) {
    this.random = random
    this.#extent = extent
    this.#endMs = performance.now() + budgetMs
    if (trace && !needsTracing()) this.#traces = []
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

  /** The rounds of a fault: few in every test run; in the long run as many as its description says, if they fit. */
  *rounds(once: number, full: number): Generator<number> {
    const count = this.#extent === 'once' ? once : full
    for (let round = 0; round < count && (round === 0 || performance.now() < this.#endMs); round++) {
      yield round
      this.done = `${round + 1} of ${count}`
    }
  }

  /** How long a state is held: in the long run what its description says, if that fits. */
  lastingMs(onceMs: number, fullMs: number): number {
    if (this.#extent === 'once') return onceMs
    return Math.max(onceMs, Math.min(fullMs, (this.#endMs - performance.now()) * 0.8))
  }

  /**
   * A number of a fault: that of its description is for the long run. Of bounds of time the one for a test run is wider,
   * since that is on machines of any kind.
   */
  amount(once: number, full: number): number {
    return this.#extent === 'once' ? once : full
  }

  /** What a piece of work takes, less what this process itself was held up meanwhile: that is the machine's doing. */
  async timed(work: () => unknown): Promise<number> {
    const late = (): number => this.#lateMs + Math.max(0, performance.now() - this.#beatAtMs - beatMs)
    const before = { atMs: performance.now(), lateMs: late() }
    await work()
    return performance.now() - before.atMs - (late() - before.lateMs)
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
    if (!this.#sampling) this.#sampleOn()
    this.#beat ??= setInterval(() => this.#hearBeat(), beatMs)
    const env = { ...this.env(), ...settings.env }
    this.#agent = await startAgent(this.dataDir, env, { config: this.configDir, ...this.#tracing(), ...settings })
    return this.#agent
  }

  #sampleOn(): void {
    const beganMs = performance.now()
    this.sample()
    const tookMs = performance.now() - beganMs
    this.#sampling = setTimeout(() => this.#sampleOn(), Math.max(samplingMs, tookMs / samplingShare - tookMs))
  }

  #hearBeat(): void {
    const nowMs = performance.now()
    this.#lateMs += Math.max(0, nowMs - this.#beatAtMs - beatMs)
    this.#beatAtMs = nowMs
  }

  #tracing(): { wrapper?: string[] } {
    if (!this.#traces) return {}
    const file = join(this.folder, `trace-${this.#traces.length}`)
    this.#traces.push(file)
    return { wrapper: traced(file) }
  }

  /** The agent dies as if by power. */
  async kill(): Promise<void> {
    const agent = this.#agent
    if (!agent) return
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

  async until(name: string, wanted: (service: Service) => boolean, withinMs = 40_000): Promise<Service> {
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
    const tookMs = await this.timed(async () => {
      await this.mustAct(name, 'stop')
      const isStopped = ({ state }: Service): boolean => state === 'stopped'
      await this.until(name, isStopped, timeoutMs + 60_000)
      assert.deepEqual(this.processes(name), [], `${name} is said to be stopped and has processes (I3)`)
    })
    const withinMs = timeoutMs + this.amount(60_000, 2_000)
    assert.ok(tookMs < withinMs, `${name} was stopped ${Math.round(tookMs)} ms after it was asked to (I3)`)
  }

  /** I11 and I7: what is shown is wanted, and what is shown is so. */
  async converged(withinMs = this.amount(60_000, 10_000)): Promise<void> {
    let wrong: string[] = []
    const holds = async (): Promise<boolean> => {
      const shown = await this.services()
      const found = this.processes()
      wrong = shown.flatMap((one) => untrue(one, found))
      return wrong.length === 0
    }
    const all = 'every service is as wanted and as shown (I11)'
    const tookMs = await this.timed(() => eventually(all, 2 * withinMs, holds, () => wrong.join('; ')))
    assert.ok(tookMs <= withinMs, `not within ${withinMs} ms but ${Math.round(tookMs)}: ${all}`)
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
    await eventually(`the log of ${instance} is whole (I5)`, 60_000, () => missing().length === 0, missing)
    return this.log(instance).length
  }

  /** The fault from its beginning to the closing of the books. @throws with what the agents said, for who looks for the cause */
  async undergo(fault: Fault): Promise<void> {
    try {
      await fault.run(this)
      await this.close()
    } catch (error) {
      const lines = [...this.#logs, ...(this.#agent?.log ?? [])].slice(-mostTold)
      throw new Error([messageOf(error), ...this.#violations, ...lines].join('\n'), { cause: error })
    }
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
      await this.#proveSignals()
    } finally {
      await this.clear()
    }
  }

  async #proveSignals(): Promise<void> {
    if (!this.#traces) return
    await eventually('the traces are written', 40_000, () => named(`${this.folder}/trace-`).length === 0)
    this.signals = signalsOf(this.#traces)
    assert.deepEqual(this.signals.astray, [], 'a signal went to what is no process of a service (I2)')
    assert.ok(this.signals.count > 0, 'no signal was seen, so nothing was proven (I2)')
  }

  /** Ends and removes all that is this world's, without a check. */
  async clear(): Promise<void> {
    clearTimeout(this.#sampling)
    clearInterval(this.#beat)
    const ending = this.#agent ? end(this.#agent.process, 'SIGKILL') : undefined
    // A disk that is held keeps what waits for it from ending.
    for (const undo of this.#undo.splice(0).reverse()) await undo()
    await ending
    const deadlineMs = performance.now() + clearingMs
    for (let left = this.processes(); left.length > 0 && performance.now() < deadlineMs; left = this.processes()) {
      for (const { pid } of left) killQuietly(pid)
      await sleepMs(20)
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Signals a process that is there: to `kill`, a pid of 0 would mean this process and all that belong to its test run. */
export function sendSignal(pid: number | null | undefined, name: NodeJS.Signals): void {
  assert.ok(pid, `there is no process to send ${name} to`)
  process.kill(pid, name)
}

export function killQuietly(pid: number): void {
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

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startAgent, type TestAgent } from '../e2e/agent.ts'
import type { Place, Program } from './place.ts'
import type { ContenderName } from './table.ts'

/** One of those that are compared, with its services running or on their way. */
export interface Running {
  /** The supervisor's own process. */
  pid: number
  stop(): Promise<void>
}

/** One that can be killed and begin anew on what it remembers. */
export interface Revivable extends Running {
  killAndStart(): Promise<Running>
}

export interface Supervisor {
  readonly name: ContenderName
  start(place: Place, programs: readonly Program[]): Promise<Running>
}

export interface RunningHxe extends Revivable {
  agent: TestAgent
  dataDir: string
}

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

export const hxe = {
  name: 'HXE',
  async start(place: Place, programs: readonly Program[]): Promise<RunningHxe> {
    return startHxe(place, place.fresh('data'), place.write('services.hcl', hclOf(programs)))
  },
} satisfies Supervisor

async function startHxe(place: Place, dataDir: string, config: string): Promise<RunningHxe> {
  const agent = await startAgent(dataDir, place.env, { config })
  const { pid } = agent.process
  if (pid === undefined) throw new Error('The agent has no process')
  const killAndStart = async (): Promise<Running> => {
    const ended = once(agent.process, 'exit')
    agent.process.kill('SIGKILL')
    await ended
    return startHxe(place, dataDir, config)
  }
  return { pid, agent, dataDir, stop: () => stopAgent(agent), killAndStart }
}

async function stopAgent(agent: TestAgent): Promise<void> {
  const ended = agent.process.exitCode === null ? once(agent.process, 'exit') : undefined
  await agent.post('/agent/shutdown').catch(() => agent.process.kill('SIGKILL'))
  const timer = setTimeout(() => agent.process.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(timer)
}

function hclOf(programs: readonly Program[]): string {
  return programs
    .map(({ name, argv: [command, ...args], keep }) =>
      [
        `service ${JSON.stringify(name)} {`,
        `  command = ${JSON.stringify(command)}`,
        `  args    = ${JSON.stringify(args)}`,
        `  restart {`,
        `    policy      = "${keep ? 'always' : 'never'}"`,
        `    delay       = "0s"`,
        `    max_retries = 1000000`,
        `  }`,
        `  logs {`,
        `    max_files = 1000`,
        `  }`,
        `}`,
      ].join('\n'),
    )
    .join('\n')
}

/** The least that a supervisor in Node can do: `child_process.spawn`, and again at each exit. */
export const bareNode: Supervisor = {
  name: 'Node',
  start: (place, programs) => startBare([process.execPath, fixture('spawner.mjs')], place, programs),
}

/** The least that any can do: fork, exec, wait. */
export const bareFork: Supervisor = {
  name: 'fork',
  start: (place, programs) => startBare(['perl', fixture('forker.pl')], place, programs),
}

async function startBare(argv: readonly string[], place: Place, programs: readonly Program[]): Promise<Running> {
  const list = programs.map((program) => program.argv.join('\x1f')).join('\n')
  const [program = '', ...args] = [...argv, place.write('programs', list)]
  const child = spawn(program, args, { env: place.env, stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'spawn')
  return { pid: child.pid ?? 0, stop: () => stopBare(child, place) }
}

async function stopBare(child: ChildProcess, place: Place): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  child.kill('SIGKILL')
  await ended
  place.sweep()
}

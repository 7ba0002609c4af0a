import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AgentInfo, Service } from '../contract/index.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
/** Far more than it takes, for a machine may be busy: an agent that hangs is told from one that is slow. */
const readyWithinMs = 90_000
const lastWordsMs = 3_000

interface Question {
  method?: string
  body?: unknown
  headers?: Readonly<Record<string, string>>
  timeoutMs?: number
}

/** A real agent on a data directory of its own, asked over REST. */
export interface TestAgent {
  readonly process: ChildProcess
  readonly url: string
  ask(path: string, request?: Question): Promise<Response>
  service(name: string): Promise<Service>
  post(path: string): Promise<Response>
  /** Asks until the service is as wanted, or answers with what it was at last when the time is over. */
  until(name: string, wanted: (service: Service) => boolean, withinMs: number): Promise<Service>
  readonly log: readonly string[]
  stop(): Promise<void>
}

export interface AgentSettings {
  /** A file or folder; `config` in the data directory otherwise. */
  config?: string
  /** What the agent's command line is handed to: `unshare …`. */
  wrapper?: readonly string[]
  port?: number
  /** By itself a test says when changed files are taken over. */
  mode?: AgentInfo['mode']
}

export async function startAgent(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  { config = join(dataDir, 'config'), wrapper = [], port = 0, mode = 'test' }: AgentSettings = {},
): Promise<TestAgent> {
  const options = ['--port', String(port), '--data-dir', dataDir, '--config', config, '--mode', mode]
  const [program = '', ...args] = [...wrapper, process.execPath, 'dist/cli.js', 'agent', ...options]
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const url = await ready(child, log)
  const authorization = `Bearer ${readFileSync(join(dataDir, 'token'), 'utf8').trim()}`
  // A connection that is kept could be closed by the agent in the moment in which a busy test uses it again.
  const headers = { authorization, connection: 'close' }

  const ask: TestAgent['ask'] = async (path, { method = 'GET', body, headers: more, timeoutMs = 60_000 } = {}) => {
    for (;;) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...headers, ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      // This process was held up between its connection and its words: the agent has heard nothing.
      if (answer.status !== 408) return answer
    }
  }
  const service = async (name: string): Promise<Service> => {
    const answer = await ask(`/services/${encodeURIComponent(name)}`)
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Service
  }
  return {
    process: child,
    url,
    ask,
    service,
    post: (path) => ask(path, { method: 'POST' }),
    async until(name, wanted, withinMs) {
      const deadlineMs = performance.now() + withinMs
      for (;;) {
        const found = await service(name)
        if (wanted(found) || performance.now() > deadlineMs) return found
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    log,
    stop: () => end(child, 'SIGTERM'),
  }
}

function ready(child: ChildProcess, log: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`The agent ${what}:\n${log.slice(-20).join('\n')}`))
    const timer = setTimeout(() => {
      // Nobody else knows of it to end it.
      child.kill('SIGKILL')
      fail(`was not ready within ${readyWithinMs / 1000} s`)
    }, readyWithinMs)
    child.once('exit', async (code) => {
      await saidAll(child)
      fail(`ended with code ${code} before it was ready`)
    })
    if (!child.stdout) return fail('has no output')
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer)
      resolve((JSON.parse(line) as { url: string }).url)
    })
  })
}

/** Its last words may be read after its end is told; whoever has inherited its output may keep it open for long. */
function saidAll(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    setTimeout(resolve, lastWordsMs).unref()
  })
}

/** Ends a process that the tests started and waits until it is gone. */
export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

/** A port of loopback that nobody holds at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** Starts a fixture outside the agent and waits for its first line. */
export function startOutside(argv: readonly string[]): Promise<ChildProcess> {
  const [program = '', ...args] = argv
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${argv.join(' ')} ended with code ${code}`)))
    createInterface({ input: child.stdout }).once('line', () => resolve(child))
  })
}

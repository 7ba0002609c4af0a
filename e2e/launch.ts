import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { endAllOf } from './leftovers.ts'

interface Runtime {
  executablePath: string
  args: string[]
}

/** A person's machine: a home, a configuration and a data directory of its own. */
export interface Place {
  home: string
  config: string
  dataDir: string
  /** What the panel has in its environment beside what this process has. */
  env: Readonly<Record<string, string>>
  /** Ends what still runs there, then takes it away. */
  remove(): Promise<void>
}

/** A configuration, which may name files of the home that it is for. */
export type Hcl = string | ((home: string) => string)

export function makePlace(hcl: Hcl, env: Place['env'] = {}): Place {
  const home = mkdtempSync(join(tmpdir(), 'hxe-e2e-'))
  const config = join(home, 'services.hcl')
  writeFileSync(config, typeof hcl === 'string' ? hcl : hcl(home))
  const remove = async (): Promise<void> => {
    await endAllOf(home)
    rmSync(home, { recursive: true, force: true })
  }
  return { home, config, dataDir: join(home, 'data'), env, remove }
}

/** Generous: a loaded machine is no fault of the panel. */
const openWithinMs = 90_000

let runtime: Runtime | undefined

/** The built panel in the real Electron, on this place. */
export async function openPanel(place: Place, ...words: string[]): Promise<Panel> {
  const { executablePath, args } = electron()
  const app = await _electron.launch({
    executablePath,
    args: [...args, ...optionsOf(place), ...words],
    env: envOf(place),
    timeout: openWithinMs,
  })
  const page = await app.firstWindow({ timeout: openWithinMs })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  // The window is there before the agent is.
  await page
    .getByRole('status')
    .filter({ hasText: /^Agent / })
    .waitFor({ timeout: openWithinMs })
  return { app, process: app.process(), page, complaints }
}

export interface Panel {
  app: ElectronApplication
  /** There also when the app has ended. */
  process: ChildProcess
  page: Page
  /** Errors on the page's console, and what its policy refused. */
  complaints: string[]
}

/** Ends the panel with its agent and the services; one that has no agent of its own is killed. */
export async function closePanel(place: Place, process: ChildProcess): Promise<void> {
  const ended = process.exitCode === null && process.signalCode === null ? once(process, 'exit') : undefined
  const isAsked = await ask(place, 'POST', '/agent/shutdown?services=stop').then(
    () => true,
    () => false,
  )
  if (!isAsked) process.kill('SIGKILL')
  await ended
}

/** Starts the panel without anybody who looks into it. */
export function startPanel(place: Place, ...words: string[]): ChildProcess {
  const { executablePath, args } = electron()
  return spawn(executablePath, [...args, ...optionsOf(place), ...words], { env: envOf(place), stdio: 'ignore' })
}

/** Starts the panel as a person does; nobody looks into it before somebody asks at the address. */
export function startToLookAt(place: Place, ...words: string[]): Watchable {
  const { executablePath, args } = electron()
  return watchable(executablePath, [...args, ...optionsOf(place), ...words], envOf(place))
}

export interface Watchable {
  process: ChildProcess
  /** Of Chromium's own door, which Playwright's `connectOverCDP` takes. */
  address: Promise<string>
}

export function watchable(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Watchable {
  const child = spawn(program, [...args, '--remote-debugging-port=0'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const address = new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The panel ended with code ${code}`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, found] = /DevTools listening on (ws:\S+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  address.catch(() => undefined)
  return { process: child, address }
}

/** An app of one page in the same Electron, for comparison. */
export function startEmptyWindow(folder: string, env: Place['env']): Watchable {
  const { executablePath, args } = electron()
  return watchable(executablePath, [...args.slice(0, -1), folder], { ...process.env, ...env })
}

/** The same for somebody who looks into it: `close` of the app ends it. */
export async function openEmptyWindow(folder: string, env: Place['env']): Promise<Pick<Panel, 'app' | 'page'>> {
  const { executablePath, args } = electron()
  const app = await _electron.launch({
    executablePath,
    args: [...args.slice(0, -1), folder],
    env: { ...(process.env as Record<string, string>), ...env },
    timeout: openWithinMs,
  })
  return { app, page: await app.firstWindow({ timeout: openWithinMs }) }
}

/** Starts the panel once more on the same place; resolves with its exit code. */
export function openAgain(place: Place, ...words: string[]): Promise<number | null> {
  const child = startPanel(place, ...words)
  return new Promise((resolve) => child.once('exit', resolve))
}

const optionsOf = (place: Place): string[] => ['--config', place.config, '--data-dir', place.dataDir]

const envOf = (place: Place): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  ...place.env,
  HOME: place.home,
})

function electron(): Runtime {
  runtime ??= JSON.parse(
    execFileSync('node', ['scripts/electron.mjs', '--print'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
  ) as Runtime
  return runtime
}

/** Asks the agent of this place over REST, as a script would. */
export async function ask<T>(place: Place, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const { url } = JSON.parse(readFileSync(join(place.dataDir, 'agent.json'), 'utf8')) as { url: string }
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T
}

/** An adopted process is a zombie until init reaps it, which not every container's init does. */
export function alive(pid: number | null): boolean {
  try {
    return pid !== null && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // No such process.
    return false
  }
}

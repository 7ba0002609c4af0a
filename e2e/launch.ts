import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

interface Runtime {
  executablePath: string
  args: string[]
}

/** A person's machine: a home, a configuration and a data directory of its own. */
export interface Place {
  home: string
  config: string
  dataDir: string
  remove(): void
}

export function makePlace(hcl: string): Place {
  const home = mkdtempSync(join(tmpdir(), 'hxe-e2e-'))
  const config = join(home, 'services.hcl')
  writeFileSync(config, hcl)
  return { home, config, dataDir: join(home, 'data'), remove: () => rmSync(home, { recursive: true, force: true }) }
}

let runtime: Runtime | undefined

/** The built panel in the real Electron, on this place. */
export async function openPanel(place: Place): Promise<Panel> {
  const { executablePath, args } = electron()
  const app = await _electron.launch({ executablePath, args: [...args, ...optionsOf(place)], env: envOf(place) })
  const page = await app.firstWindow()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  // The tray's menu cannot be reached from outside: what it is given is kept here.
  await app.evaluate(({ Tray }) => {
    const set = Tray.prototype.setContextMenu
    Tray.prototype.setContextMenu = function (menu) {
      Reflect.set(globalThis, 'trayMenu', menu)
      set.call(this, menu)
    }
  })
  return { app, page, complaints }
}

export interface Panel {
  app: ElectronApplication
  page: Page
  /** Errors on the page's console, and what its policy refused. */
  complaints: string[]
}

/** Clicks an item of the tray's menu by its labels, as a person does; a label may be its beginning. */
export function clickTray(app: ElectronApplication, ...labels: string[]): Promise<boolean> {
  return app.evaluate((_electronModule, path) => {
    let menu = Reflect.get(globalThis, 'trayMenu') as Electron.Menu | undefined
    for (const [depth, label] of path.entries()) {
      const item = menu?.items.find((candidate) => candidate.label.startsWith(label))
      if (!item) return false
      if (depth === path.length - 1) item.click()
      menu = item.submenu
    }
    return true
  }, labels)
}

/** Starts the panel once more on the same place; resolves with its exit code. */
export function openAgain(place: Place): Promise<number | null> {
  const { executablePath, args } = electron()
  const child = spawn(executablePath, [...args, ...optionsOf(place)], { env: envOf(place), stdio: 'ignore' })
  return new Promise((resolve) => child.once('exit', resolve))
}

const optionsOf = (place: Place): string[] => ['--config', place.config, '--data-dir', place.dataDir]

const envOf = (place: Place): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HOME: place.home,
})

function electron(): Runtime {
  runtime ??= JSON.parse(
    execFileSync('node', ['scripts/electron.mjs', '--print'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
  ) as Runtime
  return runtime
}

/** Asks the agent of this place over REST, as a script would. */
export async function ask<T>(place: Place, method: 'GET' | 'POST', path: string): Promise<T> {
  const { url } = JSON.parse(readFileSync(join(place.dataDir, 'agent.json'), 'utf8')) as { url: string }
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const response = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  return (await response.json()) as T
}

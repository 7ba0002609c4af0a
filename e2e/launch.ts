import { execFileSync } from 'node:child_process'
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
export async function openPanel(place: Place): Promise<{ app: ElectronApplication; page: Page }> {
  runtime ??= JSON.parse(
    execFileSync('node', ['scripts/electron.mjs', '--print'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
  ) as Runtime
  const app = await _electron.launch({
    executablePath: runtime.executablePath,
    args: [...runtime.args, '--config', place.config, '--data-dir', place.dataDir],
    env: { ...(process.env as Record<string, string>), HOME: place.home },
  })
  return { app, page: await app.firstWindow() }
}

/** Asks the agent of this place over REST, as a script would. */
export async function ask<T>(place: Place, method: 'GET' | 'POST', path: string): Promise<T> {
  const { url } = JSON.parse(readFileSync(join(place.dataDir, 'agent.json'), 'utf8')) as { url: string }
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const response = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  return (await response.json()) as T
}

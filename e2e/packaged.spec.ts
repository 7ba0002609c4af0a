import { type ChildProcess, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { chromium, expect, test } from '@playwright/test'
import { end } from './agent.ts'
import { ask, makePlace, type Place, type Watchable, watchable } from './launch.ts'
import { TrayHost } from './tray.ts'

const hcl = 'service "sleeper" {\n  command = "sleep 600"\n}\n'
const packMs = 10 * 60_000

test.skip(process.platform !== 'linux', 'The packages that are made without a network are of Linux')
test.describe.configure({ timeout: packMs })

/** As the fuses' wire has them: the characters 0 and 1. */
const [disabled, enabled] = [0x30, 0x31]

let folder: string

test.beforeAll(() => {
  test.setTimeout(packMs)
  folder = mkdtempSync(join(tmpdir(), 'hxe-packaged-'))
  // `npm test` has made them before, beside other tests.
  if (process.env.PACKAGES_ARE_MADE) return
  execFileSync(process.execPath, ['scripts/package.mjs', '--fast'], { stdio: ['ignore', 'ignore', 'inherit'] })
})

test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const release = (ending: string): string => {
  const found = readdirSync('release').find((name) => name.endsWith(ending))
  if (found === undefined) throw new Error(`There is no ${ending} in release/`)
  return join('release', found)
}

function unpackArchive(): string {
  const into = join(folder, 'archive')
  mkdirSync(into)
  execFileSync('tar', ['-xzf', release('.tar.gz'), '-C', into])
  const [name = ''] = readdirSync(into)
  return join(into, name)
}

function unpackDeb(): string {
  execFileSync('dpkg-deb', ['-x', release('.deb'), join(folder, 'deb')])
  return join(folder, 'deb', 'opt', 'HXE')
}

/** The shipped app lets nobody in but through Chromium's own door, which is opened here. */
function launch(app: string, place: Place): Watchable {
  const switches = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
  const words = [...switches, '--config', place.config, '--data-dir', place.dataDir]
  return watchable(join(app, 'hxe-panel'), words, { ...process.env, HOME: place.home })
}

async function showsServices(app: string, place: Place, then: (child: ChildProcess) => Promise<void>): Promise<void> {
  const { process: child, address } = launch(app, place)
  try {
    const browser = await chromium.connectOverCDP(await address)
    const pages = () => browser.contexts().flatMap((context) => context.pages())
    await expect.poll(() => pages().length).toBe(1)
    const [page] = pages()
    if (!page) throw new Error('The packaged app has no window')
    await page.getByRole('link', { name: 'Services', exact: true }).first().click()
    await expect(page.getByRole('row', { name: /^sleeper/ })).toContainText('Running')
    await then(child)
  } finally {
    await ask(place, 'POST', '/agent/shutdown?services=stop').catch(() => undefined)
    await end(child, 'SIGKILL')
    await place.remove()
  }
}

test('shows services from the archive, and leaves an agent of its own behind', async () => {
  const app = unpackArchive()
  const place = makePlace(hcl)
  const tray = await TrayHost.open()
  await showsServices(app, place, async (child) => {
    const { pid } = await ask<{ pid: number }>(place, 'GET', '/services/sleeper')
    const command = join(app, 'resources', 'hxe', 'hxe')
    expect(execFileSync(command, ['list', '--data-dir', place.dataDir], { encoding: 'utf8' })).toContain('sleeper')
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await expect.poll(() => tray.click('Quit, keep')).toBe(true)
    expect(await ended).toBe(0)
    expect((await ask<{ pid: number }>(place, 'GET', '/services/sleeper')).pid).toBe(pid)
    const agent = JSON.parse(readFileSync(join(place.dataDir, 'agent.json'), 'utf8')) as { pid: number }
    expect(readlinkSync(`/proc/${agent.pid}/exe`)).toBe(join(app, 'resources', 'hxe', 'node'))
  }).finally(() => tray.close())
})

test('shows services from the Debian package', async () => {
  test.skip(!existsSync('/usr/bin/dpkg-deb'), 'Debian packages are made by dpkg-deb')
  const app = unpackDeb()
  const installed = join(folder, 'deb', 'usr')
  expect(readlinkSync(join(installed, 'bin', 'hxe'))).toBe('/opt/HXE/resources/hxe/hxe')
  const entry = readFileSync(join(installed, 'share', 'applications', 'hxe-panel.desktop'), 'utf8')
  expect(entry).toContain('MimeType=x-scheme-handler/hxe;')
  expect(existsSync(join(installed, 'share', 'doc', 'hxe', 'copyright'))).toBe(true)
  await showsServices(app, makePlace(hcl), async () => undefined)
})

test('has the fuses of a shipped app', async () => {
  const wire = await getCurrentFuseWire(join('release', 'linux-unpacked', 'hxe-panel'))
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ]
  expect(off.map((option) => wire[option])).toEqual(off.map(() => disabled))
  expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(enabled)
})

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ElectronApplication, expect, test } from '@playwright/test'
import { end, startAgent } from './agent.ts'
import { alive, ask, makePlace, openAgain, openPanel, type Panel, type Place } from './launch.ts'
import { NotificationServer } from './notifications.ts'
import { TrayHost } from './tray.ts'

const hcl = `
service "sleeper" {
  command = "sleep 600"
}
service "talker" {
  command = "echo 'ready to talk'; exec sleep 600"
  shell   = true
}
`

test.skip(process.platform !== 'linux', 'The desktop that shows icons is played on a session bus')

let place: Place
let panel: Panel
let tray: TrayHost | undefined

const pidOf = async (name: string): Promise<number | null> =>
  (await ask<{ pid: number | null }>(place, 'GET', `/services/${name}`)).pid

test.beforeEach(() => {
  place = makePlace(hcl)
})

test.afterEach(async () => {
  await ask(place, 'POST', '/agent/shutdown?services=stop').catch(() => undefined)
  await end(panel.process, 'SIGKILL')
  tray?.close()
  tray = undefined
  await place.remove()
})

async function openWithTray(...words: string[]): Promise<TrayHost> {
  const host = await TrayHost.open()
  tray = host
  panel = await openPanel(place, ...words)
  await expect.poll(() => host.hasItem).toBe(true)
  const running = ['sleeper: Running', 'talker: Running']
  await expect.poll(async () => labels(await host.menu())).toEqual(expect.arrayContaining(running))
  return host
}

const labels = (items: readonly { label: string }[]): string[] => items.map(({ label }) => label)

test('acts from the tray with the window closed', async () => {
  const host = await openWithTray()
  expect(labels(await host.menu())).toEqual(expect.arrayContaining(['All 2 services are running', 'Open HXE']))
  await closeWindow(panel.app)
  await expect.poll(() => isVisible(panel.app)).toBe(false)
  const before = await pidOf('talker')
  await expect.poll(() => host.click('talker', 'Restart')).toBe(true)
  await expect.poll(() => pidOf('talker')).not.toBe(before)
  await expect.poll(() => host.click('sleeper', 'Stop')).toBe(true)
  await expect.poll(() => pidOf('sleeper')).toBeNull()
  await expect.poll(() => host.click('sleeper', 'Start')).toBe(true)
  await expect.poll(() => pidOf('sleeper')).not.toBeNull()
  expect(await isVisible(panel.app)).toBe(false)
  await expect.poll(() => host.click('talker', 'Logs')).toBe(true)
  await expect.poll(() => isVisible(panel.app)).toBe(true)
  await expect.poll(() => panel.page.url()).toContain('/logs?service=talker')
})

test('stops all and starts all from the tray', async () => {
  const host = await openWithTray()
  await expect.poll(() => host.click('Stop all (2)')).toBe(true)
  await expect.poll(() => pidOf('sleeper')).toBeNull()
  await expect.poll(() => pidOf('talker')).toBeNull()
  await expect.poll(() => host.click('Start all (2)')).toBe(true)
  await expect.poll(() => pidOf('sleeper')).not.toBeNull()
  await expect.poll(() => pidOf('talker')).not.toBeNull()
})

test('keeps a menu of the tray open while services change', async () => {
  const host = await openWithTray()
  await host.openMenu()
  const before = host.layouts
  await ask(place, 'POST', '/services/sleeper/stop?wait=stopped')
  await expect.poll(async () => labels(await host.menu())).toContain('sleeper: Stopped')
  await ask(place, 'POST', '/runs', { argv: ['sleep', '600'], name: 'newcomer' })
  await ask(place, 'POST', '/services/sleeper/start?wait=running')
  await expect.poll(async () => labels(await host.menu())).toContain('sleeper: Running')
  await expect.poll(() => pidOf('newcomer')).not.toBeNull()
  expect(host.layouts).toBe(before)
  await host.closeMenu()
  await expect.poll(async () => labels(await host.menu())).toContain('newcomer: Running')
  await expect.poll(() => host.layouts).toBe(before + 1)
})

test('shows its icon to a desktop that comes later', async () => {
  panel = await openPanel(place)
  tray = await TrayHost.open()
  await expect.poll(() => tray?.hasItem).toBe(true)
  const host = tray
  await expect.poll(async () => JSON.stringify(await host.property('ToolTip'))).toContain('All 2 services are running')
  const [[width, height, bytes] = []] = (await host.property('IconPixmap')) as [number, number, number[]][]
  expect([width, height]).toEqual([22, 22])
  expect(bytes?.some((byte) => byte > 0)).toBe(true)
})

test('quits from the tray and stops the services', async () => {
  const host = await openWithTray()
  const pid = await pidOf('sleeper')
  const ended = once(panel.process, 'exit')
  await expect.poll(() => host.click('Quit and stop')).toBe(true)
  expect((await ended)[0]).toBe(0)
  expect(alive(pid)).toBe(false)
})

test('leaves an agent behind that keeps the services, joins it later, and ends it with them', async () => {
  const host = await openWithTray()
  const pid = await pidOf('sleeper')
  const ended = once(panel.process, 'exit')
  await expect.poll(() => host.click('Quit, keep')).toBe(true)
  expect((await ended)[0]).toBe(0)
  expect(await pidOf('sleeper')).toBe(pid)
  expect(agentPid()).not.toBe(panel.process.pid)
  host.close()
  const again = await openWithTray()
  await expect.poll(async () => labels(await again.menu())).toContain('The agent runs apart from HXE')
  expect(await pidOf('sleeper')).toBe(pid)
  const left = agentPid()
  const endedAgain = once(panel.process, 'exit')
  await expect.poll(() => again.click('Quit and stop')).toBe(true)
  await endedAgain
  await expect.poll(() => alive(pid) || alive(left)).toBe(false)
})

test('asks before it closes its window where no tray shows the icon, and once what becomes of the services', async () => {
  panel = await openPanel(place)
  await expect.poll(() => pidOf('sleeper').catch(() => null)).not.toBeNull()
  await answerDialogs(panel.app, 0)
  await closeWindow(panel.app)
  await expect.poll(() => isVisible(panel.app)).toBe(false)
  expect(await openAgain(place)).toBe(0)
  await expect.poll(() => isVisible(panel.app)).toBe(true)
  const pid = await pidOf('sleeper')
  const ended = once(panel.process, 'exit')
  // "Quit HXE", then "Stop services", each time from now on.
  await answerDialogs(panel.app, 1, 1)
  await closeWindow(panel.app)
  expect((await ended)[0]).toBe(0)
  expect(alive(pid)).toBe(false)
})

for (const [policy, stays] of [
  ['stop', false],
  ['keep', true],
] as const)
  test(`follows the quit policy "${policy}" without a question when it is told to end`, async () => {
    await place.remove()
    place = makePlace(`agent {\n  quit_policy = "${policy}"\n}\n${hcl}`)
    panel = await openPanel(place)
    await expect.poll(() => pidOf('sleeper').catch(() => null)).not.toBeNull()
    const pid = await pidOf('sleeper')
    const ended = once(panel.process, 'exit')
    await panel.app.evaluate(({ app }) => app.quit()).catch(() => undefined)
    expect((await ended)[0]).toBe(0)
    expect(alive(pid)).toBe(stays)
    // What was kept is ended by the agent that takes it over.
    if (stays) await endKept()
  })

test('shows an agent that runs already, and leaves it as it is', async () => {
  const agent = await startAgent(place.dataDir, { ...process.env, HOME: place.home }, { config: place.config })
  panel = await openPanel(place)
  const { page } = panel
  await page.getByRole('link', { name: 'Services', exact: true }).first().click()
  const row = page.getByRole('row', { name: /^talker/ })
  await expect(row).toContainText('Running')
  const talker = await pidOf('talker')
  await row.hover()
  await page.getByRole('button', { name: 'Restart talker', exact: true }).click()
  await expect.poll(() => pidOf('talker')).not.toBe(talker)
  const before = await pidOf('sleeper')
  await quitApp()
  expect(alive(before)).toBe(true)
  expect(await pidOf('sleeper')).toBe(before)
  expect(panel.complaints).toEqual([])
  await agent.stop()
})

test('offers to run its own agent when the one it shows has ended', async () => {
  const agent = await startAgent(place.dataDir, { ...process.env, HOME: place.home }, { config: place.config })
  const host = await openWithTray()
  await answerDialogs(panel.app, 1)
  await agent.stop()
  await expect.poll(() => host.click('Run the agent here')).toBe(true)
  await expect.poll(() => pidOf('sleeper').catch(() => null)).not.toBeNull()
})

test('opens the page of a link, in the window that is there, and refuses others', async () => {
  panel = await openPanel(place, 'hxe://service/talker')
  await expect(panel.page.getByRole('heading', { level: 1 })).toContainText('talker')
  expect(await openAgain(place, '--inspect', 'hxe://services')).toBe(0)
  await expect(panel.page.getByRole('heading', { level: 1 })).toContainText('Services')
  await expect.poll(() => pidOf('sleeper')).not.toBeNull()
  const before = await pidOf('sleeper')
  for (const link of ['hxe://service/sleeper/stop', 'hxe://../x', 'hxe://overview?x=1'])
    expect(await openAgain(place, link)).toBe(0)
  await panel.app.evaluate(({ app }) => app.emit('open-url', { preventDefault: () => undefined }, 'hxe://logs/talker'))
  await expect.poll(() => panel.page.url()).toContain('/logs?service=talker')
  expect(await pidOf('sleeper')).toBe(before)
  expect(panel.complaints).toEqual([])
})

test('opens the window where it was', async () => {
  panel = await openPanel(place)
  const wanted = { x: 80, y: 60, width: 900, height: 640 }
  await panel.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), wanted)
  await expect.poll(() => boundsOnDisk()).toMatchObject(wanted)
  await quitApp()
  panel = await openPanel(place)
  const bounds = () => panel.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  await expect.poll(bounds).toMatchObject(wanted)
})

test('starts at login when the person says so, and not before', async () => {
  panel = await openPanel(place)
  const file = join(place.home, '.config', 'autostart', 'hxe-panel.desktop')
  const set = (on: boolean) =>
    panel.page.evaluate(async (wanted) => {
      const hxe = Reflect.get(globalThis, 'hxe') as HxeBridge
      await hxe.setStartAtLogin(wanted)
      return hxe.startsAtLogin()
    }, on)
  expect(existsSync(file)).toBe(false)
  expect(await set(true)).toBe(true)
  expect(readFileSync(file, 'utf8')).toContain(`"--data-dir" "${place.dataDir}" "--background"`)
  expect(await set(false)).toBe(false)
  expect(existsSync(file)).toBe(false)
})

test('starts without a window at login', async () => {
  tray = await TrayHost.open()
  const host = tray
  const started = openPanel(place, '--background')
  await expect.poll(() => host.hasItem).toBe(true)
  await expect.poll(async () => labels(await host.menu())).toContain('sleeper: Running')
  // Playwright waits for a window, which comes when it is asked for.
  expect(await host.click('Open HXE')).toBe(true)
  panel = await started
  await expect.poll(() => isVisible(panel.app)).toBe(true)
})

test('brings the page back with the truth after it has crashed', async () => {
  panel = await openPanel(place)
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await expect(panel.page.getByRole('row', { name: /^sleeper/ })).toContainText('Running')
  const before = await pidOf('sleeper')
  await panel.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  await ask(place, 'POST', '/services/talker/stop?wait=stopped')
  await expect.poll(() => textOf(panel.app)).toMatch(/Stopped/)
  expect(await pidOf('sleeper')).toBe(before)
})

test('keeps what was typed into a form when its page crashes', async () => {
  panel = await openPanel(place)
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('button', { name: 'Add a service' }).click()
  const name = panel.page.getByRole('form', { name: 'A new service' }).getByLabel('Name')
  await name.fill('half-typed')
  await panel.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  const typed = `document.querySelector('#add-name')?.value ?? ''`
  await expect.poll(() => answerOf(panel.app, typed)).toBe('half-typed')
})

test('goes on drawing after the process that draws has crashed', async () => {
  panel = await openPanel(place)
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await expect(panel.page.getByRole('row', { name: /^talker/ })).toContainText('Running')
  const drawing = () =>
    panel.app.evaluate(({ app }) => app.getAppMetrics().find(({ type }) => type === 'GPU')?.pid ?? null)
  const before = await drawing()
  expect(before).not.toBeNull()
  if (before !== null) process.kill(before, 'SIGKILL')
  await expect.poll(drawing).not.toBe(before)
  await ask(place, 'POST', '/services/talker/stop?wait=stopped')
  await expect(panel.page.getByRole('row', { name: /^talker/ })).toContainText('Stopped')
  const isDrawn = () =>
    panel.app.evaluate(async ({ BrowserWindow }) => {
      const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage()
      return picture !== undefined && !picture.isEmpty()
    })
  await expect.poll(isDrawn).toBe(true)
})

test('tells of a service that failed, and opens it when that is clicked', async () => {
  await place.remove()
  place = makePlace(`${hcl}${failing('a')}`)
  const server = await NotificationServer.open()
  try {
    await openWithTray()
    await closeWindow(panel.app)
    await expect.poll(() => isVisible(panel.app)).toBe(false)
    const titles = (): string[] => server.shown.map(({ title }) => title)
    await ask(place, 'POST', '/services/a/start')
    await expect.poll(titles).toEqual(['a keeps crashing'])
    expect(server.shown[0]?.body).toContain('code 3')
    if (server.shown[0]) server.click(server.shown[0])
    await expect.poll(() => isVisible(panel.app)).toBe(true)
    await expect(panel.page.getByRole('heading', { level: 1 })).toContainText('a')
    await expect.poll(() => panel.page.url()).toContain('/services/a')
  } finally {
    server.close()
  }
})

const failing = (name: string): string => `
service "${name}" {
  command    = "exit 3"
  shell      = true
  autostart  = false
  restart {
    delay       = "50ms"
    max_retries = 1
  }
}
`

/** What the page shows, read through the main process: Playwright takes no page back that has crashed. */
const textOf = (app: ElectronApplication): Promise<string> => answerOf(app, 'document.body.innerText')

/** Empty as long as the page does not answer: what is asked of one that is just going is never answered. */
const answerOf = (app: ElectronApplication, question: string): Promise<string> =>
  app.evaluate(({ BrowserWindow }, asked) => {
    const answer = BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(asked)
    return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1_000, ''))])
  }, question)

async function quitApp(): Promise<void> {
  const ended = once(panel.process, 'exit')
  await panel.app.evaluate(({ app }) => app.quit()).catch(() => undefined)
  await ended
}

async function endKept(): Promise<void> {
  const agent = await startAgent(place.dataDir, { ...process.env, HOME: place.home }, { config: place.config })
  await ask(place, 'POST', '/agent/shutdown?services=stop')
  await agent.stop()
}

const agentPid = (): number => JSON.parse(readFileSync(join(place.dataDir, 'agent.json'), 'utf8')).pid as number

async function boundsOnDisk(): Promise<unknown> {
  const folder = await panel.app.evaluate(({ app }) => app.getPath('userData'))
  const path = join(folder, 'window.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

const isVisible = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible()))

const closeWindow = (app: ElectronApplication) =>
  app
    .evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.close()
    })
    .catch(() => undefined)

/** Presses these buttons of one question after another, as nobody can under Xvfb; the last one from then on. */
const answerDialogs = (app: ElectronApplication, ...buttons: number[]) =>
  app.evaluate(({ dialog }, answers) => {
    dialog.showMessageBox = async () => ({
      response: (answers.length > 1 ? answers.shift() : answers[0]) ?? 0,
      checkboxChecked: true,
    })
  }, buttons)

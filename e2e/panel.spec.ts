import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { ask } from './launch.ts'
import { panelFor } from './shared.ts'

const hcl = `
service "sleeper" {
  command = "sleep 600"
}
service "talker" {
  command = "echo 'ready to talk'; exec sleep 600"
  shell   = true
}
service "crasher" {
  command = "echo 'no database at all' >&2; exit 3"
  shell   = true
  restart {
    delay       = "50ms"
    max_retries = 1
  }
}
`

const panel = panelFor('file', hcl)
const pidOf = async (name: string): Promise<number | null> =>
  (await ask<{ pid: number | null }>(panel.place, 'GET', `/services/${name}`)).pid
const row = (name: string) => panel.page.getByRole('row', { name: new RegExp(`^${name}`) })
const go = (name: string) => panel.page.getByRole('link', { name, exact: true }).first().click()

/** Each test begins on the list, with the services as they are written. */
test.beforeEach(async () => {
  await go('Services')
  await expect(row('sleeper')).toContainText('Running')
})

test('shows the services that run', async () => {
  await expect(panel.page.getByRole('heading', { level: 1 })).toHaveText(/Services/)
  await expect(row('sleeper')).toContainText('Running')
  await expect(row('crasher')).toContainText('Failed')
})

test('stops a service and starts it again', async () => {
  await row('sleeper').hover()
  await panel.page.getByRole('button', { name: 'Stop sleeper', exact: true }).click()
  await expect(row('sleeper')).toContainText('Stopped')
  await expect.poll(() => pidOf('sleeper')).toBeNull()
  await row('sleeper').hover()
  await panel.page.getByRole('button', { name: 'Start sleeper', exact: true }).click()
  await expect(row('sleeper')).toContainText('Running')
})

test('restarts a service as another process', async () => {
  const before = await pidOf('talker')
  await row('talker').hover()
  await panel.page.getByRole('button', { name: 'Restart talker', exact: true }).click()
  await expect.poll(() => pidOf('talker')).not.toBe(before)
  await expect(row('talker')).toContainText('Running')
})

test('says why a service failed, with its last lines', async () => {
  await panel.page.getByRole('link', { name: 'crasher', exact: true }).first().click()
  await expect(panel.page.getByRole('heading', { level: 1 })).toContainText('crasher')
  await expect(panel.page.getByText(/Exited with code 3/).first()).toBeVisible()
  await expect(panel.page.getByText('no database at all').first()).toBeVisible()
})

test('follows the lines of all services', async () => {
  await go('Logs')
  await expect(panel.page.getByText('ready to talk').first()).toBeVisible()
})

test('finds its services as they were after it is killed', async () => {
  const before = await pidOf('sleeper')
  const ended = once(panel.app.process(), 'exit')
  panel.app.process().kill('SIGKILL')
  await ended
  await panel.open()
  await go('Services')
  await expect(row('sleeper')).toContainText('Running')
  expect(await pidOf('sleeper')).toBe(before)
})

test('gives the page no Node and no other window', async () => {
  const kinds = await panel.page.evaluate(() => [
    typeof Reflect.get(globalThis, 'require'),
    typeof Reflect.get(globalThis, 'process'),
  ])
  expect(kinds).toEqual(['undefined', 'undefined'])
  expect(await panel.page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
})

test('lets the page go nowhere', async () => {
  const refused = panel.app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<boolean>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.on('will-navigate', (event) => resolve(event.defaultPrevented))
        void contents?.executeJavaScript("window.location.assign('https://example.com/')")
      }),
  )
  expect(await refused).toBe(true)
  const address = await panel.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
  )
  expect(address).toMatch(/^hxe-panel:/)
  // Playwright waits for the navigation that was prevented, until another one ends.
  await panel.page.reload()
})

/** Keeps the addresses that the desktop is asked to open, from now on. */
const keepOpened = () =>
  panel.app.evaluate(({ shell }) => {
    const kept: string[] = []
    Reflect.set(globalThis, 'opened', kept)
    shell.openExternal = async (url) => void kept.push(url)
  })
const opened = () => panel.app.evaluate(() => Reflect.get(globalThis, 'opened') as string[])

test('gives a frame in the page and an unlisted channel nothing', async () => {
  const bridge = await panel.page.evaluate(() => Object.keys(Reflect.get(globalThis, 'hxe')).sort())
  expect(bridge).toEqual([
    ...['chooseFolder', 'drawn', 'openExternal', 'platform', 'readEdits', 'readPreferences', 'requestPort'],
    ...['saveEdits', 'savePreferences', 'setStartAtLogin', 'startsAtLogin'],
  ])
  await keepOpened()
  await panel.page.evaluate(() => {
    const hxe = Reflect.get(globalThis, 'hxe') as { openExternal(url: unknown): void }
    const bad = [5, null, undefined, {}, [], 'file:///etc/passwd', 'javascript:1', 'smb://a/b', 'http://example.com/']
    for (const address of bad) hxe.openExternal(address)
    hxe.openExternal('https://example.com/')
  })
  await expect.poll(opened).toEqual(['https://example.com/'])
  const frame = await panel.page.evaluate(async () => {
    const inner = document.createElement('iframe')
    inner.src = `${window.location.origin}/`
    document.body.append(inner)
    await new Promise((resolve) => inner.addEventListener('load', resolve, { once: true }))
    try {
      return typeof Reflect.get(inner.contentWindow ?? {}, 'hxe')
    } catch {
      return 'unreachable'
    } finally {
      inner.remove()
    }
  })
  expect(['undefined', 'unreachable']).toContain(frame)
  // The frame is refused by the policy, which says so.
  await expect.poll(() => panel.complaints).toEqual([expect.stringContaining('Content Security Policy')])
  panel.complaints.length = 0
})

test('answers no page but the panel, even in its own window', async () => {
  await keepOpened()
  const posted = await panel.app.evaluate(({ ipcMain, BrowserWindow }) => {
    const [contents] = BrowserWindow.getAllWindows().map(({ webContents }) => webContents)
    let posted = 0
    const frames = [
      null,
      { parent: null, url: 'https://example.com/', origin: 'https://example.com', postMessage: () => posted++ },
      { parent: {}, url: 'hxe-panel://panel/', origin: 'hxe-panel://panel', postMessage: () => posted++ },
      { parent: null, url: 'hxe-panel://panel.example/', origin: 'x', postMessage: () => posted++ },
    ]
    for (const senderFrame of frames) ipcMain.emit('hxe-request-port', { senderFrame, sender: contents })
    for (const senderFrame of frames)
      ipcMain.emit('hxe-open-external', { senderFrame, sender: contents }, 'https://example.com/frame')
    return posted
  })
  expect(posted).toBe(0)
  // What the panel itself asks for is opened last, so nothing else has been.
  await panel.page.evaluate(() => {
    const hxe = Reflect.get(globalThis, 'hxe') as { openExternal(url: unknown): void }
    hxe.openExternal('https://example.com/last')
  })
  await expect.poll(opened).toEqual(['https://example.com/last'])
})

for (const scheme of ['light', 'dark'] as const) {
  test(`looks as it should in ${scheme}`, async () => {
    await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const shoot = (name: string) => panel.page.screenshot({ path: `test-results/${name}-${scheme}.png` })
    await go('Overview')
    await expect(panel.page.getByRole('heading', { level: 1 })).toBeVisible()
    await shoot('overview')
    await go('Services')
    await expect(row('crasher')).toContainText('Failed')
    await shoot('services')
    await panel.page.getByRole('link', { name: 'crasher', exact: true }).first().click()
    await expect(panel.page.getByText(/Exited with code 3/).first()).toBeVisible()
    await shoot('service')
    await go('Logs')
    await expect(panel.page.getByText('ready to talk').first()).toBeVisible()
    await shoot('logs')
  })
}

test('complains of nothing on the console', () => {
  expect(panel.complaints).toEqual([])
})

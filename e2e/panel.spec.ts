import { once } from 'node:events'
import { type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { ask, makePlace, openPanel, type Place } from './launch.ts'

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

test.describe.configure({ mode: 'serial' })

let place: Place
let app: ElectronApplication
let page: Page
const pidOf = async (name: string): Promise<number | null> =>
  (await ask<{ pid: number | null }>(place, 'GET', `/services/${name}`)).pid
const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) })
const go = (name: string) => page.getByRole('link', { name, exact: true }).first().click()

test.beforeAll(async () => {
  place = makePlace(hcl)
  ;({ app, page } = await openPanel(place))
})

test.afterAll(async () => {
  const ended = once(app.process(), 'exit')
  await ask(place, 'POST', '/agent/shutdown').catch(() => app.process().kill('SIGKILL'))
  await ended
  place.remove()
})

test('shows the services that run', async () => {
  await go('Services')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Services/)
  await expect(row('sleeper')).toContainText('Running')
  await expect(row('crasher')).toContainText('Failed')
})

test('stops a service and starts it again', async () => {
  await row('sleeper').hover()
  await page.getByRole('button', { name: 'Stop sleeper', exact: true }).click()
  await expect(row('sleeper')).toContainText('Stopped')
  await expect.poll(() => pidOf('sleeper')).toBeNull()
  await row('sleeper').hover()
  await page.getByRole('button', { name: 'Start sleeper', exact: true }).click()
  await expect(row('sleeper')).toContainText('Running')
})

test('restarts a service as another process', async () => {
  const before = await pidOf('talker')
  await row('talker').hover()
  await page.getByRole('button', { name: 'Restart talker', exact: true }).click()
  await expect.poll(() => pidOf('talker')).not.toBe(before)
  await expect(row('talker')).toContainText('Running')
})

test('says why a service failed, with its last lines', async () => {
  await page.getByRole('link', { name: 'crasher', exact: true }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('crasher')
  await expect(page.getByText(/Exited with code 3/).first()).toBeVisible()
  await expect(page.getByText('no database at all').first()).toBeVisible()
})

test('follows the lines of all services', async () => {
  await go('Logs')
  await expect(page.getByText('ready to talk').first()).toBeVisible()
})

test('finds its services as they were after it is killed', async () => {
  const before = await pidOf('sleeper')
  const ended = once(app.process(), 'exit')
  app.process().kill('SIGKILL')
  await ended
  ;({ app, page } = await openPanel(place))
  await go('Services')
  await expect(row('sleeper')).toContainText('Running')
  expect(await pidOf('sleeper')).toBe(before)
})

test('gives the page no Node and no other window', async () => {
  const kinds = await page.evaluate(() => [
    typeof Reflect.get(globalThis, 'require'),
    typeof Reflect.get(globalThis, 'process'),
  ])
  expect(kinds).toEqual(['undefined', 'undefined'])
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
})

test('lets the page go nowhere', async () => {
  const refused = app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<boolean>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.on('will-navigate', (event) => resolve(event.defaultPrevented))
        void contents?.executeJavaScript("window.location.assign('https://example.com/')")
      }),
  )
  expect(await refused).toBe(true)
  const address = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())
  expect(address).toMatch(/^hxe-panel:/)
})

import { mkdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { ask } from './launch.ts'
import { NotificationServer } from './notifications.ts'
import { faultsOf, panelFor } from './shared.ts'

test.skip(process.platform !== 'linux', 'The desktop that shows notifications is played on a session bus')

const patient = { timeout: 40_000 }
/** 90 MB, held until it is stopped. */
const eats = 'const held = Buffer.alloc(90e6, 1); console.log(held.length); setInterval(() => {}, 1e6)'

const hcl = `
service "eater" {
  command   = "node"
  args      = ["-e", ${JSON.stringify(eats)}]
  autostart = false
}
# This stays where it is.
alert "eats" {
  when = "memory_bytes > 80MB"
  for  = "1s"
}
notify_policy {
  group_wait = "1s"
}
`

let server: NotificationServer
test.beforeEach(async () => {
  server = await NotificationServer.open()
})
const panel = panelFor('test', hcl)
test.afterEach(() => server.close())

const page = (name: string) =>
  panel.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
const tab = (name: string) => panel.page.getByRole('tab', { name }).click()
const alerts = () => panel.page.getByRole('navigation', { name: 'Alerts of this kind' })
const look = (isLooking: boolean) =>
  panel.app.evaluate(
    ({ BrowserWindow }, on) => BrowserWindow.getAllWindows().map((window) => (on ? window.show() : window.hide())),
    isLooking,
  )

const faults = () => faultsOf(panel.page)

test('a service that eats memory is told of, opened by a click, kept quiet, and resolved', async () => {
  await look(false)
  await ask(panel.place, 'POST', '/services/eater/start')
  await expect
    .poll(() => server.shown.find(({ title, body }) => `${title} ${body}`.includes('eater')), patient)
    .toBeTruthy()
  const shown = server.shown.find(({ title, body }) => `${title} ${body}`.includes('eater'))
  if (!shown) throw new Error('nothing was shown')
  server.click(shown)
  await expect(panel.page.getByRole('heading', { level: 1 })).toHaveText('eater', patient)

  const bar = panel.page.getByRole('contentinfo')
  await expect(bar.getByRole('link', { name: /^1 alert/ })).toBeVisible(patient)
  await page('Overview')
  await expect(panel.page.getByRole('region', { name: 'Firing alerts' })).toContainText('eater')

  await page('Alerts')
  await expect(alerts()).toContainText('eats on eater')
  await expect(panel.page.getByRole('slider', { name: 'Memory over time' })).toBeVisible(patient)
  await panel.page.getByRole('button', { name: 'Silence', exact: true }).click()
  await panel.page.getByRole('textbox', { name: 'Reason' }).fill('a larger machine is on its way')
  await panel.page.getByRole('dialog').getByRole('button', { name: 'Silence', exact: true }).click()
  await tab('Silenced')
  await expect(panel.page.getByRole('table')).toContainText('a larger machine is on its way', patient)
  await expect(bar.getByRole('link', { name: '1 silenced' })).toBeVisible(patient)
  await expect(bar.getByRole('link', { name: /alert/ })).toHaveCount(0)

  await ask(panel.place, 'POST', '/services/eater/stop')
  await tab('History')
  await expect(alerts()).toContainText('eats on eater', patient)
  expect(panel.complaints).toEqual([])
})

test('a rule is tried and written beside the others, and all pages and dialogs are fit for everybody', async () => {
  await page('Alerts')
  await panel.page.getByRole('button', { name: 'New rule' }).click()
  const dialog = panel.page.getByRole('dialog', { name: 'New rule' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('busy')
  await dialog.getByRole('textbox', { name: 'When' }).fill('cpu_percent >')
  await expect(dialog.getByRole('alert')).toBeVisible(patient)
  await dialog.getByRole('textbox', { name: 'When' }).fill('cpu_percent > 95')
  await expect(dialog.getByRole('status')).toContainText('would not have fired', patient)
  for (const colorScheme of ['light', 'dark'] as const) {
    await panel.page.emulateMedia({ colorScheme })
    expect(await faults()).toEqual([])
  }
  await dialog.getByRole('button', { name: 'Write and apply' }).click()
  await expect(dialog).toHaveCount(0, patient)
  await tab('Rules')
  await expect(panel.page.getByRole('row', { name: /^busy/ })).toContainText('cpu_percent > 95', patient)
  expect(readFileSync(panel.place.config, 'utf8')).toContain('# This stays where it is.')
  mkdirSync('test-results', { recursive: true })
  for (const name of ['Rules', 'Silenced', 'History', 'Active'])
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab(name)
      await panel.page.emulateMedia({ colorScheme })
      expect(await faults()).toEqual([])
      await panel.page.screenshot({ path: `test-results/alerts-${name}-${colorScheme}.png` })
    }
  await panel.page.getByRole('button', { name: 'Silence…' }).click()
  expect(await faults()).toEqual([])
  await panel.page.keyboard.press('Escape')
  expect(panel.complaints).toEqual([])
})

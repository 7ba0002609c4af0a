import { mkdirSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { hookTo, openReceiver, type Receiver } from '../agent/alerts/deliver/fixtures/receiver.ts'
import { faultsOf, panelFor } from './shared.ts'
import { TrayHost } from './tray.ts'

test.skip(process.platform !== 'linux', 'The desktop that shows the tray is played on a session bus')

const patient = { timeout: 40_000 }

/** Refuses for good until it is mended. */
let isMended = false
let receiver: Receiver
test.beforeAll(async () => {
  receiver = await openReceiver((response) => void response.writeHead(isMended ? 200 : 404).end())
})
test.afterAll(() => receiver.close())

const panel = panelFor(
  'file',
  () => `
service "sleeper" {
  command = "sleep 600"
}
alert "awake" {
  when   = "state == \\"running\\""
  notify = ["hook"]
}
${hookTo('hook', receiver.url)}notify_policy {
  group_wait = "1s"
}
`,
)

const page = (name: string) =>
  panel.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
const tab = (name: string) => panel.page.getByRole('tab', { name }).click()

test.afterEach(() => expect(panel.complaints).toEqual([]))

/** In both themes, with a picture of each. */
async function isFit(name: string): Promise<void> {
  mkdirSync('test-results', { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await panel.page.emulateMedia({ colorScheme })
    expect(await faultsOf(panel.page)).toEqual([])
    await panel.page.screenshot({ path: `test-results/${name}-${colorScheme}.png` })
  }
}

test('names an alert in the tray and on the tab of its service', async () => {
  const host = await TrayHost.open()
  try {
    await expect.poll(() => host.hasItem, patient).toBe(true)
    await expect.poll(async () => JSON.stringify(await host.property('ToolTip')), patient).toContain('1 alert')
    await expect.poll(() => host.click('1 alert', 'sleeper'), patient).toBe(true)
    await expect(panel.page.getByRole('heading', { level: 1 })).toHaveText('Alerts', patient)
  } finally {
    host.close()
  }
  await page('Services')
  await panel.page.getByRole('link', { name: 'sleeper', exact: true }).click()
  await expect(panel.page.getByRole('tab', { name: 'Events' })).toContainText('1', patient)
})

test('shows on a chart when a rule would have fired', async () => {
  await page('Alerts')
  await panel.page.getByRole('button', { name: 'New rule' }).click()
  const dialog = panel.page.getByRole('dialog', { name: 'New rule' })
  await dialog.getByRole('textbox', { name: 'For', exact: true }).fill('0s')
  const when = dialog.getByRole('textbox', { name: 'When' })
  // What is kept comes with the seconds: each change of the condition tries it again.
  let bytes = 1
  await expect(async () => {
    await when.fill(`memory_bytes > ${bytes++}`)
    await expect(dialog.getByRole('status')).toContainText('would have fired', { timeout: 5_000 })
    await expect(dialog.locator('.plot-alert')).not.toHaveCount(0, { timeout: 5_000 })
  }).toPass(patient)
  await expect(dialog.getByRole('slider', { name: 'Memory over time' })).toBeVisible()
  await isFit('trial')
  await panel.page.keyboard.press('Escape')
})

test('says which message did not arrive and why it was sent, and tries it again', async () => {
  await page('Alerts')
  await tab('Deliveries')
  const message = panel.page.getByRole('region', { name: 'Message to hook' })
  await expect(message).toContainText('Given up', patient)
  await expect(message).toContainText('The receiver answered with status 404')
  await expect(message.getByRole('listitem').filter({ hasText: 'rule' })).not.toHaveCount(0, patient)
  await isFit('deliveries')
  isMended = true
  await message.getByRole('button', { name: 'Try again' }).click()
  await expect(message).toContainText('Delivered', patient)
  await expect(message.getByRole('button', { name: 'Try again' })).toHaveCount(0)
})

test('shows how a message looks, and says what came of a test', async () => {
  isMended = true
  await page('Alerts')
  await tab('Channels')
  await panel.page.getByRole('combobox', { name: 'Channel' }).selectOption('hook')
  await panel.page.getByRole('textbox', { name: 'Title' }).fill('Look: {{{summary}}}')
  const preview = panel.page.getByRole('region', { name: 'Preview' })
  await expect(preview).toContainText('Look: This is a test', patient)
  const iso = /\d{4}-\d\d-\d\dT\d\d:\d\d/
  await expect(preview.getByText(/since/).first()).not.toContainText(iso)
  await expect(preview.locator('pre')).toContainText(iso)
  await panel.page.getByRole('textbox', { name: 'Title' }).fill('{{#alerts}}')
  await expect(panel.page.getByRole('alert')).toContainText('The template cannot be used', patient)
  await panel.page.getByRole('textbox', { name: 'Title' }).fill('')
  await expect(preview).toBeVisible(patient)
  await panel.page.getByRole('button', { name: 'Send a test to hook' }).click()
  await expect(panel.page.getByRole('status').filter({ hasText: 'The test was delivered' })).toBeVisible(patient)
  await isFit('channels')
})

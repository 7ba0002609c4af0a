import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startAgent } from './agent.ts'
import { hcl, onPages } from './frame.ts'
import { ask } from './launch.ts'
import { panelFor } from './shared.ts'

// What changes services or what a person chose: each test on a panel of its own.

const panel = panelFor('test', hcl)
const { row, heading, go, ready, theme } = onPages(panel)
const stateOf = async (name: string) => (await ask<{ state: string }>(panel.place, 'GET', `/services/${name}`)).state

test.beforeEach(() => expect(ready()).toBeVisible())
test.afterEach(() => expect(panel.complaints).toEqual([]))

test('finds services, actions and pages in the palette', async () => {
  await panel.page.getByRole('button', { name: 'Search or run' }).click()
  const field = panel.page.getByRole('combobox', { name: 'Search or run' })
  await expect(field).toBeFocused()
  await field.fill('sett')
  await expect(panel.page.getByRole('option', { name: 'Settings' })).toHaveAttribute('aria-selected', 'true')
  await panel.page.keyboard.press('Enter')
  await expect(heading()).toHaveText('Settings')
  await panel.page.keyboard.press('Control+k')
  await field.fill('dark')
  await expect(panel.page.getByRole('option', { name: 'Dark theme' })).toHaveAttribute('aria-selected', 'true')
  await panel.page.keyboard.press('Enter')
  await expect.poll(theme).toBe('dark')
  await panel.page.keyboard.press('Control+k')
  await field.fill('stop work')
  await expect(panel.page.getByRole('option', { name: 'Stop worker' })).toHaveAttribute('aria-selected', 'true')
  await panel.page.keyboard.press('Enter')
  await expect.poll(() => stateOf('worker')).toBe('stopped')
  await panel.page.keyboard.press('Control+k')
  await panel.page.keyboard.press('Escape')
  await expect(field).toBeHidden()
})

test('keeps what a person chose over a restart', async () => {
  await go('Settings')
  await panel.page.getByRole('group', { name: 'Theme' }).getByText('Dark').click()
  await panel.page.getByRole('group', { name: 'Density' }).getByText('Compact').click()
  await panel.page.keyboard.press('Control+k')
  await panel.page.getByRole('combobox', { name: 'Search or run' }).fill('add worker')
  await expect(panel.page.getByRole('option', { name: 'Add to favourites worker' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await panel.page.keyboard.press('Enter')
  const star = () => panel.page.getByRole('navigation', { name: 'Favourites' }).getByRole('link', { name: /^worker/ })
  await expect(star()).toBeVisible()
  await panel.close()
  await panel.open()
  await expect(ready()).toBeVisible()
  await expect(star()).toBeVisible()
  await expect.poll(theme).toBe('dark')
  await expect.poll(() => panel.page.evaluate(() => document.documentElement.dataset.density)).toBe('compact')
})

test('starts at login only when a person says so', async () => {
  await go('Settings')
  const choice = panel.page.getByRole('switch', { name: 'Start at login' })
  await expect(choice).toBeEnabled()
  await expect(choice).not.toBeChecked()
  await choice.click()
  const entry = join(process.env.XDG_CONFIG_HOME ?? join(panel.place.home, '.config'), 'autostart', 'hxe-panel.desktop')
  await expect.poll(() => existsSync(entry)).toBe(true)
  await choice.click()
  await expect.poll(() => existsSync(entry)).toBe(false)
})

test('takes a stop back', async () => {
  await go('Services')
  await expect(row('worker')).toContainText('Running')
  await row('worker').hover()
  await panel.page.getByRole('button', { name: 'Stop worker', exact: true }).click()
  const undo = await heldUndo()
  await expect(row('worker')).toContainText('Stopped')
  await undo.click()
  await expect(row('worker')).toContainText('Running')
})

/** What one points at stays for as long as one does. */
async function heldUndo() {
  const undo = panel.page.getByRole('button', { name: 'Undo' })
  await undo.hover()
  return undo
}

test('says who needs a service before it stops it, and starts all of them again', async () => {
  await go('Services')
  await expect(row('api')).toContainText('Running')
  await row('database').hover()
  const stop = panel.page.getByRole('button', { name: 'Stop database', exact: true })
  await stop.click()
  const question = panel.page.getByRole('dialog', { name: 'Stop database?' })
  await expect(question.getByText('1 running service depends on it.')).toBeVisible()
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(row('database')).toContainText('Running')
  await row('database').hover()
  await stop.click()
  await question.getByRole('button', { name: 'Stop all 2' }).click()
  const undo = await heldUndo()
  await expect(row('api')).toContainText('Stopped')
  await expect(row('database')).toContainText('Stopped')
  await undo.click()
  await expect(row('api')).toContainText('Running')
  await expect(row('database')).toContainText('Running')
})

test('is of use at the width of a phone', async () => {
  await panel.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    window?.setMinimumSize(320, 400)
    window?.setContentSize(360, 740)
  })
  await expect.poll(() => panel.page.evaluate(() => window.innerWidth)).toBe(360)
  const overflow = () => panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  for (const name of ['Overview', 'Services', 'Logs', 'Metrics', 'Fleet', 'Activity', 'Settings', 'Alerts']) {
    await go(name)
    await expect(heading()).toHaveText(name)
    await expect.poll(overflow, name).toBe(0)
  }
  for (const name of ['Rules', 'Channels']) {
    await panel.page.getByRole('tab', { name }).click()
    await expect(panel.page.getByRole('table')).toBeVisible()
    await expect.poll(overflow, name).toBe(0)
  }
  await go('Services')
  await row('worker').click({ position: { x: 200, y: 12 } })
  await panel.page.getByRole('button', { name: 'Stop worker', exact: true }).click()
  await expect(row('worker')).toContainText('Stopped')
  await panel.page.screenshot({ path: 'test-results/frame-phone.png' })
  await panel.page.getByRole('button', { name: 'Start worker', exact: true }).click()
  await expect(row('worker')).toContainText('Running')
})

test('shows all that one request has brought about', async () => {
  await go('Services')
  await panel.page.getByRole('button', { name: 'Restart worker', exact: true }).click()
  await go('Activity')
  const events = panel.page.getByRole('list', { name: 'Events' })
  const restarted = events.getByRole('listitem').filter({ hasText: 'worker runs: restarted by' })
  const stopping = events.getByRole('listitem').filter({ hasText: 'is being stopped: restarted by' })
  await expect(stopping.or(restarted).first()).toBeVisible()
  await stopping.first().getByRole('link', { name: 'Show all of this operation' }).click()
  await expect(panel.page.getByText('operation:')).toBeVisible()
  await expect(events.getByRole('listitem')).toHaveCount(2)
  await panel.page.screenshot({ path: 'test-results/frame-operation.png' })
  await panel.page.getByRole('button', { name: 'Events of all operations' }).click()
  await expect(events.getByRole('listitem').filter({ hasText: 'crasher' }).first()).toBeVisible()
})

test('marks what it last knew while the agent is gone, and comes back by itself', async () => {
  await panel.close()
  const start = () =>
    startAgent(panel.place.dataDir, { ...process.env, HOME: panel.place.home }, { config: panel.place.config })
  const first = await start()
  await panel.open()
  await expect(ready()).toBeVisible()
  // What becomes of a lost agent is asked in a native dialog: not now.
  await panel.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false })
  })
  await go('Services')
  await expect(row('worker')).toContainText('Running')
  const ended = once(first.process, 'exit')
  first.process.kill('SIGKILL')
  await ended
  await expect(row('worker')).toContainText('Unknown')
  await expect(panel.page.getByText(/No word from the agent for/)).toBeVisible()
  await expect(panel.page.getByRole('contentinfo')).toContainText(/3 running.*as last known/)
  await go('Settings')
  await panel.page.getByRole('button', { name: 'Copy diagnostics' }).click()
  await expect(panel.page.locator('.toast').first()).toBeVisible()
  // A toast goes by itself, so both are measured at once.
  const apart = () =>
    panel.page.evaluate(() => {
      const [banner, toast] = ['.banners', '.toast'].map((each) =>
        document.querySelector(each)?.getBoundingClientRect(),
      )
      return banner && toast && (toast.bottom <= banner.top || toast.top >= banner.bottom)
    })
  await expect
    .poll(async () => {
      const known = await apart()
      if (known === undefined) await panel.page.getByRole('button', { name: 'Copy diagnostics' }).click()
      return known
    })
    .toBe(true)
  await go('Services')
  const second = await start()
  await expect(row('worker')).toContainText('Running')
  await expect(panel.page.getByText(/No word from the agent for/)).toBeHidden()
  await expect(panel.page.getByRole('contentinfo')).not.toContainText('as last known')
  await second.stop()
})

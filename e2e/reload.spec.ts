import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { ask } from './launch.ts'
import { panelFor } from './shared.ts'

const settings = (reload: 'auto' | 'ask'): string => `agent {\n  config_reload = "${reload}"\n}\n`
const web = (description: string): string =>
  `service "web" {\n  command     = "sleep 600"\n  description = "${description}"\n}\n`

const panel = panelFor('test', settings('auto') + web('first'))

const save = (text: string): void => writeFileSync(panel.place.config, text)
const banner = () => panel.page.getByRole('region', { name: 'Configuration', exact: true })
const picture = async (name: string): Promise<void> => {
  mkdirSync('test-results', { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await panel.page.emulateMedia({ colorScheme })
    await panel.page.screenshot({ path: `test-results/reload-${name}-${colorScheme}.png` })
  }
}

test.beforeEach(() => expect(panel.page.getByRole('status').filter({ hasText: 'Agent running' })).toBeVisible())
test.afterEach(() => expect(panel.complaints).toEqual([]))

test('a broken save is told with its place, and the message goes when it is mended', async () => {
  save(`${settings('auto')}${web('broken')}service "x" {\n  command = \n}\n`)
  await expect(banner()).toContainText(`${panel.place.config}:9:`)
  await expect(banner()).toContainText('What was applied before goes on running.')
  await expect(panel.page.getByText('The configuration has an error').last()).toBeVisible()
  await picture('broken')
  save(settings('auto') + web('second'))
  await expect(banner()).toHaveCount(0)
  await panel.page.getByRole('link', { name: 'web', exact: true }).first().click()
  await expect(panel.page.getByText('second')).toBeVisible()
})

test('what was refused has a name to look for in the log of the agent', async () => {
  save('service "web" {')
  await panel.page.keyboard.press('Control+k')
  await panel.page.getByRole('combobox', { name: 'Search or run' }).fill('read the configuration again')
  await panel.page.keyboard.press('Enter')
  const alert = panel.page.getByRole('alert').filter({ hasText: 'The configuration was not read' })
  await alert.getByRole('button', { name: 'Copy details' }).click()
  await expect(alert.getByRole('button', { name: 'Copied' })).toBeVisible()
  await picture('refused')
  const details = await panel.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(details).toMatch(/^The configuration was not read\nThe configuration has errors/)
  const [, operation] = /\nOperation ([0-9a-f]{32})$/.exec(details) ?? []
  const log = () => readFileSync(join(panel.place.dataDir, 'agent.log'), 'utf8').split('\n')
  const isOfIt = (line: string) => line.includes(`"correlationId":"${operation}"`) && line.includes('not loaded')
  await expect.poll(() => log().filter(isOfIt).length).toBe(1)
})

test('a change waits to be applied where the configuration says to ask', async () => {
  save(settings('ask') + web('third'))
  await panel.page.getByRole('link', { name: 'Overview' }).click()
  // That it asks is in force first.
  await expect.poll(() => ask(panel.place, 'GET', '/services/web')).toMatchObject({ description: 'third' })
  save(settings('ask') + web('fourth'))
  await expect(banner()).toContainText('services.hcl is not applied')
  await expect(banner()).toContainText('changes web in place')
  await picture('pending')
  await banner().getByRole('button', { name: 'Apply' }).click()
  await expect(banner()).toHaveCount(0)
  await expect.poll(() => ask(panel.place, 'GET', '/services/web')).toMatchObject({ description: 'fourth' })
})

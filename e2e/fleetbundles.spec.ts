import { expect, test } from '@playwright/test'
import { NatsServer } from '../agent/fleet/fixtures/natsserver.ts'
import type { TestAgent } from './agent.ts'
import { startHost } from './host.ts'
import { ask, closePanel, makePlace, openPanel, type Panel, type Place } from './launch.ts'

const withinMs = 30_000

let server: NatsServer
let place: Place
let panel: Panel
let atlas: TestAgent

const labelled = (name: string, more = ''): string =>
  `agent {\n  name = "${name}"\n  labels = { role = "${name === 'atlas' ? 'web' : 'desk'}" }\n  nats {\n    servers = ["${server.url}"]\n    ${more}\n  }\n}\n`

test.beforeEach(async () => {
  server = await NatsServer.start()
  place = makePlace(labelled('laptop'))
  atlas = await startHost(place, 'atlas', labelled('atlas', 'allow_remote = ["view", "configure"]'))
  panel = await openPanel(place)
})
test.afterEach(async () => {
  try {
    expect(panel.complaints).toEqual([])
  } finally {
    await closePanel(place, panel.process)
    await atlas.stop()
    await place.remove()
    await server.close()
  }
})

const apply = async (command: string, message: string): Promise<void> => {
  const files = { 'web.hcl': `service "web" {\n  command = "${command}"\n}\n` }
  const body = { name: 'edge', files, selector: { role: 'web' }, message }
  const begin = () => ask<{ id?: string }>(place, 'POST', '/fleet/bundles/edge/apply', body)
  await expect.poll(async () => (await begin()).id, { timeout: withinMs }).toBeDefined()
}

test('what hosts run of the fleet is shown, and an earlier revision comes back after a look at its plan', async () => {
  const { page } = panel
  await page.getByRole('link', { name: 'Fleet', exact: true }).click()
  await expect(page.getByRole('row', { name: /^atlas/ })).toContainText('Online', { timeout: withinMs })
  await page.getByRole('tab', { name: 'Configuration' }).click()
  await expect(page.getByText('No host takes configuration from the fleet yet.')).toBeVisible({ timeout: withinMs })
  await apply('sleep 1000', 'first')
  const card = page.getByRole('region', { name: 'Bundle edge' })
  await expect(card.getByRole('status')).toHaveText('Applied', { timeout: withinMs })
  await apply('sleep 2000', 'longer')
  await expect(card).toContainText('revision 2', { timeout: withinMs })
  await expect(card.getByRole('row', { name: /^atlas Applied 2 2/ })).toBeVisible({ timeout: withinMs })

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `test-results/bundles-${colorScheme}.png` })
  }
  await card.getByRole('button', { name: 'Run revision 1' }).click()
  const dialog = page.getByRole('dialog', { name: 'Run revision 1 of edge' })
  await expect(dialog.getByRole('list', { name: 'What it would do' })).toContainText('Restart web', {
    timeout: withinMs,
  })
  await page.screenshot({ path: 'test-results/bundles-plan.png' })
  await dialog.getByRole('button', { name: 'Begin' }).click()
  await expect(page.getByRole('region', { name: 'edge, revision 1' })).toContainText('Done', { timeout: withinMs })
  await page.getByRole('tab', { name: 'Configuration' }).click()
  await expect(card.getByRole('row', { name: /^atlas Applied 1 1/ })).toBeVisible({ timeout: withinMs })
})

import { expect, test } from '@playwright/test'
import { NatsServer } from '../agent/fleet/fixtures/natsserver.ts'
import type { Service } from '../contract/index.ts'
import type { TestAgent } from './agent.ts'
import { joined, startHost } from './host.ts'
import { closePanel, makePlace, openPanel, type Panel, type Place } from './launch.ts'

let server: NatsServer
let place: Place
let panel: Panel
const agents: TestAgent[] = []

/** A host of the fleet, on this machine. */
async function host(name: string, hcl: string): Promise<TestAgent> {
  const agent = await startHost(place, name, joined(name, server.url) + hcl)
  agents.push(agent)
  return agent
}

test.beforeEach(async () => {
  server = await NatsServer.start()
  place = makePlace(joined('laptop', server.url))
  panel = await openPanel(place)
})

test.afterEach(async () => {
  try {
    await closePanel(place, panel.process)
    for (const agent of agents.splice(0)) await agent.stop()
  } finally {
    await place.remove()
    await server.close()
  }
})

const switcher = () => panel.page.getByRole('button', { name: /^Host: / })
async function choose(name: string): Promise<void> {
  await switcher().click()
  await panel.page.getByRole('menuitemradio', { name }).click()
  await expect(switcher()).toHaveText(name === 'laptop' ? 'This computer' : name)
}

test('two hosts appear, one restarts a service there, and the server may go and come back', async () => {
  const { page } = panel
  const atlas = await host('atlas', 'service "web" {\n  command = "sleep 600"\n}\n')
  await host('borea', '')
  await switcher().click()
  await expect(page.getByRole('menuitemradio', { name: 'borea' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('menuitemradio', { name: 'atlas' })).toBeVisible()
  await page.keyboard.press('Escape')

  await choose('atlas')
  await page.getByRole('link', { name: 'Services', exact: true }).click()
  const row = page.getByRole('row', { name: /^web/ })
  await expect(row).toContainText('Running')
  const { pid } = (await atlas.service('web')) as Service
  await row.getByRole('button', { name: 'Restart web' }).click()
  await expect.poll(async () => (await atlas.service('web')).pid, { timeout: 20_000 }).not.toBe(pid)
  await expect(row).toContainText('Running')

  await server.end()
  await expect(page.getByText('No word from atlas for')).toBeVisible({
    timeout: 40_000,
  })
  await expect(row).toBeVisible()
  await server.begin()
  await expect(page.getByRole('status').filter({ hasText: 'Agent running' })).toBeVisible({ timeout: 60_000 })
  await row.getByRole('button', { name: 'Stop web' }).click()
  await expect(row).toContainText('Stopped')
  expect(panel.complaints).toEqual([])
})

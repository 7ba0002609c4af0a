import { expect, test } from '@playwright/test'
import { NatsServer } from '../agent/fleet/fixtures/natsserver.ts'
import type { FleetStatus } from '../contract/index.ts'
import type { TestAgent } from './agent.ts'
import { joined, startHost } from './host.ts'
import { ask, closePanel, makePlace, openPanel, type Panel, type Place } from './launch.ts'

const turnsWithin = { timeout: 60_000 }

let server: NatsServer
let place: Place
let panel: Panel
const agents: TestAgent[] = []

async function host(name: string, hcl = ''): Promise<TestAgent> {
  const agent = await startHost(place, name, joined(name, server.url) + hcl)
  agents.push(agent)
  return agent
}

test.beforeEach(async () => {
  server = await NatsServer.start()
  place = makePlace(joined('laptop', server.url))
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

const menu = () => panel.page.getByRole('button', { name: /^Host: / })
const shoot = async (name: string): Promise<void> => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await panel.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await panel.page.screenshot({ path: `test-results/missed-${name}-${colorScheme}.png` })
  }
}

test('what a host did while the panel was closed, and before it went itself, is there when it is open again', async () => {
  panel = await openPanel(place)
  const atlas = await host('atlas', 'service "web" {\n  command = "sleep 600"\n}\n')
  await host('borea')
  await menu().click()
  await expect(panel.page.getByRole('menuitemradio', { name: 'atlas' })).toBeVisible(turnsWithin)
  await closePanel(place, panel.process)
  await atlas.post('/services/web/disable')
  await atlas.stop()

  panel = await openPanel(place)
  const { page } = panel
  await menu().click()
  await expect(page.getByRole('menuitemradio', { name: 'borea' })).toBeVisible(turnsWithin)
  await page.getByRole('menuitemradio', { name: 'All hosts' }).click()
  await page.getByRole('link', { name: 'Activity', exact: true }).first().click()
  const events = page.getByRole('list', { name: 'Events' })
  const ofAtlas = events.getByRole('listitem').filter({ hasText: 'atlas' })
  await expect(ofAtlas.filter({ hasText: 'disabled by' }).first()).toBeVisible(turnsWithin)
  await expect(ofAtlas.filter({ hasText: 'agent ends' }).first()).toBeVisible()
  await shoot('activity')
  expect(panel.complaints).toEqual([])
})

test('a server that does not keep events is said to be one', async () => {
  panel = await openPanel(place)
  const { page } = panel
  const events = async (): Promise<string> => (await ask<FleetStatus>(place, 'GET', '/fleet')).events.from
  await expect.poll(events, turnsWithin).toBe('stream')
  await page.getByRole('link', { name: 'Fleet', exact: true }).first().click()
  const connection = page.getByRole('region', { name: 'Connection to the fleet' })
  await expect(connection).toContainText('has published security holes')
  await server.end()
  server.hasJetStream = false
  await server.begin()
  await expect(connection).toContainText('Events are asked of each host', turnsWithin)
  await expect(connection).toContainText('The server has no JetStream')
  await shoot('fleet')
  await server.end()
  server.hasJetStream = true
  await server.begin()
  await expect(connection).not.toContainText('Events are asked of each host', turnsWithin)
  expect(panel.complaints).toEqual([])
})

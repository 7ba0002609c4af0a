import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { NatsServer } from '../agent/fleet/fixtures/natsserver.ts'
import type { QueuedCommand } from '../contract/index.ts'
import type { TestAgent } from './agent.ts'
import { joined, startHost } from './host.ts'
import { ask, closePanel, makePlace, openPanel, type Panel, type Place } from './launch.ts'

const withinMs = 30_000
const password = 'canary-91ab37'
const mine = '# Mine.\nservice "web" {\n  command = "sleep 600"\n}\n'

let server: NatsServer
let place: Place
let panel: Panel
let complaints: readonly string[] = []
/** What ends what this test has begun, whatever came of the rest; the last is ended first. */
const ends: (() => Promise<unknown>)[] = []

async function begin(serverConfig: string, hcl: (url: string) => string): Promise<void> {
  complaints = []
  server = await NatsServer.start(serverConfig)
  ends.push(() => server.close())
  place = makePlace(hcl(server.url))
  ends.push(() => place.remove())
  panel = await openPanel(place)
  ends.push(() => closePanel(place, panel.process))
  complaints = panel.complaints
  await panel.page.getByRole('link', { name: 'Fleet', exact: true }).click()
}

test.afterEach(async () => {
  const toEnd = ends.splice(0).reverse()
  try {
    expect(complaints).toEqual([])
  } finally {
    for (const end of toEnd) await end()
  }
})

/** A host of the fleet, on this machine, with a service. */
async function host(name: string): Promise<TestAgent> {
  const agent = await startHost(place, name, joined(name, server.url) + mine)
  ends.push(() => agent.stop())
  await expect(panel.page.getByRole('row', { name: new RegExp(`^${name}`) })).toContainText('Online', {
    timeout: withinMs,
  })
  return agent
}

/** What whoever cannot see or read this well would stumble over, in both themes. */
async function obstacles(): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await panel.page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze()
    found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${colorScheme} ${id}: ${html}`)))
  }
  return found
}

/** Files below the home that have the text in the clear. */
function filesWith(text: string): string[] {
  return readdirSync(place.home, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(place.home, name)
    return statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(text)
  })
}

test('a server is joined by the dialog, a wrong password says what to do, and no file has the secret', async () => {
  await begin(`authorization { user: ada, password: "${password}" }`, () => mine)
  const { page } = panel
  await page.getByRole('button', { name: 'Connect to a server…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect to a fleet' })
  await expect(dialog.getByRole('textbox', { name: 'Servers' })).toBeFocused()
  await page.keyboard.type(server.url)
  await dialog.getByRole('radio', { name: 'User' }).check({ force: true })
  await dialog.getByRole('textbox', { name: 'User' }).fill('ada')
  await dialog.getByLabel('Password').fill('wrong-91ab37')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('username ada and password', { timeout: withinMs })
  expect(readFileSync(place.config, 'utf8')).toBe(mine)
  expect(await obstacles()).toEqual([])

  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Try' }).click()
  await expect(dialog.getByRole('status')).toContainText('has taken this', { timeout: withinMs })
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Connection to the fleet' })).toContainText('Connected', {
    timeout: withinMs,
  })
  expect(readFileSync(place.config, 'utf8')).toMatch(/^# Mine\.[\s\S]*password += "credential:fleet-password"/)
  expect(filesWith(password)).toEqual([])
  expect(filesWith('wrong-91ab37')).toEqual([])

  await page.getByRole('button', { name: 'Disconnect…' }).click()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'This computer is in no fleet' })).toBeVisible({ timeout: withinMs })
  expect(readFileSync(place.config, 'utf8').trim()).toBe(mine.trim())
})

test('a command that waits for a host is seen and withdrawn', async () => {
  await begin('', (url) => joined('laptop', url))
  const { page } = panel
  const atlas = await host('atlas')
  await atlas.stop()
  await expect(page.getByRole('row', { name: /^atlas/ })).toContainText('Unreachable', { timeout: 60_000 })
  await ask(place, 'POST', '/fleet/commands', {
    host: 'atlas',
    verb: 'restart',
    services: ['web'],
    expiresInMs: 3_600_000,
  })
  await page.getByRole('tab', { name: /^Waiting commands/ }).click()
  const row = page.getByRole('row', { name: /atlas/ })
  await expect(row).toContainText('Waiting', { timeout: withinMs })
  await row.getByRole('button', { name: 'Withdraw Restart web on atlas' }).click()
  await expect(row).toContainText('Withdrawn', { timeout: withinMs })
  const { items } = await ask<{ items: QueuedCommand[] }>(place, 'GET', '/fleet/commands')
  expect(items.map(({ state }) => state)).toEqual(['withdrawn'])
})

test('a rolling restart of two hosts is begun by the keyboard and followed to its end', async () => {
  await begin('', (url) => joined('laptop', url))
  const { page } = panel
  const [atlas, borea] = [await host('atlas'), await host('borea')]
  const pids = async () => [(await atlas.service('web')).pid, (await borea.service('web')).pid]
  await expect.poll(async () => (await pids()).every((pid) => pid !== null), { timeout: withinMs }).toBe(true)
  const before = await pids()
  await page.getByRole('button', { name: 'Rolling restart' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Which' })).toBeFocused()
  await page.keyboard.type('web')
  await page.keyboard.press('Enter')
  const card = page.getByRole('region', { name: 'Rolling restart of web' })
  await expect(card.getByRole('status')).toHaveText('Done', { timeout: 60_000 })
  await expect(card).toContainText('2 of 2 hosts done')
  await expect(card.getByRole('list', { name: 'Batch 2' })).toContainText('borea')
  const after = await pids()
  expect(after.filter((pid, at) => pid === before[at])).toEqual([])
})

test('a fleet is tried on this machine by one button, and ended by another', async () => {
  await begin('', () => mine)
  const { page } = panel
  await page.getByRole('button', { name: 'Try it on this machine' }).click()
  const region = page.getByRole('region', { name: 'Connection to the fleet' })
  await expect(region).toContainText('Connected', { timeout: 60_000 })
  await expect(region).toContainText('Unprotected')
  await region.getByRole('button', { name: 'Stop it and leave' }).click({ timeout: withinMs })
  await expect(page.getByRole('heading', { name: 'This computer is in no fleet' })).toBeVisible({ timeout: withinMs })
  await expect
    .poll(async () => (await ask<{ state: string }>(place, 'GET', '/fleet/dev')).state, { timeout: withinMs })
    .toBe('stopped')
  expect(readFileSync(place.config, 'utf8').trim()).toBe(mine.trim())
})

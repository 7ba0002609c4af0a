import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { NatsServer } from '../agent/fleet/fixtures/natsserver.ts'
import type { Service } from '../contract/index.ts'
import { end, type TestAgent } from './agent.ts'
import { joined, startHost } from './host.ts'
import { closePanel, makePlace, openPanel, type Panel, type Place } from './launch.ts'

/** A host is heard within some seconds, and said to be away some seconds after its last word. */
const turnsWithin = { timeout: 60_000 }

let server: NatsServer
let place: Place
let panel: Panel
let atlas: TestAgent

const member = (name: string): string => joined(name, server.url)
const ticking = (word: string): string =>
  `service "web" {\n  command = "while true; do echo ${word}; sleep 0.5; done"\n  shell   = true\n  tags    = ["edge"]\n}\n`

const broken = 'service "broken" {\n  command = "false"\n  restart {\n    max_retries = 0\n  }\n}\n'

/** A second host of the fleet, on this machine. */
const startAtlas = (): Promise<TestAgent> => startHost(place, 'atlas', member('atlas') + ticking('from-atlas') + broken)

test.beforeEach(async () => {
  server = await NatsServer.start()
  place = makePlace(member('laptop') + ticking('from-laptop'))
  panel = await openPanel(place)
  atlas = await startAtlas()
  const { page } = panel
  await page.getByRole('button', { name: /^Host: / }).click()
  await expect(page.getByRole('menuitemradio', { name: 'atlas' })).toBeVisible(turnsWithin)
  await page.getByRole('menuitemradio', { name: 'All hosts' }).click()
  await expect(page.getByRole('button', { name: 'Host: All hosts' })).toBeVisible()
})

test.afterEach(async () => {
  try {
    await closePanel(place, panel.process)
    await atlas.stop()
  } finally {
    await place.remove()
    await server.close()
  }
})

const row = (name: string) => panel.page.getByRole('row', { name, exact: true })
const goTo = (name: string) => panel.page.getByRole('link', { name, exact: true }).first().click()
const isClean = async (): Promise<void> => {
  const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
}
const shoot = async (name: string): Promise<void> => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await panel.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await panel.page.screenshot({ path: `test-results/allhosts-${name}-${colorScheme}.png` })
  }
}

test('services of two hosts are in one list, and what is done with one is done on its host', async () => {
  const { page } = panel
  await goTo('Services')
  await expect(row('web@laptop')).toContainText('Running', turnsWithin)
  await expect(row('web@atlas')).toContainText('Running', turnsWithin)
  await expect(page.getByRole('columnheader', { name: 'Host' })).toBeVisible()
  const { pid } = (await atlas.service('web')) as Service
  await row('web@atlas').getByRole('button', { name: 'Restart web@atlas' }).click()
  await expect.poll(async () => (await atlas.service('web')).pid, turnsWithin).not.toBe(pid)
  await expect(row('web@atlas')).toContainText('Running', turnsWithin)
  await isClean()
  await shoot('services')

  await page.getByRole('button', { name: /^Group:/ }).click()
  await page.getByRole('menuitemradio', { name: 'Host' }).click()
  await expect(page.getByRole('row', { name: 'atlas, 2' })).toBeVisible()
  await page.getByRole('button', { name: /^Group:/ }).click()
  await page.getByRole('menuitemradio', { name: 'None' }).click()
  for (const name of ['web@atlas', 'web@laptop'])
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check()
  await page.getByRole('region', { name: 'Selected services' }).getByRole('button', { name: /^Stop/ }).click()
  await expect(page.getByRole('dialog')).toContainText('They are on 2 hosts')
  await page.getByRole('button', { name: 'Stop 2 services' }).click()
  for (const name of ['web@atlas', 'web@laptop']) await expect(row(name)).toContainText('Stopped', turnsWithin)
  expect((await atlas.service('web')).state).toBe('stopped')
  await page
    .getByRole('region', { name: 'Selected services' })
    .getByRole('button', { name: /^Start/ })
    .click()
  for (const name of ['web@atlas', 'web@laptop']) await expect(row(name)).toContainText('Running', turnsWithin)
  await page.keyboard.press('Escape')

  await page.keyboard.press('/')
  await page.keyboard.type('host:atlas web')
  await expect(row('web@laptop')).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(row('web@atlas')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('web', turnsWithin)
  await expect(page.getByRole('button', { name: 'Host: atlas' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Host: All hosts' })).toBeVisible()
  await expect(row('web@atlas')).toContainText('Running', turnsWithin)
  expect(panel.complaints).toEqual([])
})

test('a host that goes away keeps its rows, marked with since when, until it is back', async () => {
  const { page } = panel
  await goTo('Services')
  await expect(row('web@atlas')).toContainText('Running', turnsWithin)
  await end(atlas.process, 'SIGKILL')
  await expect(row('web@atlas')).toContainText('was running', turnsWithin)
  await expect(row('web@atlas').getByRole('button', { name: 'Stop web@atlas' })).toBeDisabled()
  await expect(row('web@laptop')).toContainText('Running')
  await expect(page.getByRole('region', { name: 'Hosts without news' })).toContainText('atlas')
  await isClean()
  await shoot('away')
  atlas = await startAtlas()
  await expect(row('web@atlas')).toContainText('Running', turnsWithin)
  await expect(page.getByRole('region', { name: 'Hosts without news' })).toHaveCount(0)
  await row('web@atlas').getByRole('button', { name: 'Stop web@atlas' }).click()
  await expect(row('web@atlas')).toContainText('Stopped', turnsWithin)
  expect((await atlas.service('web')).state).toBe('stopped')
  expect(panel.complaints).toEqual([])
})

test('lines of all hosts come together, and the loss of one is told where it happened', async () => {
  const { page } = panel
  await goTo('Logs')
  const log = page.getByRole('log', { name: 'Log lines' })
  await expect(log.getByText('from-atlas').first()).toBeVisible(turnsWithin)
  await expect(log.getByText('from-laptop').first()).toBeVisible(turnsWithin)
  await isClean()
  await shoot('logs')

  await page.getByRole('button', { name: 'Choose services' }).click()
  await page.getByRole('checkbox', { name: '@laptop', exact: true }).check()
  await page.keyboard.press('Escape')
  await expect(log.getByText('from-atlas')).toHaveCount(0, turnsWithin)
  await expect(log.getByText('from-laptop').first()).toBeVisible(turnsWithin)
  await page.getByRole('button', { name: 'Remove @laptop' }).click()
  await expect(log.getByText('from-atlas').first()).toBeVisible(turnsWithin)

  await end(atlas.process, 'SIGKILL')
  await expect(log.getByText('No more lines of atlas').first()).toBeVisible(turnsWithin)
  await expect(log.getByText('from-laptop').first()).toBeVisible()
  atlas = await startAtlas()
  await expect(log.getByText('atlas is heard again').first()).toBeVisible(turnsWithin)
  expect(panel.complaints).toEqual([])
})

test('tells what happened, what is measured and what is wrong on all hosts', async () => {
  const { page } = panel
  await goTo('Overview')
  await expect(page.getByText('of 3 needs attention')).toBeVisible(turnsWithin)
  await shoot('overview')

  await goTo('Activity')
  const events = page.getByRole('list', { name: 'Events' })
  await expect(events.getByText('laptop', { exact: true }).first()).toBeVisible(turnsWithin)
  await expect(events.getByText('atlas', { exact: true }).first()).toBeVisible(turnsWithin)
  await isClean()
  await shoot('activity')
  await page.getByRole('combobox', { name: 'Host' }).selectOption('atlas')
  await expect(events.getByText('laptop', { exact: true })).toHaveCount(0, turnsWithin)
  await expect(events.getByText('atlas', { exact: true }).first()).toBeVisible(turnsWithin)

  await goTo('Metrics')
  const cards = page.getByRole('region', { name: 'Hosts', exact: true })
  await expect(cards).toContainText('laptop')
  await expect(cards.getByRole('checkbox', { name: 'Compare atlas' })).toBeChecked(turnsWithin)
  await expect(page.getByText('CPU of hosts').first()).toBeVisible(turnsWithin)
  await isClean()
  await shoot('metrics')

  await goTo('Alerts')
  const alert = page.getByRole('link', { name: /broken@atlas/ }).first()
  await expect(alert).toBeVisible(turnsWithin)
  await alert.click()
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Acknowledged' })).toBeVisible(turnsWithin)
  const { items } = (await (await atlas.ask('/alerts')).json()) as { items: { acknowledged: boolean }[] }
  expect(items.some(({ acknowledged }) => acknowledged)).toBe(true)
  await isClean()
  await shoot('alerts')
  expect(panel.complaints).toEqual([])
})

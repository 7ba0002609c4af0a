import { mkdirSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { hcl, onPages } from './frame.ts'
import { panelFor, pressTogether } from './shared.ts'

// The frame as it is looked at and walked through. No test changes a service or what a person chose.

const panel = panelFor('file', hcl)
const { row, heading, go, ready, theme } = onPages(panel)

/** Each test begins on a page that is just opened, with nothing in focus. */
test.beforeEach(async () => {
  await panel.page.emulateMedia({ colorScheme: null, reducedMotion: null })
  await panel.page.keyboard.press('Escape')
  await go('Overview')
  await panel.page.reload()
  await expect(ready()).toBeVisible()
})
test.afterEach(() => expect(panel.complaints).toEqual([]))

async function paint(scheme: 'light' | 'dark'): Promise<void> {
  mkdirSync('test-results', { recursive: true })
  await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  await expect.poll(theme).toBe(scheme)
}

for (const scheme of ['light', 'dark'] as const) {
  test(`has no serious fault of accessibility on a page in ${scheme}`, async () => {
    await paint(scheme)
    for (const name of ['Overview', 'Services', 'Logs', 'Activity', 'Settings']) {
      await go(name)
      await expect(heading()).toHaveText(name)
      await panel.page.screenshot({ path: `test-results/frame-${name.toLowerCase()}-${scheme}.png` })
      expect(await seriousFaults(), name).toEqual([])
    }
  })

  test(`has no serious fault of accessibility on a failed service and over it in ${scheme}`, async () => {
    await paint(scheme)
    await go('Services')
    await expect(row('crasher')).toContainText('Failed')
    await row('crasher').getByRole('link', { name: 'crasher' }).click()
    await expect(heading()).toHaveText('crasher')
    expect(await seriousFaults(), 'a failed service').toEqual([])
    await panel.page.keyboard.press('Control+k')
    await expect(panel.page.getByRole('option').first()).toBeVisible()
    expect(await seriousFaults(), 'the palette').toEqual([])
    await panel.page.keyboard.press('Escape')
    await expect(panel.page.getByRole('option')).toHaveCount(0)
    await panel.page.keyboard.press('?')
    await expect(panel.page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    expect(await seriousFaults(), 'the map of keys').toEqual([])
  })
}

/** What axe finds that keeps somebody out, with the places. */
async function seriousFaults(): Promise<string[]> {
  // The window cannot open the page of its own that the newer mode wants.
  const { violations, passes } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze()
  expect(passes.length).toBeGreaterThan(10)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
}

test('is walked through with the keyboard alone', async () => {
  await panel.page.locator('body').press('Tab')
  await expect(panel.page.getByRole('link', { name: 'Skip to the page' })).toBeFocused()
  await panel.page.keyboard.press('Enter')
  await expect(panel.page.getByRole('main')).toBeFocused()
  await pressTogether(panel.page, 'g', 's')
  await expect(heading()).toHaveText('Services')
  await expect(row('api')).toBeVisible()
  await panel.page.keyboard.press('j')
  await expect(row('api')).toBeFocused()
  await panel.page.keyboard.press('Enter')
  await expect(heading()).toHaveText('api')
  await pressTogether(panel.page, 'g', 'a')
  await expect(heading()).toHaveText('Activity')
  await panel.page.keyboard.press('/')
  await expect(panel.page.getByRole('textbox', { name: 'Filter events' })).toBeFocused()
  await panel.page.keyboard.type('gs?')
  await expect(panel.page.getByRole('textbox', { name: 'Filter events' })).toHaveValue('gs?')
  await expect(heading()).toHaveText('Activity')
})

test('shows every key, and gives the keyboard back', async () => {
  await go('Activity')
  await panel.page.keyboard.press('?')
  const keys = panel.page.getByRole('dialog', { name: 'Keys' })
  await expect(keys).toBeVisible()
  await expect(keys.getByText('Search or run')).toBeVisible()
  await expect(keys.getByText('Start or stop')).toBeVisible()
  for (const cap of await keys.locator('.kbd').allTextContents())
    expect(cap).toMatch(/^(\S|Ctrl|Shift|Alt|Esc|Tab|Space|F\d+)$/)
  await panel.page.keyboard.press('Escape')
  await expect(keys).toBeHidden()
  await expect(panel.page.getByRole('main')).toBeFocused()
})

test('finds among all events those of a kind, and what words say', async () => {
  await go('Activity')
  const events = panel.page.getByRole('list', { name: 'Events' })
  await expect(events.getByText('worker').first()).toBeVisible()
  await panel.page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Failed' })
  await expect(events.getByRole('listitem')).toHaveCount(1)
  await expect(events.getByRole('listitem')).toContainText('crasher')
  await panel.page.getByRole('textbox', { name: 'Filter events' }).fill('nobody at all')
  await expect(panel.page.getByText('No event matches the filter.')).toBeVisible()
})

test('mends what failed from the overview', async () => {
  const attention = panel.page.getByRole('region', { name: 'Needs attention' })
  await expect(attention.getByText('crasher')).toBeVisible()
  await attention.getByRole('button', { name: 'Show why crasher' }).click()
  await expect(heading()).toHaveText('crasher')
})

import { expect, test } from '@playwright/test'
import { ask } from './launch.ts'
import { panelFor } from './shared.ts'

const long = 'a-service-with-a-name-that-is-as-long-as-somebody-could-want-it-to-be-in-a-list'
const many = Array.from(
  { length: 500 },
  (_, index) => `service "idle-${index}" {\n  command = "true"\n  autostart = false\n}`,
)

const hcl = `
app "data" {
  services = ["database"]
}
app "shop" {
  services = ["api", "site", "crasher"]
}
service "database" {
  command = "sleep 600"
  tags    = ["sql"]
}
service "api" {
  command    = "sleep 600"
  tags       = ["web", "edge"]
  depends_on = ["database"]
}
service "site" {
  command    = "sleep 600"
  tags       = ["web"]
  depends_on = ["api"]
}
service "crasher" {
  command = "echo 'no database at all' >&2; exit 3"
  shell   = true
  restart {
    delay       = "50ms"
    max_retries = 1
  }
}
service "${long.slice(0, 63)}" {
  command     = "sleep 600"
  description = "It has a long name"
}
${many.join('\n')}
`

const panel = panelFor('file', hcl)

const row = (name: string) => panel.page.getByRole('row', { name, exact: true })
const filter = () => panel.page.getByRole('textbox', { name: 'Filter services' })
const namesShown = () =>
  panel.page.locator('tbody tr[data-id]').evaluateAll((rows) => rows.map((line) => line.getAttribute('aria-label')))
const stateOf = async (name: string): Promise<string> =>
  (await ask<{ state: string }>(panel.place, 'GET', `/services/${name}`)).state

/** Each test begins on the list as it is without a choice. */
test.beforeEach(async () => {
  await panel.page.keyboard.press('Escape')
  await panel.page.getByRole('link', { name: 'Overview', exact: true }).first().click()
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await expect(row('database')).toBeVisible()
})

test('filters by tokens, which are completed, shown and taken away again', async () => {
  await panel.page.keyboard.press('/')
  await expect(filter()).toBeFocused()
  await panel.page.keyboard.type('tag:w')
  await expect(panel.page.getByRole('option', { name: /^tag:web/ })).toBeVisible()
  await panel.page.keyboard.press('ArrowDown')
  await panel.page.keyboard.press('Enter')
  await expect(panel.page.getByRole('button', { name: 'Remove tag:web' })).toBeVisible()
  await expect.poll(namesShown).toEqual(['api', 'site'])
  await panel.page.keyboard.type('-tag:edge ')
  await expect.poll(namesShown).toEqual(['site'])
  await expect(panel.page).toHaveURL(({ searchParams }) => searchParams.get('filter')?.includes('-tag:edge') ?? false)
  await panel.page.getByRole('button', { name: 'Remove tag:web' }).click()
  await filter().press('Escape')
  await expect(row('database')).toBeVisible()
})

test('says that nothing matches, and shows all again', async () => {
  await filter().fill('nobody-is-called-so')
  await expect(panel.page.getByText('No service matches')).toBeVisible()
  await panel.page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(row('database')).toBeVisible()
})

test('sorts by state with the worst first, and by name', async () => {
  await panel.page.getByRole('button', { name: 'State', exact: true }).click()
  await expect.poll(async () => (await namesShown())[0]).toBe('crasher')
  await panel.page.getByRole('button', { name: 'Name', exact: true }).click()
  await expect.poll(async () => (await namesShown())[1]).toBe('api')
})

test('groups by app, closes a group and tells of its worst', async () => {
  await panel.page.getByRole('button', { name: /^Group:/ }).click()
  await panel.page.getByRole('menuitemradio', { name: 'App' }).click()
  const shop = panel.page.getByRole('row', { name: 'shop, 3' })
  await expect(shop).toContainText('1 needs attention')
  await shop.getByRole('button', { name: 'shop' }).click()
  await expect(row('api')).toHaveCount(0)
  await shop.getByRole('button', { name: 'shop' }).click()
  await expect(row('api')).toBeVisible()
  await panel.page.getByRole('button', { name: /^Group:/ }).click()
  await panel.page.getByRole('menuitemradio', { name: 'None' }).click()
  await expect(shop).toHaveCount(0)
})

test('shows the columns that are chosen, in their order', async () => {
  await panel.page.getByRole('button', { name: 'Columns' }).click()
  await panel.page.getByRole('checkbox', { name: 'App' }).check()
  await panel.page.getByRole('checkbox', { name: 'Restarts' }).uncheck()
  await panel.page.getByRole('button', { name: 'Move App to the left' }).click()
  await panel.page.keyboard.press('Escape')
  const heads = panel.page.getByRole('columnheader')
  await expect(heads.filter({ hasText: 'Restarts' })).toHaveCount(0)
  await expect.poll(async () => (await heads.allTextContents()).join()).toMatch(/\bApp,Tags\b/)
  await panel.page.getByRole('button', { name: 'Columns' }).click()
  await panel.page.getByRole('button', { name: 'As usual' }).click()
  await panel.page.keyboard.press('Escape')
  await expect(heads.filter({ hasText: 'Restarts' })).toHaveCount(1)
})

test('gives the room of a column that nothing stands in to the others, until a person chooses it', async () => {
  const health = panel.page.getByRole('columnheader', { name: 'Health', exact: true })
  await expect(health).toHaveCount(0)
  await panel.page.getByRole('button', { name: 'Columns' }).click()
  await panel.page.getByRole('checkbox', { name: 'Health' }).check()
  await expect(health).toHaveCount(1)
  await panel.page.getByRole('button', { name: 'As usual' }).click()
  await panel.page.keyboard.press('Escape')
  await expect(health).toHaveCount(0)
})

test('walks and acts by keyboard', async () => {
  await filter().fill('tag:sql ')
  await filter().press('Enter')
  await expect(row('database')).toBeFocused()
  await panel.page.keyboard.press('x')
  await expect(panel.page.getByRole('checkbox', { name: 'Select database' })).toBeChecked()
  await panel.page.keyboard.press('Escape')
  await expect(panel.page.getByText('1 selected')).toHaveCount(0)
  await panel.page.keyboard.press('f')
  await panel.page.keyboard.press('Enter')
  await expect(panel.page.getByRole('heading', { level: 1 })).toHaveText('database')
})

test('stops those that are chosen only after it has said who needs them', async () => {
  await filter().fill('tag:web ')
  await expect(row('api')).toContainText('Running')
  await expect(row('site')).toContainText('Running')
  await panel.page.getByRole('button', { name: 'Remove tag:web' }).click()
  await filter().fill('tag:sql ')
  await panel.page.getByRole('checkbox', { name: 'Select database' }).check()
  const bar = panel.page.getByRole('region', { name: 'Selected services' })
  await expect(bar).toContainText('1 selected')
  await bar.getByRole('button', { name: /^Stop/ }).click()
  const question = panel.page.getByRole('dialog')
  await expect(question).toContainText('2 running services depend on it')
  await expect(question).toContainText('api')
  await expect(question).toContainText('site')
  await question.getByRole('button', { name: 'Stop all 3' }).click()
  await expect.poll(() => stateOf('site')).toBe('stopped')
  await expect.poll(() => stateOf('database')).toBe('stopped')
  await expect(row('database')).toContainText('Stopped')
  await panel.page.getByRole('button', { name: 'Remove tag:sql' }).click()
  await filter().fill('tag:web ')
  await expect(row('database')).toHaveCount(0)
  await expect(row('site')).toContainText('Stopped')
  await expect(row('api')).toContainText('Stopped')
  await panel.page.getByRole('checkbox', { name: 'Select all' }).check()
  await bar.getByRole('button', { name: /^Start/ }).click()
  await panel.page.getByRole('dialog').getByRole('button', { name: 'Start all 3' }).click()
  await expect.poll(() => stateOf('site')).toBe('running')
  expect(await stateOf('database')).toBe('running')
})

test('chooses a range and all', async () => {
  await panel.page.getByRole('checkbox', { name: 'Select api' }).click()
  await panel.page.getByRole('checkbox', { name: 'Select crasher' }).click({ modifiers: ['Shift'] })
  await expect(panel.page.getByText('2 selected')).toBeVisible()
  await panel.page.keyboard.press('Control+a')
  await expect(panel.page.getByText(`${5 + many.length} selected`)).toBeVisible()
  await panel.page.keyboard.press('Escape')
  await expect(panel.page.getByRole('region', { name: 'Selected services' })).toHaveCount(0)
})

test('has the pictures of its buttons on the row that is pointed at, whichever scrolling brings there', async () => {
  const pictures = panel.page.locator('tbody tr:hover .acts svg')
  await row('database').hover()
  await expect(pictures).toHaveCount(4)
  await panel.page.mouse.wheel(0, 3_000)
  await expect(row('database').locator('.acts svg')).toHaveCount(0)
  await expect(pictures).toHaveCount(4)
})

test('keeps few rows in the page and reaches the last', async () => {
  await row('database').click({ position: { x: 300, y: 8 } })
  await panel.page.keyboard.press('End')
  await expect(row('site')).toBeFocused()
  expect((await namesShown()).length).toBeLessThan(5 + many.length)
})

for (const scheme of ['light', 'dark'] as const) {
  test(`looks as it should in ${scheme}`, async () => {
    await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await panel.page.screenshot({ path: `test-results/list-${scheme}.png` })
    await panel.page.getByRole('button', { name: /^Group:/ }).click()
    await panel.page.getByRole('menuitemradio', { name: 'App' }).click()
    await panel.page.keyboard.press('Control+a')
    await panel.page.screenshot({ path: `test-results/list-groups-${scheme}.png` })
    await panel.page.keyboard.press('Escape')
    await panel.page.getByRole('button', { name: /^Group:/ }).click()
    await panel.page.getByRole('menuitemradio', { name: 'None' }).click()
    await expect(panel.page.getByRole('row', { name: /^shop, / })).toHaveCount(0)
  })
}

test('complains of nothing on the console', () => {
  expect(panel.complaints).toEqual([])
})

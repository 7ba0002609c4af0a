import AxeBuilder from '@axe-core/playwright'
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  expect,
  type Page,
  type Route,
  test,
} from '@playwright/test'
import { startAgent, type TestAgent } from './agent.ts'
import { makePlace, type Place } from './launch.ts'

const hcl = `
service "web" {
  command = "while :; do echo served; sleep 1; done"
  shell   = true
}
service "crasher" {
  command = "echo 'no database at all' >&2; exit 3"
  shell   = true
  restart {
    policy = "never"
  }
}
`

let place: Place
let agent: TestAgent
let browser: Browser

test.beforeAll(async () => {
  place = makePlace(hcl)
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HXE_')))
  agent = await startAgent(place.dataDir, { ...own, HOME: place.home }, { config: place.config })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
test.afterAll(async () => {
  await browser?.close()
  await agent?.stop()
  await place.remove()
})

/** Errors on the console of the pages of the test that runs. */
let complaints: string[] = []

async function openPage(url: string, options: BrowserContextOptions = {}, expected?: RegExp): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.on('console', (message) => {
    if (expected?.test(message.text())) return
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  return page
}

async function addressOnce(): Promise<string> {
  const answer = await agent.ask('/agent/sign-in-codes', { method: 'POST' })
  return ((await answer.json()) as { url: string }).url
}

const open = async (options: BrowserContextOptions = {}): Promise<Page> => openPage(await addressOnce(), options)

test.beforeEach(() => {
  complaints = []
})
test.afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  expect(complaints).toEqual([])
})

const goTo = (page: Page, name: string): Promise<void> => page.getByRole('link', { name, exact: true }).first().click()

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) })

test('lets a browser in by an address that is good once, and then by its cookie', async () => {
  const address = await addressOnce()
  const page = await openPage(address)
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  expect(page.url()).not.toContain('code')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  // What the server refuses, a browser tells on its console.
  const stranger = await openPage(address, {}, /status of 40[134]/)
  await expect(stranger.getByText('hxe open').first()).toBeVisible()
  await expect(stranger.getByRole('heading', { level: 1, name: 'Overview' })).toHaveCount(0)
})

test('stops and starts a service, on a phone as well', async () => {
  const page = await open()
  await goTo(page, 'Services')
  await row(page, 'web').hover()
  await page.getByRole('button', { name: 'Stop web' }).click()
  await expect(row(page, 'web')).toContainText('Stopped')
  const phone = await open({ viewport: { width: 390, height: 780 }, hasTouch: true })
  await goTo(phone, 'Services')
  await phone.getByRole('link', { name: 'web', exact: true }).first().tap()
  await phone.getByRole('button', { name: 'Start web' }).first().tap()
  await expect(row(page, 'web')).toContainText('Running')
})

test('puts back what was when the agent is not told, says so, and tries again', async () => {
  const page = await openPage(await addressOnce(), {}, /ERR_CONNECTION_FAILED/)
  await goTo(page, 'Services')
  await expect(row(page, 'web')).toContainText('Running')
  const isStop = /\/service-actions/
  const held = new Promise<Route>((resolve) => void page.route(isStop, resolve))
  await row(page, 'web').hover()
  await page.getByRole('button', { name: 'Stop web' }).click()
  await expect(row(page, 'web')).toContainText('Stopping')
  await (await held).abort('connectionfailed')
  await expect(row(page, 'web')).toContainText('Running')
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('web did not stop')
  await page.unroute(isStop)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(row(page, 'web')).toContainText('Stopped')
  await row(page, 'web').hover()
  await page.getByRole('button', { name: 'Start web', exact: true }).click()
  await expect(row(page, 'web')).toContainText('Running')
})

test('shows lines as they are written, and why a service failed', async () => {
  const page = await open()
  await goTo(page, 'Logs')
  await expect(page.getByText('served').first()).toBeVisible()
  await goTo(page, 'Services')
  await page.getByRole('link', { name: 'crasher', exact: true }).first().click()
  await expect(page.getByText('no database at all').first()).toBeVisible()
})

/** What a person could neither see nor scroll to: controls and headings beyond the sides of the window. */
const beyondTheSides = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isScrolled = (element: Element | null): boolean =>
      element !== null &&
      ((/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth) ||
        isScrolled(element.parentElement))
    return [...document.querySelectorAll('main :is(button, a, input, select, h1, h2, h3, td)')]
      .filter((element) => element.closest('.out-of-sight, .last-events') === null && !isScrolled(element))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < 0 || right > window.innerWidth)
      })
      .map((element) => element.outerHTML)
  })

const narrow = {
  'text of twice the size': { width: 640, height: 400 },
  'a phone': { width: 390, height: 844 },
}
for (const [what, viewport] of Object.entries(narrow)) {
  test(`has room for every page with ${what}`, async () => {
    const page = await open({ viewport, reducedMotion: 'reduce' })
    const pages = [
      'Overview',
      'Logs',
      'Metrics',
      'Alerts',
      'Configuration',
      'Fleet',
      'Activity',
      'Settings',
      'Services',
    ]
    // A page that lies over the navigation would take the click for the next one.
    for (const name of pages) {
      await goTo(page, name)
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
      expect(await beyondTheSides(page), name).toEqual([])
    }
    await page.getByRole('link', { name: 'crasher', exact: true }).first().click()
    for (const tab of ['Overview', 'Events', 'Configuration', 'Environment', 'Logs']) {
      await page.getByRole('tab', { name: tab }).click()
      await expect(page.getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true')
      expect(await beyondTheSides(page), tab).toEqual([])
      if (tab === 'Configuration') await expect(page.getByText("echo 'no database at all' >&2; exit 3")).toBeVisible()
    }
    const search = await page.getByRole('textbox', { name: 'Search the logs' }).boundingBox()
    expect(search?.width).toBeGreaterThan(100)
    await page.getByRole('log').scrollIntoViewIfNeeded()
    expect((await page.getByRole('log').boundingBox())?.height).toBeGreaterThan(200)
  })
}

test('keeps the names in sight where the list is scrolled sideways, and has no column that nothing stands in', async () => {
  const page = await open({ viewport: narrow['text of twice the size'] })
  await goTo(page, 'Services')
  const column = (name: string) => page.getByRole('columnheader', { name, exact: true })
  await expect(row(page, 'web')).toContainText('Running')
  await expect(column('Health')).toHaveCount(0)
  await expect(column('Restarts')).not.toBeInViewport({ ratio: 1 })
  await column('Tags').scrollIntoViewIfNeeded()
  await expect(column('Restarts')).toBeInViewport({ ratio: 1 })
  await expect(row(page, 'web').getByRole('link', { name: 'web' })).toBeInViewport({ ratio: 1 })
  await page.getByRole('checkbox', { name: 'Select all' }).click()
  await page.getByRole('region', { name: 'Selected services' }).getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Health' }).click()
  await expect(column('Health')).toHaveCount(1)
})

test('says all of an event on a phone', async () => {
  const page = await open({ viewport: narrow['a phone'] })
  await goTo(page, 'Activity')
  const events = page.getByRole('list', { name: 'Events' }).getByRole('listitem')
  await expect(events.first()).toHaveCSS('height', '50px')
  const tops = await events.evaluateAll((all) => all.slice(0, 3).map((each) => each.getBoundingClientRect().top))
  expect(tops.map((top) => top - (tops[0] ?? 0))).toEqual([0, 50, 100].slice(0, tops.length))
})

test('lists the files over the text where there is no room beside it', async () => {
  const page = await open({ viewport: narrow['text of twice the size'] })
  await goTo(page, 'Configuration')
  const file = page.getByRole('treeitem', { name: 'services.hcl' })
  await expect(page.getByRole('button', { name: 'New file' })).toBeVisible()
  await expect(file).toBeHidden()
  await page.getByRole('button', { name: 'Show the files' }).click()
  await file.click()
  await expect(file).toBeHidden()
  await expect(page.getByRole('textbox', { name: 'Configuration editor' })).toBeFocused()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no serious fault of accessibility on a page in ${colorScheme}`, async () => {
    const page = await open({ colorScheme, reducedMotion: 'reduce' })
    for (const name of ['Overview', 'Services', 'Logs', 'Configuration', 'Activity', 'Settings']) {
      await goTo(page, name)
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(grave.map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html}`)).toEqual([])
    }
  })
}

import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { ask, makePlace, openPanel, type Place } from './launch.ts'

const history = 30_000
const feeds = mkdtempSync(join(tmpdir(), 'hxe-e2e-logs-'))
const feed = (name: string): string => join(feeds, name)
/** Writes what is put into its file: so a test says what a service writes, and when. */
const follower = (name: string) => `
service "${name}" {
  command = "tail -n +1 -F ${feed(name)}"
}
`

const esc = '\u001b'
const charge = (order: string, ms: number): string =>
  `${JSON.stringify({ level: ms > 5000 ? 'error' : 'info', msg: ms > 5000 ? 'charge failed' : 'charge authorised', order, ms })}\n`

test.describe.configure({ mode: 'serial' })

let place: Place
let app: ElectronApplication
let page: Page
let complaints: string[]

const log = () => page.getByRole('log', { name: 'Log lines' })
const line = (text: string | RegExp) => log().locator('.log-item').filter({ hasText: text })
const search = () => page.getByRole('textbox', { name: 'Search the logs' })
const found = () => page.getByRole('search').getByRole('status')
const write = (name: string, text: string): void => appendFileSync(feed(name), text)
const choose = (...services: string[]) =>
  page.evaluate((names) => {
    window.history.pushState(null, '', names.length === 0 ? '/logs' : `/logs?service=${names.join(',')}`)
    window.dispatchEvent(new PopStateEvent('popstate'))
  }, services)

test.beforeAll(async () => {
  const long = Array.from({ length: history }, (_, index) => `line ${index + 1} of the history\n`)
  writeFileSync(feed('long'), long.join(''))
  writeFileSync(
    feed('payments'),
    charge('A-1', 184) +
      charge('A-2', 5002) +
      charge('A-1', 61) +
      `${esc}[36m[boot]${esc}[0m listening on ${esc}[32mhttp://0.0.0.0:3010${esc}[0m\n`,
  )
  writeFileSync(
    feed('gateway'),
    'GET /api/cart 200 12 ms\nWARN upstream timeout after 5000 ms\nERROR 3 of 3 upstreams lost\n',
  )
  writeFileSync(feed('ticker'), 'tick 1\n')
  place = makePlace(['long', 'payments', 'gateway', 'ticker'].map(follower).join(''))
  ;({ app, page, complaints } = await openPanel(place))
  await page.getByRole('link', { name: 'Logs', exact: true }).click()
})

test.afterAll(async () => {
  const ended = once(app.process(), 'exit')
  await ask(place, 'POST', '/agent/shutdown').catch(() => app.process().kill('SIGKILL'))
  await ended
  place.remove()
  rmSync(feeds, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

test('shows the lines of the services one chooses, with their levels and colours', async () => {
  await page.getByRole('button', { name: 'Choose services' }).click()
  await page.getByRole('textbox', { name: 'Find a service' }).fill('pay')
  await page.getByRole('checkbox', { name: 'payments' }).check()
  await page.getByRole('textbox', { name: 'Find a service' }).fill('gate')
  await page.getByRole('checkbox', { name: 'gateway' }).check()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/service=payments%2Cgateway/)
  await expect(line('upstream timeout').locator('.lv')).toHaveText('warn')
  await expect(line('charge failed').locator('.lv')).toHaveText('error')
  await expect(line('charge failed')).toContainText('order=A-2')
  await expect(line('listening on').locator('.fg-green')).toHaveText('http://0.0.0.0:3010')
  await expect(line(/^/)).toHaveCount(7)
})

test('shows the members of a JSON line, and filters by one of them', async () => {
  await line('charge failed').click()
  await expect(log().locator('.detail')).toContainText('5002')
  await page.getByRole('button', { name: 'Filter by order' }).click()
  await expect(line(/charge/)).toHaveCount(1)
  await expect(line('GET /api/cart')).toHaveCount(0)
  await page.getByRole('button', { name: 'Remove filter order' }).click()
  await expect(line('GET /api/cart')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(log().locator('.detail')).toHaveCount(0)
})

test('leaves out what is less bad than asked for', async () => {
  await page.getByRole('button', { name: 'Error', exact: true }).click()
  await expect(line(/^/)).toHaveCount(2)
  await expect(line('3 of 3 upstreams lost')).toBeVisible()
  await page.getByRole('button', { name: 'All', exact: true }).first().click()
  await expect(line('upstream timeout')).toBeVisible()
})

test('follows until one scrolls up, counts what came, and goes on at the end', async () => {
  await choose('long', 'ticker')
  await expect(line(`line ${history} of`)).toBeVisible()
  await log().hover()
  await page.mouse.wheel(0, -800)
  await expect(page.getByText('Following paused')).toBeVisible()
  await expect(line(`line ${history} of`)).toHaveCount(0)
  write('ticker', 'tick 2\ntick 3\n')
  await expect(page.getByRole('button', { name: '2 new lines' })).toBeVisible()
  await page.keyboard.press('End')
  await expect(line('tick 3')).toBeVisible()
  await expect(page.getByText('Following paused')).toHaveCount(0)
  write('ticker', 'tick 4\n')
  await expect(line('tick 4')).toBeVisible()
})

test('goes on following when the window gets another size', async () => {
  await page.setViewportSize({ width: 700, height: 500 })
  await expect(line('tick 4')).toBeInViewport()
  await page.setViewportSize({ width: 1280, height: 800 })
  await expect.poll(() => log().evaluate((element) => element.clientHeight)).toBeGreaterThan(400)
  write('ticker', 'tock\n')
  await expect(line('tock')).toBeInViewport()
  await expect(page.getByText('Following paused')).toHaveCount(0)
})

test('reaches the first line and the last, and holds only some of those between', async () => {
  await choose('long')
  await expect(line(`line ${history} of`)).toBeVisible()
  await page.keyboard.press('g')
  await expect(line(/line 1 of/)).toBeVisible()
  const further = async () => {
    await log().evaluate((element) => element.scrollBy(0, 4000))
    return firstSeen()
  }
  await expect.poll(further).toBeGreaterThan(1000)
  await page.keyboard.press('G')
  await expect(line(`line ${history} of`)).toBeVisible()
  expect(await log().locator('.log-item').count()).toBeLessThan(200)
})

test('keeps what one reads in its place while older lines come', async () => {
  await log().evaluate((element) => element.scrollTo(0, 2000))
  const before = await firstSeen()
  await expect.poll(() => log().evaluate((element) => element.scrollTop)).toBeGreaterThan(5000)
  expect(Math.abs((await firstSeen()) - before)).toBeLessThanOrEqual(1)
})

test('finds hits in all history, and goes from one to the next', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('line (7|1500[0-9]) of')
  await expect(found()).toHaveText('11 hits')
  await page.keyboard.press('Enter')
  await expect(found()).toHaveText('11 of 11 hits')
  await expect(line('line 15009 of').locator('mark')).toHaveText('line 15009 of')
  await page.keyboard.press('Shift+Enter')
  await expect(found()).toHaveText('10 of 11 hits')
  await log().focus()
  await page.keyboard.press('n')
  await expect(found()).toHaveText('11 of 11 hits')
  await page.keyboard.press('n')
  await expect(found()).toHaveText('1 of 11 hits')
  await expect(line('line 7 of')).toBeVisible()
  await page.getByRole('button', { name: 'Show only hits' }).click()
  await expect(line(/^/)).toHaveCount(11)
  await page.getByRole('button', { name: 'Show only hits' }).click()
})

test('says at its place what is wrong with a pattern', async () => {
  await search().fill('(timeout')
  await expect(found()).toContainText(/Unterminated group/)
  await choose('payments')
  await search().fill('^(.*a){25}(.*b){25}(.*c){25}$|^(\\w+ ?)+$!')
  await expect(found()).toContainText(/stopped|0 hits/)
  await search().fill('')
  await expect(found()).toHaveText('')
})

test('goes to a time, and says how one is written', async () => {
  await choose('long')
  await page.getByRole('button', { name: 'Jump to time' }).click()
  await page.getByRole('textbox', { name: 'Time' }).fill('soon')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('That is not a time')
  await page.getByRole('textbox', { name: 'Time' }).fill('1h ago')
  await page.keyboard.press('Enter')
  await expect(line(/line 1 of/)).toBeVisible()
  await expect(page.getByText('Following paused')).toBeVisible()
})

test('goes to where one clicks in the strip of lines over time', async () => {
  await choose('long', 'ticker')
  await expect(page.getByRole('img', { name: /30,\d+ lines/ })).toBeVisible()
  const strip = page.getByRole('img', { name: /lines/ })
  const { width } = (await strip.boundingBox()) ?? { width: 0 }
  await strip.click({ position: { x: width - 2, y: 20 } })
  await expect(line(/tick/).last()).toBeVisible()
  await strip.click({ position: { x: 2, y: 20 } })
  await expect(line(/line 1 of/)).toBeVisible()
})

test('copies the line, the lines that are selected, and saves all of them', async () => {
  await choose('payments')
  await line('listening on').click()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(clipboard).toMatch(/^\S+Z payments \[boot\] listening on http:\/\/0\.0\.0\.0:3010$/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+ArrowUp')
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(async () => (await clipboard()).split('\n').length).toBe(2)
  const file = join(feeds, 'saved.jsonl')
  await app.evaluate(({ session }, path) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path))
  }, file)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Save as JSON lines' }).click()
  await expect.poll(() => linesOf(file).length).toBe(4)
  expect(JSON.parse(linesOf(file)[1] ?? '')).toMatchObject({
    service: 'payments',
    level: 'error',
    fields: { order: 'A-2' },
  })
})

test('clears the view until one wants the earlier lines back', async () => {
  await choose('ticker')
  await expect(line('tick 4')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the view' }).click()
  await expect(line(/^/)).toHaveCount(0)
  write('ticker', 'tick 5\n')
  await expect(line('tick 5')).toBeVisible()
  await expect(line(/^/)).toHaveCount(1)
  await page.getByRole('button', { name: 'Show earlier lines' }).click()
  await expect(line('tick 4')).toBeVisible()
})

test('shows what cannot be seen as its code, and takes only web links for links', async () => {
  const link = (url: string): string => `${esc}]8;;${url}${esc}\\link${esc}]8;;${esc}\\`
  write('ticker', `bytes \u0000\u0007\u202e end <img src=x onerror=alert(1)>\n`)
  write('ticker', `good ${link('https://example.com/')} bad ${link('javascript:alert(1)')}\n`)
  await expect(line('bytes')).toContainText('\\x00\\x07\\u202e end <img src=x onerror=alert(1)>')
  await expect(line('good').getByRole('link')).toHaveCount(1)
  await expect(line('good').getByRole('link')).toHaveAttribute('href', 'https://example.com/')
})

test('wraps long lines, and shows all of them where one opens them', async () => {
  write('ticker', `${'long words '.repeat(60)}end\n`)
  const words = line('long words')
  await expect(words).toBeVisible()
  const low = (await words.boundingBox())?.height ?? 0
  await page.getByRole('button', { name: 'Wrap lines' }).click()
  await expect.poll(async () => (await words.boundingBox())?.height ?? 0).toBeGreaterThan(2 * low)
  await page.getByRole('button', { name: 'Wrap lines' }).click()
  await expect.poll(async () => (await words.boundingBox())?.height ?? 0).toBe(low)
})

test('is moved through by keyboard', async () => {
  await choose('gateway')
  await expect(line('3 of 3 upstreams lost')).toBeVisible()
  await log().focus()
  await page.keyboard.press('f')
  await expect(page.getByText('Following paused')).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(log().locator('.is-open')).toContainText('upstream timeout')
  await page.keyboard.press('Escape')
  await page.keyboard.press('f')
  await expect(page.getByText('Following paused')).toHaveCount(0)
})

test('shows the lines of one service on its page', async () => {
  await page.evaluate(() => {
    window.history.pushState(null, '', '/services/payments/logs')
    window.dispatchEvent(new PopStateEvent('popstate'))
  })
  await expect(line('charge failed')).toBeVisible()
  await search().fill('charge')
  await expect(found()).toHaveText('3 hits')
})

for (const scheme of ['light', 'dark'] as const) {
  test(`looks as it should in ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await choose()
    await search().fill('timeout|charge')
    await expect(found()).toContainText('4 hits')
    await page.keyboard.press('Enter')
    await expect(line('charge authorised').first()).toBeVisible()
    await line('charge failed').click()
    await page.screenshot({ path: `test-results/logs-view-${scheme}.png` })
    await page.keyboard.press('Escape')
    await search().fill('')
  })
}

test('complains of nothing on the console', () => {
  expect(complaints).toEqual([])
})

const clipboard = () => app.evaluate((electron) => electron.clipboard.readText())

/** The number of the first line of the history that is not hidden above. */
const firstSeen = () =>
  log().evaluate((element) => {
    const top = element.getBoundingClientRect().top
    const rows = [...element.querySelectorAll('.log-item')]
    const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
    return Number(/line (\d+) of/.exec(first?.textContent ?? '')?.[1] ?? 0)
  })

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
  } catch {
    // Not begun yet.
    return []
  }
}

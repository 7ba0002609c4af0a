import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, type Locator, test } from '@playwright/test'
import { panelFor } from './shared.ts'

const history = 30_000
/** Writes what is put into its file: so a test says what a service writes, and when. */
const follower = (path: string) => `
service "${basename(path)}" {
  command = "tail -n +1 -F ${path}"
}
`

const esc = '\u001b'
const charge = (order: string, ms: number): string =>
  `${JSON.stringify({ level: ms > 5000 ? 'error' : 'info', msg: ms > 5000 ? 'charge failed' : 'charge authorised', order, ms })}\n`

const long = Array.from({ length: history }, (_, index) => `line ${index + 1} of the history\n`)
const feeds: Readonly<Record<string, string>> = {
  long: long.join(''),
  payments: `${charge('A-1', 184)}${charge('A-2', 5002)}${charge('A-1', 61)}${esc}[36m[boot]${esc}[0m listening on ${esc}[32mhttp://0.0.0.0:3010${esc}[0m\n`,
  gateway: 'GET /api/cart 200 12 ms\nWARN upstream timeout after 5000 ms\nERROR 3 of 3 upstreams lost\n',
  ticker: 'tick 1\n',
}

const panel = panelFor('file', (home) => {
  const paths = Object.keys(feeds).map((name) => join(home, name))
  for (const path of paths) writeFileSync(path, feeds[basename(path)] ?? '')
  return paths.map(follower).join('')
})

const log = () => panel.page.getByRole('log', { name: 'Log lines' })
const line = (text: string | RegExp) => log().locator('.log-item').filter({ hasText: text })
const search = () => panel.page.getByRole('textbox', { name: 'Search the logs' })
const found = () => panel.page.getByRole('search').getByRole('status')
const write = (name: string, text: string): void => appendFileSync(join(panel.place.home, name), text)
const choose = (...services: string[]) =>
  panel.page.evaluate((names) => {
    window.history.pushState(null, '', names.length === 0 ? '/logs' : `/logs?service=${names.join(',')}`)
    window.dispatchEvent(new PopStateEvent('popstate'))
  }, services)

/** Each test begins on the lines of all services, as one who comes there. */
test.beforeEach(async () => {
  await panel.page.getByRole('link', { name: 'Overview', exact: true }).click()
  await panel.page.getByRole('link', { name: 'Logs', exact: true }).click()
  await expect(log()).toBeVisible()
})

test('shows the lines of the services one chooses, with their levels and colours', async () => {
  await panel.page.getByRole('button', { name: 'Choose services' }).click()
  await panel.page.getByRole('textbox', { name: 'Find a service' }).fill('pay')
  await panel.page.getByRole('checkbox', { name: 'payments' }).check()
  await panel.page.getByRole('textbox', { name: 'Find a service' }).fill('gate')
  await panel.page.getByRole('checkbox', { name: 'gateway' }).check()
  await panel.page.keyboard.press('Escape')
  await expect(panel.page).toHaveURL(/service=payments%2Cgateway/)
  await expect(line('upstream timeout').locator('.lv')).toHaveText('warn')
  await expect(line('charge failed').locator('.lv')).toHaveText('error')
  await expect(line('charge failed')).toContainText('order=A-2')
  await expect(line('listening on').locator('.fg-green')).toHaveText('http://0.0.0.0:3010')
  await expect(line(/^/)).toHaveCount(7)
})

test('shows the members of a JSON line, and filters by one of them', async () => {
  await choose('payments', 'gateway')
  await line('charge failed').click()
  await expect(log().locator('.detail')).toContainText('5002')
  await panel.page.getByRole('button', { name: 'Filter by order' }).click()
  await expect(line(/charge/)).toHaveCount(1)
  await expect(line('GET /api/cart')).toHaveCount(0)
  await panel.page.getByRole('button', { name: 'Remove filter order' }).click()
  await expect(line('GET /api/cart')).toBeVisible()
  await panel.page.keyboard.press('Escape')
  await expect(log().locator('.detail')).toHaveCount(0)
})

test('leaves out what is less bad than asked for', async () => {
  await choose('payments', 'gateway')
  await panel.page.getByRole('button', { name: 'Error', exact: true }).click()
  await expect(line(/^/)).toHaveCount(2)
  await expect(line('3 of 3 upstreams lost')).toBeVisible()
  await panel.page.getByRole('button', { name: 'All', exact: true }).first().click()
  await expect(line('upstream timeout')).toBeVisible()
})

test('follows until one scrolls up, counts what came, and goes on at the end', async () => {
  await choose('long', 'ticker')
  await expect(line(`line ${history} of`)).toBeVisible()
  await log().hover()
  await panel.page.mouse.wheel(0, -800)
  await expect(panel.page.getByText('Following paused')).toBeVisible()
  await expect(line(`line ${history} of`)).toHaveCount(0)
  write('ticker', 'tick 2\ntick 3\n')
  await expect(panel.page.getByRole('button', { name: '2 new lines' })).toBeVisible()
  await panel.page.keyboard.press('End')
  await expect(line('tick 3')).toBeVisible()
  await expect(panel.page.getByText('Following paused')).toHaveCount(0)
  write('ticker', 'tick 4\n')
  await expect(line('tick 4')).toBeVisible()
})

test('goes on following when the window gets another size', async () => {
  await choose('long', 'ticker')
  write('ticker', 'tack\n')
  await expect(line('tack')).toBeInViewport()
  await panel.page.setViewportSize({ width: 700, height: 500 })
  await expect.poll(() => log().evaluate((element) => element.clientHeight)).toBeLessThan(400)
  await expect(line('tack')).toBeInViewport()
  await panel.page.setViewportSize({ width: 1280, height: 800 })
  await expect.poll(() => log().evaluate((element) => element.clientHeight)).toBeGreaterThan(400)
  write('ticker', 'tock\n')
  await expect(line('tock')).toBeInViewport()
  await expect(panel.page.getByText('Following paused')).toHaveCount(0)
})

test('reaches the first line and the last, and holds only some of those between', async () => {
  await choose('long')
  await expect(line(`line ${history} of`)).toBeVisible()
  await panel.page.keyboard.press('g')
  await expect(line(/line 1 of/)).toBeVisible()
  await expect.poll(async () => (await linesAtTop({ byPx: 4000 })).at(-1)).toBeGreaterThan(1000)
  await panel.page.keyboard.press('G')
  await expect(line(`line ${history} of`)).toBeVisible()
  expect(await log().locator('.log-item').count()).toBeLessThan(200)
})

test('keeps what one reads in its place while older lines come', async () => {
  await choose('long')
  await expect(line(`line ${history} of`)).toBeVisible()
  const seen = await linesAtTop({ toPx: 2000, untilPx: 5000 })
  expect(Math.max(...seen) - Math.min(...seen)).toBeLessThanOrEqual(1)
})

test('finds hits in all history, and goes from one to the next', async () => {
  await choose('long')
  await expect(line(`line ${history} of`)).toBeVisible()
  await panel.page.keyboard.press('/')
  await panel.page.keyboard.type('line (7|1500[0-9]) of')
  await expect(found()).toHaveText('11 hits')
  await panel.page.keyboard.press('Enter')
  await expect(found()).toHaveText('11 of 11 hits')
  await expect(line('line 15009 of').locator('mark')).toHaveText('line 15009 of')
  await panel.page.keyboard.press('Shift+Enter')
  await expect(found()).toHaveText('10 of 11 hits')
  await log().focus()
  await panel.page.keyboard.press('n')
  await expect(found()).toHaveText('11 of 11 hits')
  await panel.page.keyboard.press('n')
  await expect(found()).toHaveText('1 of 11 hits')
  await expect(line('line 7 of')).toBeVisible()
  await panel.page.getByRole('button', { name: 'Show only hits' }).click()
  await expect(line(/^/)).toHaveCount(11)
  await panel.page.getByRole('button', { name: 'Show only hits' }).click()
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
  await panel.page.getByRole('button', { name: 'Jump to time' }).click()
  await panel.page.getByRole('textbox', { name: 'Time' }).fill('soon')
  await panel.page.keyboard.press('Enter')
  await expect(panel.page.getByRole('alert')).toContainText('That is not a time')
  await panel.page.getByRole('textbox', { name: 'Time' }).fill('1h ago')
  await panel.page.keyboard.press('Enter')
  await expect(line(/line 1 of/)).toBeVisible()
  await expect(panel.page.getByText('Following paused')).toBeVisible()
})

test('goes to where one clicks in the strip of lines over time', async () => {
  await choose('long', 'ticker')
  await expect(panel.page.getByRole('img', { name: /30,\d+ lines/ })).toBeVisible()
  write('ticker', 'the newest\n')
  await expect(line('the newest')).toBeVisible()
  const strip = panel.page.getByRole('img', { name: /lines/ })
  await strip.click({ position: { x: 2, y: 20 } })
  await expect(line(/line 1 of/)).toBeVisible()
  await expect(line('the newest')).toHaveCount(0)
  await strip.click({ position: { x: (await widthOf(strip)) - 2, y: 20 } })
  await expect(line('the newest')).toBeVisible()
})

test('copies the line, the lines that are selected, and saves all of them', async () => {
  await choose('payments')
  await line('listening on').click()
  await panel.page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(clipboard).toMatch(/^\S+Z payments \[boot\] listening on http:\/\/0\.0\.0\.0:3010$/)
  await panel.page.keyboard.press('Escape')
  await panel.page.keyboard.press('Shift+ArrowUp')
  await panel.page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(async () => (await clipboard()).split('\n').length).toBe(2)
  const file = join(panel.place.home, 'saved.jsonl')
  await panel.app.evaluate(({ session }, path) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path))
  }, file)
  await panel.page.getByRole('button', { name: 'Save', exact: true }).click()
  await panel.page.getByRole('menuitem', { name: 'Save as JSON lines' }).click()
  await expect.poll(() => linesOf(file).length).toBe(4)
  expect(JSON.parse(linesOf(file)[1] ?? '')).toMatchObject({
    service: 'payments',
    level: 'error',
    fields: { order: 'A-2' },
  })
})

test('clears the view until one wants the earlier lines back', async () => {
  await choose('ticker')
  await expect(line('tick 1')).toBeVisible()
  await panel.page.getByRole('button', { name: 'Clear the view' }).click()
  await expect(line(/^/)).toHaveCount(0)
  write('ticker', 'tick 5\n')
  await expect(line('tick 5')).toBeVisible()
  await expect(line(/^/)).toHaveCount(1)
  await panel.page.getByRole('button', { name: 'Show earlier lines' }).click()
  await expect(line('tick 1')).toBeVisible()
})

test('shows what cannot be seen as its code, and takes only web links for links', async () => {
  await choose('ticker')
  const link = (url: string): string => `${esc}]8;;${url}${esc}\\link${esc}]8;;${esc}\\`
  write('ticker', `bytes \u0000\u0007\u202e end <img src=x onerror=alert(1)>\n`)
  write('ticker', `good ${link('https://example.com/')} bad ${link('javascript:alert(1)')}\n`)
  await expect(line('bytes')).toContainText('\\x00\\x07\\u202e end <img src=x onerror=alert(1)>')
  await expect(line('good').getByRole('link')).toHaveCount(1)
  await expect(line('good').getByRole('link')).toHaveAttribute('href', 'https://example.com/')
})

test('wraps long lines, and shows all of them where one opens them', async () => {
  await choose('ticker')
  write('ticker', `${'long words '.repeat(60)}end\n`)
  const words = line('long words')
  const heightOf = () => words.evaluate((row) => row.getBoundingClientRect().height)
  const low = await heightOf()
  await panel.page.getByRole('button', { name: 'Wrap lines' }).click()
  await expect.poll(heightOf).toBeGreaterThan(2 * low)
  await panel.page.getByRole('button', { name: 'Wrap lines' }).click()
  await expect.poll(heightOf).toBe(low)
})

test('is moved through by keyboard', async () => {
  await choose('gateway')
  await expect(line('3 of 3 upstreams lost')).toBeVisible()
  await log().focus()
  await panel.page.keyboard.press('f')
  await expect(panel.page.getByText('Following paused')).toBeVisible()
  await panel.page.keyboard.press('ArrowDown')
  await panel.page.keyboard.press('ArrowDown')
  await panel.page.keyboard.press('Enter')
  await expect(log().locator('.is-open')).toContainText('upstream timeout')
  await panel.page.keyboard.press('Escape')
  await panel.page.keyboard.press('f')
  await expect(panel.page.getByText('Following paused')).toHaveCount(0)
})

test('keeps what it tells off the bar that goes on following', async () => {
  await choose('gateway')
  await expect(line('3 of 3 upstreams lost')).toBeVisible()
  await log().focus()
  await panel.page.keyboard.press('f')
  await expect(panel.page.getByText('Following paused')).toBeVisible()
  // Looked at as soon as it is there: it goes by itself.
  const gapPx = panel.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const [toast, bar] = ['.toast', '.follow-bar'].map((name) => document.querySelector(name))
          if (toast && bar) resolve(bar.getBoundingClientRect().top - toast.getBoundingClientRect().bottom)
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
  await panel.page.getByRole('button', { name: 'Copy', exact: true }).click()
  expect(await gapPx).toBeGreaterThanOrEqual(0)
})

test('shows the lines of one service on its page', async () => {
  await panel.page.evaluate(() => {
    window.history.pushState(null, '', '/services/payments/logs')
    window.dispatchEvent(new PopStateEvent('popstate'))
  })
  await expect(line('charge failed')).toBeVisible()
  await search().fill('charge')
  await expect(found()).toHaveText('3 hits')
})

for (const scheme of ['light', 'dark'] as const) {
  test(`looks as it should in ${scheme}`, async () => {
    await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    // Of these few, all are in sight, whatever came first from which service.
    await choose('payments', 'gateway')
    await search().fill('timeout|charge')
    await expect(found()).toContainText('4 hits')
    await panel.page.keyboard.press('Enter')
    await expect(line('charge authorised').first()).toBeVisible()
    await line('charge failed').click()
    await panel.page.screenshot({ path: `test-results/logs-view-${scheme}.png` })
    await panel.page.keyboard.press('Escape')
    await search().fill('')
  })
}

test('complains of nothing on the console', () => {
  expect(panel.complaints).toEqual([])
})

const clipboard = () => panel.app.evaluate((electron) => electron.clipboard.readText())

const widthOf = (element: Locator) => element.evaluate((node) => node.getBoundingClientRect().width)

interface Scroll {
  toPx?: number
  byPx?: number
  /** Looks until older lines have pushed what is seen down so far. */
  untilPx?: number
}

/** Scrolls, and tells which lines of the history stood at the upper edge in each picture that was drawn; 0 where none did. */
const linesAtTop = (scroll: Scroll) =>
  log().evaluate((element, { toPx, byPx = 0, untilPx = 0 }) => {
    const numbers: number[] = []
    const numberAtTop = (): number => {
      const edge = element.getBoundingClientRect().top + 1
      const rows = [...element.querySelectorAll('.log-item')].map((row) => [row, row.getBoundingClientRect()] as const)
      const [row] = rows.find(([, { top, bottom }]) => top <= edge && edge < bottom) ?? []
      return Number(/line (\d+) of/.exec(row?.textContent ?? '')?.[1] ?? 0)
    }
    element.scrollTo(0, toPx ?? element.scrollTop + byPx)
    return new Promise<number[]>((resolve) => {
      const look = (): void => {
        numbers.push(numberAtTop())
        if (element.scrollTop >= untilPx) resolve(numbers)
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
  }, scroll)

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

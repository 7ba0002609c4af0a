import { mkdirSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { panelFor, pressTogether } from './shared.ts'

// A third of a core, and 120 MB that are held.
const eats = `const held = Buffer.alloc(120e6, 1); console.log("eats", held.length)
setInterval(() => { const until = Date.now() + 150; while (Date.now() < until); }, 450)`

const hcl = `
service "eater" {
  command = "node"
  args    = ["-e", ${JSON.stringify(eats)}]
  resources {
    memory_limit = "256MB"
  }
}
service "idle" {
  command = "sleep 600"
}
service "probed" {
  command = "sleep 600"
  health_check "well" {
    type     = "exec"
    command  = "true"
    interval = "1s"
  }
  health_check "ill" {
    type     = "exec"
    command  = "false"
    interval = "1s"
    retries  = 1
  }
}
service "stopped" {
  command   = "sleep 600"
  autostart = false
}
`

const panel = panelFor('file', hcl)

const heading = () => panel.page.getByRole('heading', { level: 1 })
const page = (name: string) =>
  panel.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
/** A plot, which is a slider along its time: its text says the value at the cursor. */
const plot = (name: string) => panel.page.getByRole('slider', { name: `${name} over time` })
const said = async (name: string): Promise<string> => (await plot(name).getAttribute('aria-valuetext')) ?? ''
const figure = async (name: string): Promise<number> =>
  Number(/ ([\d.]+) \S+ at /.exec(await said(name))?.[1] ?? Number.NaN)

async function open(name: string): Promise<void> {
  await page('Services')
  await panel.page.getByRole('row', { name, exact: true }).getByRole('link', { name, exact: true }).click()
  await expect(heading()).toHaveText(name)
}

test.afterEach(() => expect(panel.complaints).toEqual([]))

test('shows what a service takes of the processor and of memory', async () => {
  await open('eater')
  await expect.poll(() => figure('CPU')).toBeGreaterThan(5)
  await expect.poll(() => figure('Memory')).toBeGreaterThan(120)
  const memory = panel.page.getByRole('region', { name: 'Memory', exact: true })
  await expect(memory).toContainText(/limit 256 MB/)
  await expect(memory.locator('.recharts-area-curve')).toHaveAttribute('d', /\d[LC]/)
  await expect(panel.page.getByText(/^There is nothing yet from before these \d+ (s|min)\.$/)).toBeVisible()
})

test('says what was when a service did not run', async () => {
  await open('stopped')
  await expect(panel.page.getByRole('region', { name: 'CPU', exact: true })).toContainText('It has not run yet')
  await expect(plot('CPU')).toHaveAttribute('aria-valuetext', /^CPU not measured at /)
})

test('reads a chart by the keyboard, and opens the logs of a moment', async () => {
  await open('eater')
  await expect.poll(() => figure('CPU')).toBeGreaterThan(5)
  await plot('CPU').focus()
  await panel.page.keyboard.press('End')
  const end = Number(await plot('CPU').getAttribute('aria-valuenow'))
  await panel.page.keyboard.press('ArrowLeft')
  await expect.poll(async () => Number(await plot('CPU').getAttribute('aria-valuenow'))).toBeLessThan(end)
  await expect(plot('Memory')).toHaveAttribute('aria-valuetext', /^Memory .* at \d\d:\d\d/)

  const range = panel.page.getByRole('group', { name: 'Time range' })
  await expect(range.getByRole('button', { name: '1 h', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await panel.page.keyboard.press('+')
  await expect(range.locator('[aria-pressed="true"]')).toHaveCount(0)
  await panel.page.keyboard.press('0')
  await expect(range.getByRole('button', { name: '1 h', exact: true })).toHaveAttribute('aria-pressed', 'true')

  await panel.page.keyboard.press('End')
  await panel.page.keyboard.press('Enter')
  await expect(panel.page.getByRole('tab', { name: 'Logs' })).toHaveAttribute('aria-selected', 'true')
  await expect(heading()).toHaveText('eater')
})

test('shows the chart around a line of the log', async () => {
  await page('Logs')
  await panel.page.getByText(/^eats \d/).click()
  await panel.page.getByRole('link', { name: 'Show the chart around it' }).click()
  await expect(heading()).toHaveText('eater')
  await expect(panel.page.getByRole('button', { name: /\d\d:\d\d.* – / })).toBeVisible()
  await expect(plot('CPU')).toBeVisible()
})

test('zooms into what is dragged over', async () => {
  await open('idle')
  await expect(plot('CPU')).toBeVisible()
  const box = await plot('CPU').boundingBox()
  if (!box) throw new Error('The plot is not on the page')
  const y = box.y + box.height / 2
  await panel.page.mouse.move(box.x + box.width * 0.5, y)
  await panel.page.mouse.down()
  await panel.page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 })
  await panel.page.mouse.up()
  await expect(panel.page.getByRole('button', { name: /\d\d:\d\d.* – / })).toBeVisible()
  await panel.page.getByRole('button', { name: '15 min', exact: true }).click()
  await expect(panel.page.getByRole('button', { name: / – / })).toHaveCount(0)
})

test('compares services on the page of metrics', async () => {
  await page('Services')
  await pressTogether(panel.page, 'g', 'm')
  await expect(heading()).toHaveText('Metrics')
  await panel.page.getByRole('button', { name: 'Choose services' }).click()
  const services = panel.page.getByRole('dialog', { name: 'Services' })
  await services.getByRole('checkbox', { name: 'eater' }).check()
  await services.getByRole('checkbox', { name: 'idle' }).check()
  await panel.page.keyboard.press('Escape')
  await expect.poll(() => said('CPU')).toMatch(/^CPU eater \d.*idle/)
  await panel.page.getByRole('combobox', { name: 'Metric' }).selectOption({ label: 'Memory' })
  await expect.poll(() => said('Memory')).toMatch(/^Memory eater 1\d\d MB, idle/)
  await expect.poll(() => said('CPU of the host')).toMatch(/^CPU of the host [\d.]+ % at /)
})

test('shows what each probe of a service has answered, and probes at once', async () => {
  await open('probed')
  await panel.page.getByRole('tab', { name: 'Health' }).click()
  const well = panel.page.getByRole('region', { name: 'Probe well' })
  await expect(well).toContainText('Passing')
  await expect(well.getByRole('img')).toHaveAccessibleName(/^\d+ of the last \d+ answers passed/)
  const ill = panel.page.getByRole('region', { name: 'Probe ill' })
  await expect(ill).toContainText('Failing')
  await expect(ill.getByRole('list', { name: 'Answers of ill to probed' })).toContainText('1')
  await expect(panel.page.getByText('1 of 2 pass')).toBeVisible()
  await panel.page.getByRole('button', { name: 'Probe now' }).click()
  await expect(panel.page.getByText('probed does not answer as it should')).toBeVisible()
  await page('Services')
  const row = panel.page.getByRole('row', { name: 'probed', exact: true })
  await expect(row).toContainText('Unhealthy')
  await expect(row).toContainText('Failing')
})

for (const scheme of ['light', 'dark'] as const)
  test(`has no serious fault of accessibility where there are charts in ${scheme}`, async () => {
    mkdirSync('test-results', { recursive: true })
    await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await expect.poll(() => panel.page.evaluate(() => document.documentElement.dataset.theme)).toBe(scheme)
    await page('Metrics')
    await expect(plot('CPU of the host')).toBeVisible()
    await check(`metrics-${scheme}`)
    await open('eater')
    await expect(plot('Memory')).toBeVisible()
    await check(`service-${scheme}`)
    await panel.page.getByRole('tab', { name: 'Health' }).click()
    await expect(panel.page.getByText('eater has no probe')).toBeVisible()
    await open('probed')
    await panel.page.getByRole('tab', { name: 'Health' }).click()
    await expect(panel.page.getByRole('region', { name: 'Probe ill' })).toContainText('Failing')
    await check(`health-${scheme}`)
  })

async function check(name: string): Promise<void> {
  await panel.page.screenshot({ path: `test-results/charts-${name}.png` })
  // Electron has no page of its own for axe to run in, hence its older way.
  const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`)).toEqual([])
}

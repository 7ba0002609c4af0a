// The pictures of the README: the panel in the real Electron, on services of which some fail.
//   xvfb-run -a -s '-screen 0 1440x900x24' dbus-run-session -- npx tsx scripts/picture.mjs
import { once } from 'node:events'
import { join } from 'node:path'
import { formatFile } from '../agent/config/index.ts'
import { ask, makePlace, openPanel } from '../e2e/launch.ts'
import { root } from './lib/files.mjs'

const size = { width: 1280, height: 800 }
const steady = (what) => `while :; do echo '${what}'; sleep 3; done`

const service = (name, description, command, more = '') => `
service "${name}" {
  description = "${description}"
  command     = ${JSON.stringify(command)}
  shell       = true
${more}
}`

const hcl = [
  `app "shop" {
  description = "The shop, on one machine"
  services    = ["web", "api", "database", "cache", "worker", "mailer", "invoices", "search", "migrate", "backup"]
}`,
  service('database', 'Orders and customers', steady('checkpoint complete: wrote 12 buffers')),
  service('cache', 'Sessions', steady('1 changes in 900 seconds. Saving')),
  service('migrate', 'Brings the tables up to date', 'echo "3 migrations applied"', '  type = "task"'),
  service(
    'api',
    'What web and apps ask',
    steady('GET /orders 200 in 4 ms'),
    '  depends_on = ["database", "cache"]\n  tags = ["http"]',
  ),
  service(
    'web',
    'What customers see',
    steady('GET / 200 in 2 ms'),
    '  depends_on = ["api"]\n  ports = [3411]\n  tags = ["http"]',
  ),
  service('worker', 'Sends orders to the warehouse', steady('order 4711 sent')),
  service(
    'mailer',
    'Tells customers',
    'echo "Error: connect ECONNREFUSED 127.0.0.1:1025" >&2; sleep 0.2; exit 1',
    '  restart {\n    delay = "50ms"\n    max_retries = 4\n  }',
  ),
  service('invoices', 'Sends what search finds', steady('idle'), '  depends_on = ["search"]'),
  `service "search" {
  description = "Finds things"
  command     = "nodee search.js"
}`,
  service('backup', 'Every night', 'echo "backup done"', '  type     = "cron"\n  schedule = "15 3 * * *"'),
]
  .map((text) => text.trim())
  .join('\n\n')

async function settled(place) {
  for (let look = 0; look < 300; look++) {
    const { items } = await ask(place, 'GET', '/services').catch(() => ({ items: [] }))
    const moving = items.some(({ state }) => state === 'starting' || state === 'stopping')
    const failed = ['mailer', 'search'].every((name) =>
      items.some((each) => each.name === name && each.state === 'failed'),
    )
    const measured = items.every(({ state, memoryBytes }) => state !== 'running' || memoryBytes !== null)
    if (failed && measured && !moving) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The services did not come to rest within 30 seconds')
}

const { text } = await formatFile('services.hcl', `${hcl}\n`)
const place = makePlace(text)
const { app, page } = await openPanel(place)
try {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height)
  }, size)
  await page.emulateMedia({ colorScheme: 'light' })
  await settled(place)
  await page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await page.waitForTimeout(12_000)
  await page.screenshot({ path: join(root, 'docs', 'panel-light.png') })
  await page.getByRole('link', { name: 'mailer', exact: true }).first().click()
  await page.waitForTimeout(1_500)
  await page.screenshot({ path: join(root, 'docs', 'why-light.png') })
  await page.getByRole('link', { name: 'Configuration', exact: true }).first().click()
  await page.getByRole('textbox', { name: 'Configuration editor' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\nservice "reports" {\n  command    = "sleep 3600"\n  depends_on = ["databse"]\n}\n')
  await page.getByRole('list', { name: 'Problems' }).getByText('databse').first().waitFor()
  await page.waitForTimeout(1_500)
  await page.screenshot({ path: join(root, 'docs', 'editor-light.png') })
} finally {
  const ended = once(app.process(), 'exit')
  await ask(place, 'POST', '/agent/shutdown').catch(() => app.process().kill('SIGKILL'))
  await ended
  await place.remove()
}

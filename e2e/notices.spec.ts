import { expect, test } from '@playwright/test'
import { ask } from './launch.ts'
import { NotificationServer } from './notifications.ts'
import { panelFor } from './shared.ts'

test.skip(process.platform !== 'linux', 'The desktop that shows notifications is played on a session bus')

const patient = { timeout: 20_000 }
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const failing = (name: string): string => `
service "${name}" {
  command   = "exit 3"
  shell     = true
  autostart = false
  restart {
    policy = "never"
  }
}
`

let server: NotificationServer
test.beforeEach(async () => {
  server = await NotificationServer.open()
})
const panel = panelFor('test', names.map(failing).join(''))
test.afterEach(() => server.close())

const titles = (): string[] => server.shown.map(({ title }) => title)
const fail = (name: string) => ask(panel.place, 'POST', `/services/${name}/start`)
/** Who looks at the window sees there what has failed. */
const look = (isLooking: boolean) =>
  panel.app.evaluate(
    ({ BrowserWindow }, on) => BrowserWindow.getAllWindows().map((window) => (on ? window.show() : window.hide())),
    isLooking,
  )

test('many failures at once are one notice that names some of them', async () => {
  await look(false)
  await Promise.all(names.map(fail))
  await expect.poll(() => titles().some((title) => /^\d services failed$/.test(title)), patient).toBe(true)
  expect(titles().length).toBeLessThan(names.length)
})

test('nothing is told while notices are switched off, and again when they are on', async () => {
  await panel.page.getByRole('link', { name: 'Settings', exact: true }).first().click()
  const wanted = panel.page.getByRole('switch', { name: 'Notifications' })
  await wanted.uncheck()
  await look(false)
  await fail('a')
  const stateOfA = async (): Promise<string> => (await ask<{ state: string }>(panel.place, 'GET', '/services/a')).state
  await expect.poll(stateOfA, patient).toBe('failed')
  await look(true)
  // The page and who tells of failures hear of it at once.
  await expect(panel.page.getByRole('link', { name: 'Services', exact: true }).first()).toContainText('1', patient)
  await wanted.check()
  await look(false)
  await expect
    .poll(async () => {
      await fail('b')
      return titles()
    }, patient)
    .toContain('b failed')
  expect(titles()).not.toContain('a failed')
})

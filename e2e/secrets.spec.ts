import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { foundBelow, kindsIn, makeCanaries } from './secrets/canaries.ts'
import { panelFor } from './shared.ts'

const canaries = makeCanaries('literal of a secret name', 'sensitive variable', 'password in an address', 'edit')

const panel = panelFor(
  'file',
  `variable "p" {
  sensitive = true
  default   = "${canaries['sensitive variable']}"
}
service "web" {
  command = "sleep 1000"
  environment = {
    A            = var.p
    API_TOKEN    = "${canaries['literal of a secret name']}"
    DATABASE_URL = "postgres://anna:${canaries['password in an address']}@localhost/db"
  }
}
service "not-there" {
  command = "no-such-program-at-all"
  environment = {
    API_TOKEN = "${canaries['literal of a secret name']}"
  }
}
`,
)

test.afterEach(() => expect(panel.complaints).toEqual([]))

test('no page shows a secret, but for the text of the file in the editor', async () => {
  const { page } = panel
  const shown: string[] = []
  const look = async (where: string): Promise<void> => {
    shown.push(...kindsIn(canaries, await page.content()).map((kind) => `${where}: ${kind}`))
  }
  for (const name of ['Overview', 'Services', 'Logs', 'Activity', 'Settings']) {
    await page.getByRole('link', { name, exact: true }).first().click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await look(name)
  }
  for (const service of ['web', 'not-there']) {
    await page.getByRole('link', { name: 'Services', exact: true }).first().click()
    await page.getByRole('link', { name: service, exact: true }).first().click()
    const tabs = page.getByRole('tab')
    await expect(tabs.first()).toBeVisible()
    // The number of processes stands in the name of its tab, so it is gone by place.
    for (let at = 0; at < (await tabs.count()); at += 1) {
      const tab = tabs.nth(at)
      const name = (await tab.textContent()) ?? ''
      if (name.startsWith('Configuration')) continue
      await tab.click()
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      await expect(page.getByRole('tabpanel')).not.toBeEmpty()
      await look(`${service}, ${name}`)
    }
  }
  expect(shown).toEqual([])
})

test('what is edited and not applied lies open nowhere', async () => {
  const { page, app, place } = panel
  await page.getByRole('link', { name: 'Configuration', exact: true }).first().click()
  await page.locator('.cm-line').first().click()
  await page.keyboard.type(`# ${canaries.edit}\n`)
  const kept = join(await app.evaluate((electron) => electron.app.getPath('userData')), 'edits.json')
  await expect.poll(() => existsSync(kept) && readFileSync(kept, 'utf8')).toContain('hxe1:')
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  expect(kindsIn(canaries, stored)).toEqual([])
  expect(foundBelow(place.home, canaries).filter((found) => !found.startsWith('services.hcl:'))).toEqual([])
})

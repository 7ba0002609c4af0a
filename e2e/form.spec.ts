import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, test } from '@playwright/test'
import { panelFor } from './shared.ts'

const hcl = `# ours
variable "seconds" {
  default = 600
}

template "base" {
  restart {
    delay = "3s"
  }
}

service "web" { # in front
  extends     = "base"
  command     = "sleep \${var.seconds}" # for a while
  environment = {
    # where
    PORT      = "3000"
    API_TOKEN = "canary"
  }
  stop { timeout = "2s" }
}
`
const panel = panelFor('test', hcl)
const form = (): Locator => panel.page.getByRole('form', { name: 'Fields of web' })
const field = (name: string): Locator => form().getByLabel(name, { exact: true })
const text = (): Locator => panel.page.getByRole('textbox', { name: 'HCL of the service in' })

const line = (beginning: string): Locator =>
  text()
    .locator('.cm-line')
    .filter({ hasText: new RegExp(`^\\s*${beginning}\\b`) })

test.beforeEach(async () => {
  const { page } = panel
  await page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await page.getByRole('link', { name: 'web', exact: true }).first().click()
  await page.getByRole('tab', { name: 'Configuration' }).click()
  await page.getByText('Form', { exact: true }).click()
  await expect(field('command')).toHaveValue('sleep 600')
})
test.afterEach(() => expect(panel.complaints).toEqual([]))

test('a field that is changed is in the HCL, and HCL that is typed is in the fields', async () => {
  await field('timeout').fill('9s')
  await field('timeout').press('Enter')
  await expect(text()).toContainText('stop { timeout = "9s" }')
  await line('stop').click()
  await panel.page.keyboard.press('End')
  await panel.page.keyboard.press('Enter')
  await panel.page.keyboard.type('nice = 7')
  await expect(field('nice')).toHaveValue('7')
  await field('tags').fill('front\nold')
  await field('tags').blur()
  await expect(line('tags')).toContainText('tags = ["front", "old"]')
  await expect(text()).toContainText('# where')
  expect(readFileSync(panel.place.config, 'utf8')).toBe(hcl)
  await expect(panel.page.getByRole('link', { name: 'Plan and apply…' })).toBeVisible()
})

test('what is wrong is marked where it stands, and the numbers are those of the file', async () => {
  await expect(text()).toContainText('service "web"')
  await expect(
    panel.page.locator('.form-lines .cm-lineNumbers .cm-gutterElement').getByText('12', { exact: true }),
  ).toBeVisible()
  await line('stop').click()
  await panel.page.keyboard.press('Home')
  await panel.page.keyboard.type('nice = 99 # ')
  await expect(line('nice').locator('.cm-lens')).toBeVisible()
  await expect(field('nice')).toHaveValue('99')
})

test('a block is added, filled and taken away', async () => {
  const kind = form().getByRole('combobox', { name: 'Kind of block' })
  await kind.selectOption('watch')
  await form().getByRole('button', { name: 'Add block' }).click()
  await expect(text()).toContainText('watch {}')
  await field('paths').fill('src\none\\\ntwo')
  await field('paths').blur()
  await expect(text()).toContainText('paths = ["src", "one\\ntwo"]')
  await form().getByRole('button', { name: 'Remove watch' }).click()
  await expect(text()).not.toContainText('watch')
  await kind.selectOption('hooks pre_start')
  await form().getByRole('button', { name: 'Add block' }).click()
  await expect(text()).toContainText('pre_start {}')
  await expect(form().getByRole('button', { name: 'Remove hooks pre_start 0' })).toBeVisible()
  await expect(form().getByRole('button', { name: 'Remove restart' })).toBeHidden()
})

test('what is worked out or inherited is not written over before one says so', async () => {
  await expect(field('environment')).toHaveValue('PORT=3000\nAPI_TOKEN=••••••')
  await field('command').fill('sleep 700')
  await field('command').press('Enter')
  const refusal = form().getByRole('alert')
  await expect(refusal).toContainText('command is worked out: "sleep ${var.seconds}", which comes from var.seconds')
  await expect(text()).toContainText('var.seconds')
  await refusal.getByRole('button', { name: 'Write it here' }).click()
  await expect(line('command')).toContainText(/command += "sleep 700" # for a while/)
  await expect(refusal).toBeHidden()
  await field('delay').fill('4s')
  await field('delay').press('Enter')
  await expect(refusal).toContainText('template "base"')
  await refusal.getByRole('button', { name: 'Keep it' }).click()
  await expect(field('delay')).toHaveValue('3s')
  await expect(refusal).toBeHidden()
  // A colour that is still changing is none that was chosen.
  await panel.page.emulateMedia({ reducedMotion: 'reduce' })
  const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().include('.form-view').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
})

test('the place that a field names is opened in the editor', async () => {
  await form().getByRole('link', { name: 'services.hcl:14' }).click()
  await expect(panel.page.getByRole('heading', { level: 1, name: 'Configuration' })).toBeVisible()
  const editor = panel.page.getByRole('textbox', { name: 'Configuration editor' })
  await expect(editor.locator('.cm-activeLine')).toContainText('command     = "sleep ${var.seconds}"')
})

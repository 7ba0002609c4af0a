import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, test } from '@playwright/test'
import type { Service } from '../contract/index.ts'
import { ask } from './launch.ts'
import { panelFor, pressTogether } from './shared.ts'

const hcl = `service "web" {
  command = "sleep 600"
}

service "job" {
  command    = "sleep 601"
  depends_on = ["web"]
}
`
const panel = panelFor('test', hcl)

const editor = (): Locator => panel.page.getByRole('textbox', { name: 'Configuration editor' })
const problems = (): Locator => panel.page.getByRole('list', { name: 'Problems' })
const plan = (): Locator => panel.page.getByRole('region', { name: 'Plan' })
const press = (...keys: string[]): Promise<void> =>
  keys.reduce((before, key) => before.then(() => panel.page.keyboard.press(key)), Promise.resolve())
const insert = (text: string): Promise<void> => panel.page.keyboard.insertText(text)
const service = (name: string): Promise<Service> => ask(panel.place, 'GET', `/services/${name}`)
const onDisk = (): string => readFileSync(panel.place.config, 'utf8')

async function openEditor(): Promise<void> {
  await panel.page.getByRole('main').focus()
  await pressTogether(panel.page, 'g', 'c')
  await expect(panel.page.getByRole('heading', { level: 1, name: 'Configuration' })).toBeVisible()
  await expect(editor()).toContainText('sleep 600')
  await press('e')
  await expect(editor()).toBeFocused()
}

/** Puts `1` behind `sleep 600`, so that web is to be started anew. */
async function changeWeb(): Promise<void> {
  await press('Control+Home', 'ArrowDown', 'End', 'ArrowLeft')
  await insert('1')
  await expect(plan().getByText('restart', { exact: true })).toBeVisible()
}

async function apply(): Promise<void> {
  await press('Control+s')
  await confirm()
}

async function confirm(): Promise<void> {
  const question = panel.page.getByRole('dialog')
  await expect(question.getByRole('button', { name: /^Apply/ }).last()).toBeFocused()
  await press('Enter')
  await expect(question).toBeHidden()
}

test.beforeEach(async () => {
  await expect.poll(async () => (await service('job')).state).toBe('running')
  await openEditor()
})
test.afterEach(() => expect(panel.complaints).toEqual([]))

test('a mistake is told as it is typed, mended by its fix, and the service that was written runs', async () => {
  await press('Control+End')
  await insert('service "api" {\n  command = "sleep 602"\n  depends_on = ["webb"]\n}\n')
  await expect(problems()).toContainText('webb')
  await expect(problems()).toContainText(/services\.hcl:1\d:/)
  await expect(panel.page.getByRole('button', { name: 'Apply 1 change' })).toBeDisabled()
  await problems().getByRole('button', { name: 'Fix' }).press('Enter')
  await expect(problems()).toContainText('Nothing is wrong')
  await expect(plan()).toContainText('api')
  await panel.page.getByRole('button', { name: 'Apply 1 change' }).press('Enter')
  await confirm()
  await expect.poll(async () => (await service('api')).state).toBe('running')
  expect(onDisk()).toBe(`${hcl}service "api" {\n  command = "sleep 602"\n  depends_on = ["web"]\n}\n`)
  await expect(panel.page.getByText('not applied')).toBeHidden()
})

test('a change restarts what it names and nothing else, and is rolled back from the history', async () => {
  const [web, job] = await Promise.all([service('web'), service('job')])
  await changeWeb()
  await apply()
  await expect.poll(async () => (await service('web')).pid).not.toBe(web.pid)
  expect((await service('job')).pid).toBe(job.pid)
  await panel.page.getByRole('button', { name: 'History', exact: true }).press('Enter')
  const revisions = panel.page.getByRole('list', { name: 'Revisions' })
  await revisions.getByRole('button', { name: /^Revision 1/ }).click()
  await panel.page.getByRole('button', { name: 'Roll back to 1' }).press('Enter')
  const question = panel.page.getByRole('dialog')
  await expect(question).toContainText('web')
  await question.getByRole('button', { name: 'Roll back to 1' }).press('Enter')
  await expect.poll(onDisk).toBe(hcl)
  await panel.page.getByRole('button', { name: 'Edit', exact: true }).press('Enter')
  await expect(editor()).toContainText('"sleep 600"')
})

test('edits outlive the page, and are said everywhere in the panel', async () => {
  await changeWeb()
  await expect(panel.page.getByRole('link', { name: '1 edit not applied' })).toBeVisible()
  await panel.page.reload()
  await expect(panel.page.getByRole('link', { name: '1 edit not applied' })).toBeVisible()
  await expect(editor()).toContainText('sleep 6001')
  expect(onDisk()).toBe(hcl)
})

test('closing the window asks about edits, keeps them, and discards them only when told so', async () => {
  await changeWeb()
  await expect(panel.page.getByRole('link', { name: '1 edit not applied' })).toBeVisible()
  const asked = (answer: number) =>
    panel.app.evaluate(
      ({ BrowserWindow, dialog }, response) =>
        new Promise<string>((resolve) => {
          dialog.showMessageBox = (async (_window: unknown, { message }: { message: string }) => {
            const isOfEdits = message.includes('not applied')
            if (isOfEdits) resolve(message)
            return { response: isOfEdits ? response : 0, checkboxChecked: false }
          }) as unknown as typeof dialog.showMessageBox
          BrowserWindow.getAllWindows()[0]?.close()
        }),
      answer,
    )
  const isVisible = () => panel.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  // The page hands over what was typed when nobody has typed for a moment.
  const kept = join(await panel.app.evaluate(({ app }) => app.getPath('userData')), 'edits.json')
  await expect.poll(() => existsSync(kept) && readFileSync(kept, 'utf8')).toContain('hxe1:')
  expect(await asked(2)).toMatch(/^1 edit of the configuration/)
  expect(await isVisible()).toBe(true)
  await asked(1)
  await expect.poll(isVisible).toBe(false)
  await expect(panel.page.getByText('1 edit not applied')).toHaveCount(0)
  expect(onDisk()).toBe(hcl)
})

test('a change that is watched and fails is taken back, and stays an edit', async () => {
  await press('Control+Home', 'ArrowDown', 'End', 'ArrowLeft')
  await insert('x')
  await expect(plan().getByText('restart', { exact: true })).toBeVisible()
  await press('Control+s')
  await panel.page.getByRole('dialog').getByRole('button', { name: 'Apply and watch for 30 s' }).click()
  await expect(panel.page.getByRole('alert').filter({ hasText: 'The change was taken back' })).toContainText('web')
  await expect.poll(onDisk).toBe(hcl)
  await expect.poll(async () => (await service('web')).state).toBe('running')
  await expect(editor()).toContainText('sleep 600x')
  await expect(panel.page.getByRole('link', { name: '1 edit not applied' })).toBeVisible()
})

test('a file that changes on disk while it is edited is merged by hand, and nothing is lost', async () => {
  await changeWeb()
  writeFileSync(panel.place.config, hcl.replace('sleep 601', 'sleep 700'))
  await expect(panel.page.getByText('services.hcl was changed on disk while you edit it.')).toBeVisible()
  await expect(panel.page.getByRole('button', { name: 'Apply 1 change' })).toBeDisabled()
  expect(onDisk()).toContain('sleep 700')
  await panel.page.getByRole('button', { name: 'Merge', exact: true }).press('Enter')
  const merge = panel.page.getByRole('region', { name: 'Merge services.hcl' })
  await expect(merge.getByRole('textbox', { name: 'Mine: services.hcl' })).toContainText('sleep 6001')
  await merge.getByRole('button', { name: 'Take this from the left' }).last().click()
  await expect(merge.getByRole('textbox', { name: 'Mine: services.hcl' })).toContainText('sleep 700')
  await merge.getByRole('button', { name: 'Use the right side' }).press('Enter')
  await expect(editor()).toContainText('sleep 6001')
  await expect(editor()).toContainText('sleep 700')
  await apply()
  await expect.poll(onDisk).toBe(hcl.replace('sleep 600', 'sleep 6001').replace('sleep 601', 'sleep 700'))
})

test('a name leads to where it is declared and used, and is renamed in all places', async () => {
  await press('Control+End', 'ArrowUp', 'ArrowUp', 'End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft')
  await expect(panel.page.getByText(/^Ln 7, /)).toBeVisible()
  await press('F12')
  await expect(panel.page.getByText(/^Ln 1, /)).toBeVisible()
  await press('Shift+F12')
  await expect(panel.page.getByRole('list', { name: 'References' })).toContainText('services.hcl:7')
  await press('F2')
  await panel.page.getByRole('dialog').getByRole('textbox').fill('front')
  await press('Enter')
  await expect(editor()).toContainText('service "front"')
  await expect(editor()).toContainText('depends_on = ["front"]')
})

test('a value of a service opens the editor at its line', async () => {
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('link', { name: 'job', exact: true }).first().click()
  await panel.page.getByRole('tab', { name: 'Configuration' }).click()
  await panel.page
    .getByRole('row', { name: /command/ })
    .getByRole('link')
    .click()
  await expect(panel.page.getByText(/^Ln 6, /)).toBeVisible()
  await expect(editor()).toBeFocused()
})

test('a text is laid out anew with the cursor where it was, and a broken one is left with its mistake shown', async () => {
  await press('Control+End')
  await insert('service "api" {\ncommand = "sleep 602"\n    nice=5\n}\n')
  await press('ArrowUp', 'ArrowUp', 'End')
  await press('Shift+Alt+F')
  await expect(editor()).toContainText('  command = "sleep 602"')
  await expect(editor()).toContainText('  nice    = 5')
  await insert('5')
  await expect(editor()).toContainText('  nice    = 55')
  await press('Control+End')
  await insert('service {{')
  await panel.page.getByRole('button', { name: 'Format' }).click()
  await expect(panel.page.getByText('Not formatted')).toBeVisible()
})

test('Tab indents, and Escape before it leaves the text', async () => {
  await press('Control+End', 'Tab')
  await expect(editor()).toBeFocused()
  await press('Escape', 'Tab')
  await expect(editor()).not.toBeFocused()
})

test('has no serious fault of accessibility in either theme', async () => {
  await press('Control+End')
  await insert('service "api" {\n  comand = "sleep 602"\n}\n')
  await expect(problems()).toContainText('comand')
  // A colour that is still changing is neither of the two.
  await panel.page.emulateMedia({ reducedMotion: 'reduce' })
  for (const theme of ['light', 'dark']) {
    await panel.page.evaluate((name) => Object.assign(document.documentElement.dataset, { theme: name }), theme)
    const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze()
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(grave.map(({ id, nodes }) => `${theme} ${id}: ${nodes[0]?.html}`)).toEqual([])
  }
})

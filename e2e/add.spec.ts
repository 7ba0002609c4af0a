import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { panelFor } from './shared.ts'

const patience = { timeout: 20_000 }
const service = (name: string): string => `service "${name}" {\n  command = "sleep 600"\n}\n`

const panel = panelFor('test', service('web'))

test.beforeEach(async () => {
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('button', { name: 'Add a service' }).click()
  await expect(panel.page.getByRole('heading', { level: 1, name: 'Add services' })).toBeVisible(patience)
})

function project(files: Readonly<Record<string, string>>): string {
  const folder = join(panel.place.home, 'project')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('the form adds a service, which runs, and says when its name is taken', async () => {
  const form = panel.page.getByRole('form', { name: 'A new service' })
  await form.getByLabel('Name').fill('web')
  await form.getByLabel('Command').fill('sleep 600')
  await expect(form.getByText('There is a service "web" already.')).toBeVisible(patience)
  await form.getByLabel('Name').fill('job')
  await expect(form.getByText('service "job"')).toBeVisible(patience)
  await form.getByRole('button', { name: 'Add the service' }).click()
  await expect(panel.page.getByRole('heading', { level: 1, name: 'job' })).toBeVisible(patience)
})

test('an import of several files adds their services, code only when it is asked for', async () => {
  const folder = project({
    Procfile: 'mail: sleep 600\nweb: sleep 600\n',
    'ecosystem.config.cjs': 'module.exports = { apps: ["bot"].map((name) => ({ name, script: "sleep 600" })) }',
  })
  const part = panel.page.getByRole('region', { name: 'Import' })
  await part.getByLabel('Folder').fill(folder)
  await part.getByRole('button', { name: 'Look' }).click()
  await expect(part.getByText('It is called "web-2" here.')).toBeVisible(patience)
  await part.getByRole('checkbox', { name: /ecosystem/ }).check()
  await part.getByRole('button', { name: 'Run this file' }).click(patience)
  await part.getByRole('button', { name: 'Add 3 services' }).click(patience)
  await expect(panel.page.getByRole('row', { name: 'bot' })).toContainText('Running', patience)
  await expect(panel.page.getByRole('row', { name: 'web-2' })).toContainText('Running', patience)
})

test('a folder with nothing to import says what to do', async () => {
  const part = panel.page.getByRole('region', { name: 'Import' })
  await part.getByLabel('Folder').fill(project({ 'README.md': 'nothing' }))
  await part.getByRole('button', { name: 'Look' }).click()
  await expect(part.getByText(/Nothing to import in .* Choose the folder of a project/)).toBeVisible(patience)
})

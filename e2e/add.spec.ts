import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { panelFor } from './shared.ts'

const service = (name: string): string => `service "${name}" {\n  command = "sleep 600"\n}\n`

const panel = panelFor('test', service('web'))

test.beforeEach(async () => {
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('button', { name: 'Add a service' }).click()
  await expect(panel.page.getByRole('heading', { level: 1, name: 'Add services' })).toBeVisible()
})

/** The import beside the form, as a person gets to it. */
async function importPart() {
  await panel.page.getByText('From a project').click()
  return panel.page.getByRole('region', { name: 'Import' })
}

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
  await expect(form.getByText('There is a service "web" already.')).toBeVisible()
  await form.getByLabel('Name').fill('job')
  await expect(form.getByText('service "job"')).toBeVisible()
  await form.getByRole('button', { name: 'Add the service' }).click()
  await expect(panel.page.getByRole('heading', { level: 1, name: 'job' })).toBeVisible()
})

test('an import of several files adds their services, code only when it is asked for', async () => {
  const folder = project({
    Procfile: 'mail: sleep 600\nweb: sleep 600\n',
    'ecosystem.config.cjs': 'module.exports = { apps: ["bot"].map((name) => ({ name, script: "sleep 600" })) }',
  })
  const part = await importPart()
  await part.getByLabel('Folder').fill(folder)
  await part.getByRole('button', { name: 'Look' }).click()
  await expect(panel.page.getByText('It is called "web-2" here.')).toBeVisible()
  await part.getByRole('checkbox', { name: /ecosystem/ }).check()
  await part.getByRole('button', { name: 'Run this file' }).click()
  await part.getByRole('button', { name: 'Import 3 services' }).click()
  await expect(panel.page.getByRole('row', { name: 'bot' })).toContainText('Running')
  await expect(panel.page.getByRole('row', { name: 'web-2' })).toContainText('Running')
})

test('a folder with nothing to import says what to do', async () => {
  const part = await importPart()
  await part.getByLabel('Folder').fill(project({ 'README.md': 'nothing' }))
  await part.getByRole('button', { name: 'Look' }).click()
  await expect(part.getByText(/Nothing to import in .* Choose the folder of a project/)).toBeVisible()
})

test('a folder is chosen in the dialog of the system, and single scripts of it are taken', async () => {
  const folder = project({
    'package.json': '{ "scripts": { "dev": "sleep 600", "start": "sleep 600", "lint": "true" } }',
  })
  // The dialog belongs to the desktop; what is ours is that it is asked for a folder, and what follows.
  await panel.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] })
  }, folder)
  const part = await importPart()
  await part.getByRole('button', { name: 'Choose a folder' }).click()
  await expect(part.getByLabel('Folder')).toHaveValue(folder)
  await part.getByText('Choose single ones').click()
  for (const name of ['dev', 'start']) await part.getByRole('checkbox', { name, exact: true }).uncheck()
  await part.getByRole('checkbox', { name: 'lint', exact: true }).check()
  await part.getByRole('checkbox', { name: 'dev', exact: true }).check()
  const adding = panel.page.getByRole('region', { name: 'What will be added' })
  await expect(adding.getByRole('cell', { name: 'npm run lint' })).toBeVisible()
  await part.getByRole('button', { name: 'Review first' }).click()
  await expect(part.getByRole('figure', { name: 'What will be written' })).toContainText('service "lint"')
  await part.getByRole('button', { name: 'Import 2 services' }).click()
  await expect(panel.page.getByRole('row', { name: 'lint' })).toBeVisible()
})

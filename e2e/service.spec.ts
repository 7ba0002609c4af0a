import { expect, test } from '@playwright/test'
import type { ProcessInfo } from '../contract/index.ts'
import { ask } from './launch.ts'
import { panelFor } from './shared.ts'

const hcl = `
service "database" {
  command = "sleep 600"
}
service "api" {
  command     = "sleep 600 & sleep 601 & wait"
  shell       = true
  depends_on  = ["database"]
  ports       = [48123]
  environment = {
    GREETING  = "hello"
    API_TOKEN = "never-to-be-seen"
    HOME_DIR  = "env:HOME"
  }
}
service "crasher" {
  command = "echo 'no database at all' >&2; exit 3"
  shell   = true
  restart {
    delay       = "50ms"
    max_retries = 1
  }
}
service "nightly" {
  type     = "cron"
  schedule = "0 3 * * *"
  command  = "true"
}
service "pair" {
  command  = "sleep 600"
  replicas = 2
}
`

const panel = panelFor('file', hcl)

const heading = () => panel.page.getByRole('heading', { level: 1 })

async function open(name: string): Promise<void> {
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('row', { name, exact: true }).getByRole('link', { name, exact: true }).click()
  await expect(heading()).toHaveText(name)
}

const showTab = (name: RegExp) => panel.page.getByRole('tab', { name }).click()
const processesOf = (name: string) =>
  ask<{ items: ProcessInfo[] }>(panel.place, 'GET', `/services/${name}/processes`).then(({ items }) => items)

test('says why a service failed, with its last lines and what can be done', async () => {
  await open('crasher')
  const why = panel.page.getByRole('region', { name: /^Why crasher/ })
  await expect(why).toContainText('Exited with code 3')
  await expect(why).toContainText('no database at all')
  await expect(why.getByRole('button').first()).toBeEnabled()
})

test('shows the environment with its secrets masked', async () => {
  await open('api')
  await showTab(/^Environment/)
  const table = panel.page.getByRole('table', { name: 'Environment of api' })
  await expect(table.getByRole('row', { name: /GREETING/ })).toContainText('hello')
  await expect(table.getByRole('row', { name: /API_TOKEN/ })).toContainText('••••••')
  await expect(table.getByRole('row', { name: /HOME_DIR/ })).toContainText('••••••')
  await expect(table.getByRole('row', { name: /GREETING/ })).toContainText('services.hcl:')
  await panel.page.getByRole('button', { name: /that the agent hands on/ }).click()
  await expect(table.getByRole('row', { name: /^PATH/ })).toBeVisible()
  await expect(panel.page.getByText('never-to-be-seen')).toHaveCount(0)
})

test('ends one process after a question', async () => {
  const child = await childOf('api')
  await open('api')
  await showTab(/^Processes/)
  await panel.page.getByRole('button', { name: `End process ${child}` }).click()
  await panel.page.getByRole('dialog').getByRole('button', { name: 'End process' }).click()
  await expect.poll(async () => (await processesOf('api')).map(({ pid }) => pid)).not.toContain(child)
})

async function childOf(name: string): Promise<number | undefined> {
  let pid: number | undefined
  await expect
    .poll(async () => {
      pid = (await processesOf(name)).find(({ main, command }) => !main && command.startsWith('sleep'))?.pid
      return pid
    })
    .toBeDefined()
  return pid
}

test('disables and enables from the menu', async () => {
  await open('database')
  const menu = async (item: string) => {
    await panel.page.getByRole('button', { name: 'More actions for database' }).click()
    await panel.page.getByRole('menuitem', { name: item }).click()
  }
  await menu('Disable')
  await expect
    .poll(async () => (await ask<{ enabled: boolean }>(panel.place, 'GET', '/services/database')).enabled)
    .toBe(false)
  await menu('Enable')
  await expect
    .poll(async () => (await ask<{ enabled: boolean }>(panel.place, 'GET', '/services/database')).enabled)
    .toBe(true)
  await panel.page.getByRole('button', { name: 'Start database', exact: true }).click()
  await expect
    .poll(async () => (await ask<{ state: string }>(panel.place, 'GET', '/services/database')).state)
    .toBe('running')
})

test('tells when a cron job runs next', async () => {
  await open('nightly')
  await expect(panel.page.getByRole('region', { name: 'About' })).toContainText('Next run')
})

test('leads from one replica to the others', async () => {
  await open('pair#0')
  await panel.page.getByRole('link', { name: 'pair#1', exact: true }).click()
  await expect(heading()).toHaveText('pair#1')
})

test('draws who needs whom, as links with names', async () => {
  await panel.page.getByRole('link', { name: 'Services', exact: true }).first().click()
  await panel.page.getByRole('button', { name: 'Show dependencies' }).click()
  const graph = panel.page.getByRole('region', { name: 'Dependencies' })
  await expect(graph.getByRole('link', { name: /^database, .*needs nothing/ })).toBeVisible()
  await panel.page.screenshot({ path: 'test-results/graph.png' })
  await graph.getByRole('link', { name: /^api, .*needs database/ }).click()
  await expect(heading()).toHaveText('api')
})

for (const scheme of ['light', 'dark'] as const) {
  test(`looks as it should in ${scheme}`, async () => {
    await panel.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await open('crasher')
    await panel.page.screenshot({ path: `test-results/service-failed-${scheme}.png` })
    await open('api')
    await panel.page.screenshot({ path: `test-results/service-overview-${scheme}.png` })
    await showTab(/^Environment/)
    await expect(panel.page.getByRole('row', { name: /GREETING/ })).toBeVisible()
    await panel.page.screenshot({ path: `test-results/service-environment-${scheme}.png` })
    await showTab(/^Processes/)
    await expect(panel.page.getByRole('button', { name: /^End process/ }).first()).toBeVisible()
    await panel.page.screenshot({ path: `test-results/service-processes-${scheme}.png` })
    await showTab(/^Configuration/)
    await expect(panel.page.getByRole('cell', { name: 'command', exact: true })).toBeVisible()
    await panel.page.screenshot({ path: `test-results/service-configuration-${scheme}.png` })
  })
}

test('complains of nothing on the console', () => {
  expect(panel.complaints).toEqual([])
})

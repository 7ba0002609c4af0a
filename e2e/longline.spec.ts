import { expect, test } from '@playwright/test'
import { panelFor } from './shared.ts'

const panel = panelFor(
  'file',
  `service "wide" {
  command = "head -c 200000 /dev/zero | tr '\\\\0' x; echo ' the end of it'; sleep 600"
  shell   = true
}
`,
)

test('a line that is longer than the list has of it is shown whole when one asks for it', async () => {
  const { page } = panel
  await page.getByRole('link', { name: 'Logs', exact: true }).first().click()
  const log = page.getByRole('log', { name: 'Log lines' })
  await log.locator('.log-item').filter({ hasText: 'xxx' }).click()
  await expect(log.locator('.detail')).toContainText('The line is longer.')
  await expect(log.locator('.detail')).not.toContainText('the end of it')
  await log.getByRole('button', { name: 'Show all of it' }).click()
  await expect(log.locator('.detail')).toContainText('x the end of it')
  await expect(log.locator('.detail')).toContainText(/All of it, \d+ .?B\./)
  await expect(log.getByRole('button', { name: 'Save line' })).toBeVisible()
  await expect(log.getByRole('button', { name: 'Copy line' })).toBeVisible()
  expect(panel.complaints).toEqual([])
})

import type { Locator } from '@playwright/test'
import type { Opened } from './shared.ts'

/** Services in each of the states that the frame tells of. */
export const hcl = `
app "shop" {
  services = ["database", "api", "crasher"]
}
service "database" {
  command = "sleep 600"
}
service "api" {
  command    = "sleep 600"
  depends_on = ["database"]
}
service "worker" {
  command = "sleep 600"
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
  command  = "echo done"
  shell    = true
  type     = "cron"
  schedule = "15 3 * * *"
}
`

/** Where a test of the frame gets to on this panel. */
export const onPages = (panel: Opened) => ({
  row: (name: string): Locator => panel.page.getByRole('row', { name, exact: true }),
  heading: (): Locator => panel.page.getByRole('heading', { level: 1 }),
  go: (name: string): Promise<void> =>
    panel.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click(),
  ready: (): Locator => panel.page.getByRole('status').filter({ hasText: 'Agent running' }),
  theme: () => panel.page.evaluate(() => document.documentElement.dataset.theme),
})

import { expect, test } from '@playwright/test'
import { closePanel, makePlace, openPanel } from './launch.ts'

test('a mode that is not the usual one is shown at the bottom, and what it means in Settings', async () => {
  const place = makePlace('service "sleeper" {\n  command = "sleep 600"\n}\n')
  const { page, process, complaints } = await openPanel(place, '--mode', 'production')
  try {
    await page.getByRole('link', { name: 'Production mode' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings')
    await expect(page.getByRole('region', { name: 'About' })).toContainText(
      'No service restarts because a watched file has changed.',
    )
    expect(complaints).toEqual([])
  } finally {
    await closePanel(place, process)
    await place.remove()
  }
})

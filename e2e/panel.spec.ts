import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test } from '@playwright/test'

test('the window shows services that run, and the page has no Node and cannot leave', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hxe-e2e-'))
  const config = join(home, 'services.hcl')
  writeFileSync(config, 'service "sleeper" {\n  command = ["sleep", "600"]\n}\n')
  const output = execFileSync('node', ['scripts/electron.mjs', '--print'], { encoding: 'utf8' })
  const { executablePath, args } = JSON.parse(output.trim().split('\n').at(-1) ?? '')
  const app = await _electron.launch({
    executablePath,
    args: [...args, '--config', config, '--data-dir', join(home, 'data')],
    env: { ...(process.env as Record<string, string>), HOME: home },
  })
  try {
    const page = await app.firstWindow()
    await expect(page.getByText('sleeper').first()).toBeVisible({ timeout: 20_000 })
    expect(
      await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
    ).toEqual(['undefined', 'undefined'])
    expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
    const before = page.url()
    await page.evaluate(() => window.location.assign('https://example.com/'))
    await expect(page.getByText('sleeper').first()).toBeVisible()
    expect(page.url()).toBe(before)
  } finally {
    app.process().kill('SIGKILL')
  }
})

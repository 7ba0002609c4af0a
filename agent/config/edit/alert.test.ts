import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfiguration } from '../load.ts'
import { editAlert } from './alert.ts'
import type { JsonObject } from './print.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-alert-edit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the file says afterwards; it is valid. */
async function edited(text: string, values: JsonObject | null): Promise<string | undefined> {
  const path = join(folder, 'a.hcl')
  writeFileSync(path, text)
  const changed = await editAlert({ name: 'busy', values }, { paths: [path], env: {} })
  const after = changed?.[0]?.after
  if (after !== undefined) writeFileSync(path, after)
  const { diagnostics } = await loadConfiguration({ paths: [path], env: {} })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return changed && (after ?? text)
}

const text = `# ours
alert "busy" { # since the outage
  # not the batch jobs
  match = {
    type = "service" # alone
  }
  when            = "cpu_percent > 80"
  for             = "2m" # long enough
  keep_firing_for = "5m"
  on              = "service"
  severity        = "warning"
}

alert "other" {
  when = "cpu_percent > 1"
}
`
const values = { match: { type: 'service' }, when: 'cpu_percent > 80', for: '2m', severity: 'warning' }

test('what is changed in an editor changes, and comments and what it does not show stay', async () => {
  expect(await edited(text, values)).toBe(text)
  expect(await edited(text, { ...values, when: 'cpu_percent > 90', severity: 'critical' })).toBe(
    text.replace('> 80', '> 90').replace('"warning"', '"critical"'),
  )
})

test('what is added stands with the rest, and what is taken away goes', async () => {
  const { match: _, ...rest } = values
  const after = await edited(text, { ...rest, runbook: 'https://wiki/busy' })
  expect(after).toContain('https://wiki/busy')
  expect(after).not.toContain('match')
  expect(after).toContain('keep_firing_for = "5m"')
  expect(after).toContain('# long enough')
})

test('a rule that is taken out leaves the others, and one that no file has is not there', async () => {
  expect(await edited(text, null)).toContain('alert "other"')
  expect(await edited('alert "other" {\n  when = "up == 0"\n}\n', values)).toBeUndefined()
})

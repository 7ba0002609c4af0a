import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quietEnv } from './fixtures/load.ts'
import { loadConfiguration } from './load.ts'
import { renderDiagnostic } from './render.ts'

/** Each `NAME.hcl` has beside it, as `NAME.txt`, what a terminal shows for it: place, line, caret, expectation, suggestion. */
const folder = join(import.meta.dirname, 'fixtures', 'mistakes')
const cases = readdirSync(folder).filter((name) => name.endsWith('.hcl'))

test.each(cases)('says what is wrong in %s', async (name) => {
  const path = join(folder, name)
  const { diagnostics, configuration } = await loadConfiguration({ paths: [path], env: quietEnv })
  const shown = diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic)}\n`).join('')
  const expected = readFileSync(path.replace(/\.hcl$/, '.txt'), 'utf8')
  expect(shown.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER')).toBe(expected)
  expect(configuration === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'))
})

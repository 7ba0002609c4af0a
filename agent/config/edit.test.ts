// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteText, setAttribute } from './edit.ts'
import { configurationOf } from './fixtures/load.ts'

const text = `\ufeff# the shop
services {
  service "web" { # in front
    command     = "node app.js"   # runs
    ports       = [3000, /* admin */ 3001]
    environment = {
      PORT       = "3000", "HOST" : "x"
      LATE       = "env:LATE"
    }\r
    replicas = 1 + 1
    description = <<-EOT
      long
    EOT
    nice = -5
    restart { delay = "1s" }
  }
}
`

function change(path: readonly string[], value: string | number | boolean): string {
  const result = setAttribute(text, path, value)
  return 'text' in result ? result.text : result.refused
}

test.each([
  [['service', 'web', 'ports', '0'], 3005, '[3000,', '[3005,'],
  [['services', 'service', 'web', 'ports', '1'], 4000, '3001]', '4000]'],
  [['service', 'web', 'environment', 'PORT'], 3005, '"3000", "HOST"', '"3005", "HOST"'],
  [['service', 'web', 'environment', 'HOST'], 'a"b', ': "x"', ': "a\\"b"'],
  [['service', 'web', 'command'], 'node ${x}\n', '"node app.js"', '"node $${x}\\n"'],
  [['service', 'web', 'nice'], 3, 'nice = -5', 'nice = 3'],
  [['service', 'web', 'restart', 'delay'], '2s', '"1s" }', '"2s" }'],
])('changes %j and not a byte besides', (path, value, before, after) => {
  expect(change(path, value)).toBe(text.replace(before, () => after))
})

test.each([
  [['service', 'web', 'replicas'], 'service.web.replicas is not a plain value but 1 + 1; change it by hand.'],
  [
    ['service', 'web', 'environment', 'LATE'],
    'service.web.environment.LATE is not a plain value but "env:LATE"; change it by hand.',
  ],
  [
    ['service', 'web', 'ports'],
    'service.web.ports is not a plain value but [3000, /* admin */ 3001]; change it by hand.',
  ],
  [['service', 'db', 'ports', '0'], 'The file sets no service.db.ports.0.'],
  [['service', 'web', 'ports', '9'], 'The file sets no service.web.ports.9.'],
])('does not overwrite %j blindly', (path, refused) => {
  expect(change(path, 1)).toBe(refused)
})

test('a file with syntax errors is left alone', () => {
  expect(setAttribute('a = ', ['a'], 1)).toEqual({ refused: 'The file has syntax errors; they must be mended first.' })
})

test('a text that is written comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
      const written = value.replaceAll('\0', '')
      const text = `service "web" {\n  command = "sleep 1"\n  description = ${quoteText(written)}\n}\n`
      const { services } = await configurationOf(text)
      expect(services.get('web')?.description).toBe(written)
    }),
    { numRuns: 60 },
  )
})

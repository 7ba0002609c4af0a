import { expect, test } from 'vitest'
import { loadText } from './fixtures/load.ts'

const told = async (text: string) => (await loadText(text)).diagnostics.filter(({ code }) => code !== 'unused')

test('no problem quotes a sensitive value, nor the line where it stands', async () => {
  const text = `variable "p" {
  sensitive = true
  type      = "number"
  default   = "hunter2-canary"
}
variable "q" {
  sensitive = true
  default   = "hunter3-canary"
}
service "a" {
  command    = "sleep 1"
  depends_on = [var.q]
  stop {
    timeout = var.q
  }
}
`
  const found = await told(text)
  expect(found.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '4 wrong-type',
    '12 unknown-service',
    '14 wrong-format',
  ])
  expect(JSON.stringify(found)).not.toContain('canary')
  expect(found[2]?.message).toContain('••••••')
})

test('a line that gives a value to a secret name is not sent along, one that says where it comes from is', async () => {
  const line = async (entry: string) => {
    const [first] = await told(`service "a" {\n  command = "sleep 1"\n  environment = {\n    ${entry}\n  }\n}\n`)
    return first?.source?.trim()
  }
  expect(await line('API_TOKEN = "abc", B = "env:NOT_SET"')).toBeUndefined()
  expect(await line('"api-key": "a\\"b" x')).toBeUndefined()
  expect(await line('DB_PASSWORD = "abc')).toBeUndefined()
  expect(await line('URL = "pg://anna:abc@host/db" x')).toBeUndefined()
  expect(await line('API_TOKEN = "env:NOT_SET"')).toBe('API_TOKEN = "env:NOT_SET"')
  expect(await line('GREETING = "hello", B = "env:NOT_SET"')).toBe('GREETING = "hello", B = "env:NOT_SET"')
})

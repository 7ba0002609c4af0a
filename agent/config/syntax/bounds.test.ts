import { expect, test } from 'vitest'
import { loadText } from '../fixtures/load.ts'

const many = (text: string, times: number): string => text.repeat(times)

/** Files that are made to hang or fell a parser: each is refused at a place, and soon. */
test.each([
  ['blocks in blocks', `${many('a {\n', 100_000)}${many('}\n', 100_000)}`, 33],
  ['brackets in brackets', `a = ${many('[', 100_000)}`, 1],
  ['parentheses', `a = ${many('(', 1000)}1${many(')', 1000)}`, 1],
  ['texts in texts', `a = ${many('"$'.concat('{'), 1000)}1${many('}"', 1000)}`, 1],
  ['signs', `a = ${many('-', 100_000)}1`, 1],
  ['conditions', `a = ${many('x ? ', 10_000)}`, 1],
  ['directives', `a = "${many('%{ if a }', 9000)}"`, 1],
  ['blocks', many('a {}\n', 260_000), 250_001],
  ['labels', `a ${many('b ', 10_000)}{}`, 1],
  ['operators', `a = ${many('x + ', 100_000)}1`, 1],
  ['items', `a = [${many('1,', 50_000)}]`, 1],
  ['attributes', Array.from({ length: 20_000 }, (_, index) => `a${index} = 1\n`).join(''), 10_001],
  ['lines of a text', `a = <<EOT\n${many('x\n', 50_000)}EOT\n`, 5002],
])('a file with too many %s is refused', async (_, text, line) => {
  const { configuration, diagnostics } = await loadText(text)
  expect(configuration).toBeUndefined()
  expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.line])).toEqual([['too-large', line]])
})

test('a file of a million characters is read, one of more than 16 MiB is refused', async () => {
  const fill = `# ${many('x', 2 ** 20 - 3)}\n`
  expect((await loadText(fill)).configuration).toBeDefined()
  expect((await loadText(`${fill.repeat(16)}\n`)).diagnostics.map(({ code }) => code)).toEqual(['too-large'])
})

test.each([
  ['noise', many('\0\x01\x02', 10_000)],
  ['quotes', many('"', 10_000)],
  ['comments', many('/*', 10_000)],
  ['unclosed texts', `services {\n${many('service "a" {\n command = "x\n}\n', 300)}`],
])('%s is refused within a bound of problems', async (_, text) => {
  const { configuration, diagnostics } = await loadText(text)
  expect(configuration).toBeUndefined()
  expect(diagnostics.length).toBeLessThanOrEqual(1001)
})

test('of more problems than can be read, the rest is counted', async () => {
  const { diagnostics } = await loadText(many('service "a" {\n  command = "true"\n}\n', 1500))
  expect(diagnostics).toHaveLength(1001)
  expect(diagnostics.at(-1)?.message).toBe('499 further problems are not shown.')
})

test('names of the language that JavaScript gives a meaning are refused wherever they stand', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const text = `${name} = 1
${name} {
}
service "${name}" {
  command = "true"
}
service "web" {
  command     = "true"
  ${name} = 1
  ${name} {
  }
  environment = { ${name} = "x" }
  links       = { "${name}" = "x" }
  fields      = { a = { ${name} = "x" } }
  user        = env.${name}
}
`
    const { diagnostics, configuration } = await loadText(text)
    expect(configuration).toBeUndefined()
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual(
      [1, 2, 4, 9, 10, 12, 13, 14, 15].map((line) => ['reserved-name', line]),
    )
  }
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import { codesOf, configurationOf, loadText, quietEnv, serviceOf } from '../fixtures/load.ts'
import type { LateText } from '../model.ts'

async function variable(value: string, name = 'X'): Promise<LateText | undefined> {
  const service = await serviceOf(`  command = "true"\n  environment = {\n    ${name} = ${value}\n  }`)
  return service.environment.get(name)
}

test.each([
  ['"env:NAME"', [{ from: 'env', name: 'NAME' }]],
  ['"${env.NAME}"', [{ from: 'env', name: 'NAME' }]],
  ['env.NAME', [{ from: 'env', name: 'NAME' }]],
  ['env["NAME"]', [{ from: 'env', name: 'NAME' }]],
  ['env("NAME")', [{ from: 'env', name: 'NAME' }]],
  ['env("NAME", "x y")', [{ from: 'env', name: 'NAME', fallback: 'x y' }]],
  ['env("NAME", 5)', [{ from: 'env', name: 'NAME', fallback: '5' }]],
  [
    '"a ${env.NAME} ${env("B", "c")}"',
    ['a ', { from: 'env', name: 'NAME' }, ' ', { from: 'env', name: 'B', fallback: 'c' }],
  ],
  ['"credential:db"', [{ from: 'credential', name: 'db' }]],
  ['"file:/run/secrets/db"', [{ from: 'file', path: '/run/secrets/db' }]],
  ['"file:///x"', ['file:///x']],
  ['"env:"', ['env:']],
  ['"env:not a name"', ['env:not a name']],
  ['"see env:NAME"', ['see env:NAME']],
  ['"$${env.NAME}"', ['${env.NAME}']],
  ['5', ['5']],
  ['-1.5', ['-1.5']],
  ['true', ['true']],
  ['"${5}"', ['5']],
  ['("x")', ['x']],
  ['""', []],
])('reads %s', async (written, parts) => {
  expect((await variable(written))?.parts).toMatchObject(parts)
})

test('a heredoc is text, and <<- takes its indentation away', async () => {
  expect((await variable('<<-EOT\n      a\n        b $${x}\n\n      EOT'))?.parts).toEqual(['a\n  b ${x}\n\n'])
})

test('a tag that looks like a reference is a tag', async () => {
  const service = await serviceOf('  command = "true"\n  tags = ["env:prod", "file:x"]')
  expect(service.tags).toEqual(['env:prod', 'file:x'])
})

test('what must be known at once is looked up at once', async () => {
  const text = 'agent {\n  name = "host-${env.HOST_NAME}"\n  log_level = env("LEVEL", "warn")\n}\n'
  const { agent, agentEnvNames } = await configurationOf(text, { env: { ...quietEnv, HOST_NAME: 'a' } })
  expect(agent).toMatchObject({ name: 'host-a', logLevel: 'warn' })
  expect(agentEnvNames).toEqual(['HOST_NAME', 'LEVEL'])
  const wrong = await loadText(text, { env: { ...quietEnv, HOST_NAME: 'a', LEVEL: 'loud' } })
  expect(codesOf(wrong)).toEqual(['3:15 unknown-value'])
})

test('a missing variable is a warning, once for each place', async () => {
  const text =
    'service "web" {\n  command = "true"\n  user = "env:NO_USER"\n  environment = { A = "env:NO_A", B = env("NO_B", "") }\n}\n'
  const result = await loadText(text)
  expect(result.configuration).toBeDefined()
  expect(codesOf(result)).toEqual(['3:10 env-missing', '4:23 env-missing'])
})

test.each([
  ['X', '"credential:db"', true],
  ['X', '"env:DB_PASSWORD"', true],
  ['API_TOKEN', '"abc"', true],
  ['apiKey', '"abc"', true],
  ['PRIVATE_KEY', '"abc"', true],
  ['Db_PassWord', '"abc"', true],
  ['AWS_SECRET_ACCESS_KEY', '"abc"', true],
  ['X', '"env:HOME"', false],
  ['COMPASS', '"abc"', false],
  ['PORT', '"3000"', false],
])('%s = %s is secret: %s', async (name, value, secret) => {
  expect((await variable(value, name))?.secret).toBe(secret)
})

test('in agent and server, env: is looked up when the files are read', async () => {
  const text =
    'agent {\n  name = "env:HOST_NAME"\n  labels = { a = "env:LABEL" }\n}\nserver {\n  host = "env:ADDRESS"\n}\n'
  const env = { ...quietEnv, HOST_NAME: 'a', LABEL: 'b', ADDRESS: '::1' }
  const { agent, server, agentEnvNames } = await configurationOf(text, { env })
  expect(agent).toMatchObject({ name: 'a', labels: { a: 'b' } })
  expect(server?.host).toBe('::1')
  expect(agentEnvNames).toEqual(['HOST_NAME', 'LABEL', 'ADDRESS'])
  expect(codesOf(await loadText(text))).toEqual(['2:10 env-missing', '3:18 env-missing', '6:10 env-missing'])
})

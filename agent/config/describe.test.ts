import { expect, test } from 'vitest'
import { describeConfig } from './describe.ts'
import { configurationOf, quietEnv } from './fixtures/load.ts'

const text = `agent {
  name = "a"
}
service "web" {
  command     = "run --db postgres://me:hunter2@db/x"
  environment = {
    API_TOKEN = "hunter2"
    DB        = "credential:db"
    PASSWORD  = "env:PASSWORD"
    MIXED     = "x-\${env.DB_PASSWORD}"
    PLAIN     = "x"
  }
  restart {
    delay = "2s"
  }
}
service "web.2" {
  command = "true"
}
`

test('a service is shown with where each value comes from, defaults last', async () => {
  const items = describeConfig(await configurationOf(text), 'web')
  expect(items.find(({ path }) => path.endsWith('restart.delay'))).toMatchObject({
    value: '2s',
    origin: 'file',
    line: 14,
    column: 13,
  })
  expect(items.find(({ path }) => path.endsWith('restart.factor'))).toEqual({
    path: 'services.web.restart.factor',
    value: 2,
    masked: false,
    origin: 'default',
  })
  expect(items.every(({ path }) => path.startsWith('services.web.') && !path.startsWith('services.web.2.'))).toBe(true)
})

test('a value says what it came over: an earlier file, a template', async () => {
  const configuration = await configurationOf({
    'a.hcl': 'template "t" {\n  nice = 1\n}\nservice "web" {\n  command = "true"\n  extends = "t"\n  nice = 2\n}\n',
    'b.hcl': 'service "web" {\n  nice = 3\n}\n',
  })
  const nice = describeConfig(configuration, 'web').find(({ path }) => path.endsWith('.nice'))
  expect(nice).toMatchObject({ value: 3, file: '/nowhere/conf/b.hcl', line: 2 })
  expect(nice?.overrides).toMatchObject([
    { file: '/nowhere/conf/a.hcl', line: 7 },
    { file: '/nowhere/conf/a.hcl', line: 2 },
  ])
})

test('secrets are masked, references to them are not', async () => {
  const items = describeConfig(await configurationOf(text), 'web')
  const shown = new Map(items.map(({ path, value, masked }) => [path.split('.').at(-1), [value, masked]]))
  expect(JSON.stringify(items)).not.toContain('hunter2')
  expect(shown.get('API_TOKEN')).toEqual(['••••••', true])
  expect(shown.get('DB')).toEqual(['credential:db', true])
  expect(shown.get('PASSWORD')).toEqual(['env:PASSWORD', true])
  expect(shown.get('MIXED')).toEqual(['••••••', true])
  expect(shown.get('PLAIN')).toEqual(['x', false])
})

test('without a name, agent and server are shown, with what overrides them', async () => {
  const env = { ...quietEnv, HXE_SERVER__PORT: '9000' }
  const items = describeConfig(await configurationOf(text, { env }))
  expect(items.find(({ path }) => path === 'agent.name')).toMatchObject({ value: 'a', origin: 'file', line: 2 })
  expect(items.find(({ path }) => path === 'server.port')).toEqual({
    path: 'server.port',
    value: 9000,
    masked: false,
    origin: 'HXE_SERVER__PORT',
  })
  expect(items.find(({ path }) => path === 'agent.quit_policy')).toMatchObject({ value: 'stop', origin: 'default' })
})

test('the default of restart.policy is not shown where resources.restart_policy says another', async () => {
  const resources = 'service "web" {\n command = "true"\n resources {\n  restart_policy = "always"\n }\n}\n'
  const items = describeConfig(await configurationOf(resources), 'web')
  expect(items.filter(({ path }) => /restart.policy$/.test(path))).toMatchObject([
    { path: 'services.web.resources.restart_policy', value: 'always', origin: 'file' },
  ])
})

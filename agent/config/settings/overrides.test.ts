import { expect, test } from 'vitest'
import { codesOf, configurationOf, loadText, quietEnv } from '../fixtures/load.ts'
import { overridesOf } from './overrides.ts'

const text = 'agent {\n  log_level = "warn"\n  metrics {\n    interval = "30s"\n  }\n}\n'

test('precedence goes from default to file to environment to flag', async () => {
  expect((await configurationOf('')).agent.logLevel).toBe('info')
  expect((await configurationOf(text)).agent.logLevel).toBe('warn')
  const env = { ...quietEnv, HXE_AGENT__LOG_LEVEL: 'error', HXE_AGENT__METRICS__INTERVAL: '5s' }
  const withEnv = await configurationOf(text, { env })
  expect(withEnv.agent.logLevel).toBe('error')
  expect(withEnv.agent.metrics.intervalMs).toBe(5000)
  const flags = [{ path: 'agent.log_level', value: 'debug', by: '--log-level' }]
  expect((await configurationOf(text, { env, flags })).agent.logLevel).toBe('debug')
})

test('every value knows where it came from', async () => {
  const { origins } = await configurationOf(text, {
    env: { ...quietEnv, HXE_AGENT__METRICS__INTERVAL: '5s' },
    flags: [{ path: 'agent.data_dir', value: '/data', by: '--data-dir' }],
  })
  expect(origins).toMatchObject([
    { path: 'agent.log_level', value: 'warn', source: 'file', range: { line: 2, column: 15 } },
    { path: 'agent.data_dir', value: '/data', source: 'flag', by: '--data-dir' },
    { path: 'agent.metrics.interval', value: '5s', source: 'environment', by: 'HXE_AGENT__METRICS__INTERVAL' },
  ])
  expect(origins[1]?.range).toBeUndefined()
})

test('an override needs no file that has the block', async () => {
  const env = { ...quietEnv, HXE_SERVER__PORT: '9000', HXE_SERVER__CORS__ALLOWED_ORIGINS: 'https://a, https://b' }
  const { server } = await configurationOf('', { env })
  expect(server?.port).toBe(9000)
  expect(server?.cors.allowedOrigins).toEqual(['https://a', 'https://b'])
})

test('lists and maps are given as HCL', async () => {
  const env = { ...quietEnv, HXE_AGENT__LABELS: '{ zone = "home" }', HXE_SERVER__CORS__ALLOWED_METHODS: '["GET"]' }
  const { agent, server } = await configurationOf('', { env })
  expect({ ...agent.labels }).toEqual({ zone: 'home' })
  expect(server?.cors.allowedMethods).toEqual(['GET'])
})

test('a wrong value is an error that names its variable', async () => {
  const env = { ...quietEnv, HXE_AGENT__METRICS__INTERVAL: '0s', HXE_SERVER__PORT: '99999', HXE_SERVER__HOST: 'x' }
  const { diagnostics, configuration } = await loadText('', { env })
  expect(configuration).toBeUndefined()
  expect(diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)).toEqual([
    'HXE_AGENT__METRICS__INTERVAL:1:1 interval must be above 0.',
    'HXE_SERVER__PORT:1:1 port is out of range: 99999.',
  ])
})

test('a name that overrides nothing is a warning with a suggestion', async () => {
  const { diagnostics, configuration } = await loadText('', { env: { ...quietEnv, HXE_AGENT__LOGLEVEL: 'debug' } })
  expect(configuration).toBeDefined()
  expect(diagnostics).toMatchObject([
    {
      severity: 'warning',
      code: 'unknown-override',
      file: 'HXE_AGENT__LOGLEVEL',
      suggestion: 'Did you mean "log_level"?',
    },
  ])
})

test('only names of the form HXE_BLOCK__ATTRIBUTE are overrides', () => {
  const env = {
    HXE_CONFIG: 'a',
    HXE_DATA_DIR: 'b',
    HXE_VAR_A__B: 'c',
    HXE_agent__name: 'd',
    AGENT__NAME: 'e',
    HXE__NAME: 'f',
  }
  expect(overridesOf(env)).toEqual([])
})

test('what stands in labelled blocks is not overridden', async () => {
  const { diagnostics } = await loadText('service "web" {\n  command = "true"\n}\n', {
    env: { ...quietEnv, HXE_SERVICE__WEB__COMMAND: 'false' },
  })
  expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-override'])
})

test('two problems of one place are both told', async () => {
  expect(codesOf(await loadText('agent {\n  log_level = "loud"\n  quit_policy = 5\n}\n'))).toEqual([
    '2:15 unknown-value',
    '3:17 wrong-type',
  ])
})

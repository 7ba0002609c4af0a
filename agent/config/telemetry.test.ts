import { expect, test } from 'vitest'
import { describeConfig } from './describe.ts'
import { codesOf, configurationOf, loadText } from './fixtures/load.ts'
import { secretValues } from './secrets.ts'

const otlp = (...lines: readonly string[]): string =>
  ['agent {', 'telemetry {', 'otlp {', ...lines, '}', '}', '}', ''].join('\n')
const endpoint = 'endpoint = "http://localhost:4318"'

test('nothing is told where no block says so', async () => {
  expect((await configurationOf('agent {\n}\n')).agent.otlp).toBeUndefined()
})

test('a receiver is told all by its address alone', async () => {
  expect((await configurationOf(otlp(endpoint))).agent.otlp).toMatchObject({
    protocol: 'http/protobuf',
    metrics: true,
    traces: true,
    logs: true,
    intervalMs: 15_000,
    timeoutMs: 10_000,
  })
})

test('whatever its name, a header is shown masked and kept out of the log', async () => {
  const configuration = await configurationOf(otlp(endpoint, 'headers = { "x-team" = "hunter2", "x-env" = "env:KEY" }'))
  const shown = describeConfig(configuration).filter(({ path }) => path.includes('headers'))
  expect(shown.map(({ value, masked }) => [value, masked])).toEqual([
    ['••••••', true],
    ['env:KEY', true],
  ])
  expect([...secretValues(configuration, { KEY: 'from outside' })]).toEqual(['hunter2', 'from outside'])
})

test('an address of another kind, and one that is missing, are errors', async () => {
  expect(codesOf(await loadText(otlp('endpoint = "localhost:4318"')))).toEqual(['4:12 bad-value'])
  expect(codesOf(await loadText(otlp('protocol = "http/json"')))).toEqual(['3:1 missing-attribute'])
})

import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, quietEnv } from './fixtures/load.ts'
import { loadConfiguration } from './load.ts'

const configs = join(import.meta.dirname, '..', '..', 'configs')
const seed = ['agent.hcl', 'server.hcl', 'services.hcl']

test("the user's own three files load from configs/", async () => {
  const { configuration, files, diagnostics } = await loadConfiguration({ paths: [configs], env: quietEnv })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(files).toEqual(seed.map((name) => join(configs, name)))
  expect(configuration?.agent).toMatchObject({ name: 'hxe-agent-01', dataDir: '/var/lib/hxe' })
  expect(configuration?.agent.metrics).toMatchObject({ enabled: true, intervalMs: 30_000, retentionMs: 86_400_000 })
  expect(configuration?.agent.metrics.prometheusEndpoint?.parts).toEqual([':9090'])
  expect(configuration?.server).toMatchObject({ host: '0.0.0.0', port: 8080 })
  expect(configuration?.server?.rateLimit).toEqual({ requestsPerMinute: 1000, burstSize: 100 })
  expect([...(configuration?.services.keys() ?? [])]).toEqual(['web-app', 'database'])
  const web = configuration?.services.get('web-app')
  expect(web?.resources).toEqual({ cpuCores: 1, memoryBytes: 2 ** 30 })
  expect(web?.restart.policy).toBe('always')
  expect(web?.environment.get('DATABASE_URL')?.parts).toMatchObject([{ from: 'env', name: 'DATABASE_URL' }])
  expect(configuration?.agentEnvNames).toEqual(['SMTP_PASSWORD', 'JWT_SECRET'])
})

test('they load alike from any other folder, and one by one', async () => {
  const folder = makeFolder({})
  for (const name of seed) cpSync(join(configs, name), join(folder.path, name))
  const whole = await loadConfiguration({ paths: [folder.path], env: quietEnv })
  const single = await loadConfiguration({ paths: seed.map((name) => join(folder.path, name)), env: quietEnv })
  folder.remove()
  expect(whole.configuration?.services.size).toBe(2)
  expect(single.configuration).toEqual(whole.configuration)
})

test('the starter set loads without a single remark', async () => {
  const starter = join(configs, 'starter')
  const { configuration, diagnostics } = await loadConfiguration({ paths: [starter], env: process.env })
  expect(diagnostics).toEqual([])
  expect(readdirSync(starter).every((name) => name.endsWith('.hcl'))).toBe(true)
  expect([...(configuration?.services.values() ?? [])].map(({ name, type }) => [name, type])).toEqual([
    ['greeting', 'task'],
    ['clock', 'service'],
    ['disk-report', 'cron'],
  ])
})

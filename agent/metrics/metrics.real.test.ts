import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Series } from '../../contract/index.ts'
import { Place, service } from '../control/fixtures/place.ts'
import { distPath } from '../os/index.ts'
import { openStore } from '../store/index.ts'

const often = 'agent {\n  metrics {\n    interval = "1s"\n  }\n}\n'
let place: Place | undefined
let endpoint: Server | undefined
let killed: ChildProcess | undefined

afterEach(async () => {
  killed?.kill('SIGKILL')
  await place?.close()
  endpoint?.close()
  place = undefined
  endpoint = undefined
})

const lastOf = (series: readonly Series[], metric: string): number =>
  series
    .find((each) => each.metric === metric)
    ?.points.findLast(([, value]) => value !== null)
    ?.at(1) ?? Number.NaN

/** Asks again until it is so. */
async function eventually<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const deadlineMs = performance.now() + 40_000
  for (;;) {
    const value = await ask()
    if (isSo(value)) return value
    if (performance.now() > deadlineMs)
      throw new Error(`It did not come to that: ${JSON.stringify(value).slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const query = (core: Place['core'], metric: string[], from = '10m') =>
  core.metrics.query({ metric, on: 'service', service: 'web', from, stat: 'mean', points: 600 })

test('a service that eats CPU, memory and files is seen to', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hxe-eats-')), 'eats.cjs')
  writeFileSync(
    file,
    `
    const kept = Buffer.alloc(150e6, 1)
    const files = Array.from({ length: 40 }, () => require('fs').openSync('/dev/null'))
    setInterval(() => { const end = Date.now() + 60; while (Date.now() < end && kept && files); }, 100)`,
  )
  place = await Place.open(often + service('web', `${process.execPath} ${file}`))
  const { core } = place
  const metrics = ['cpu_percent', 'memory_bytes', 'open_files', 'threads', 'up', 'uptime_seconds']
  const series = await eventually(
    () => query(core, metrics),
    (found) =>
      lastOf(found, 'memory_bytes') > 150e6 && lastOf(found, 'open_files') > 40 && lastOf(found, 'cpu_percent') > 5,
  )
  expect(lastOf(series, 'up')).toBe(1)
  expect(lastOf(series, 'threads')).toBeGreaterThan(1)
  expect(series.find(({ metric }) => metric === 'memory_bytes')).toMatchObject({
    unit: 'bytes',
    level: 'raw',
    labels: {},
  })
})

test('what a service tells of itself is kept beside what is measured of it', async () => {
  let requests = 0
  endpoint = createServer((_request, response) => {
    requests += 10
    response.end(`# TYPE jobs gauge\njobs{queue="mail"} 7\n# TYPE requests_total counter\nrequests_total ${requests}\n`)
  }).listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const { port } = endpoint.address() as AddressInfo
  const scrape = ['metrics {', 'scrape {', `url = "http://localhost:${port}/metrics"`, 'interval = "1s"', '}', '}']
  place = await Place.open(often + service('web', 'sleep 1000', ...scrape))
  const { core } = place
  const series = await eventually(
    () => query(core, ['jobs', 'requests_per_second', 'scrape_up']).catch(() => []),
    (found) => lastOf(found, 'requests_per_second') > 0 && lastOf(found, 'jobs') === 7,
  )
  expect(series.find(({ metric }) => metric === 'jobs')).toMatchObject({ labels: { queue: 'mail' }, subject: 'web' })
  expect(await core.metrics.names('web')).toContainEqual(expect.objectContaining({ metric: 'jobs', scraped: true }))
  endpoint.close()
  endpoint.closeAllConnections()
  await eventually(
    () => query(core, ['scrape_up']),
    (found) => lastOf(found, 'scrape_up') === 0,
  )
  const events = await core.events.list({ limit: 20, service: 'web', kind: 'service.warning' })
  expect(events[0]?.text).toMatch(/^Its metrics could not be read: connection refused by localhost:\d+$/)
})

test('what was measured before an agent is killed is there afterwards', async () => {
  place = await Place.open(often + service('web', 'sleep 1000'))
  await place.end()
  const { dataDir, file } = place
  const agent = spawn(
    process.execPath,
    [distPath('cli.js'), 'agent', '--config', file, '--data-dir', dataDir, '--port', '0'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  killed = agent
  const [ready] = (await once(agent.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(ready.toString('utf8')) as { url: string }
  const headers = { authorization: `Bearer ${readFileSync(join(dataDir, 'token'), 'utf8').trim()}` }
  const asked = `${url}/api/v1/metrics/query?metric=cpu_percent&on=host`
  // The first look is saved at once, the others every half minute: what is answered has been saved.
  const answered = await eventually(
    async () => ((await (await fetch(asked, { headers })).json()) as { items: Series[] }).items,
    (items) => (items[0]?.points.length ?? 0) > 0,
  )
  agent.kill('SIGKILL')
  await once(agent, 'exit')
  const store = await openStore({ dataDir: join(dataDir) })
  try {
    const question = { kind: 'host', metrics: ['cpu_percent'], stat: 'mean' as const, points: 600, intervalMs: 1_000 }
    const { series } = await store.series.query({ ...question, fromMs: 0, toMs: Date.now() })
    const times = series[0]?.points.map(([time]) => time) ?? []
    expect(times).toContain(answered[0]?.points[0]?.[0])
  } finally {
    await store.close()
  }
})

test('nothing is measured while that is switched off, and the gap is one', async () => {
  place = await Place.open(often + service('web', 'sleep 1000'))
  const { core } = place
  const count = (found: Series[]): number => found[0]?.points.length ?? 0
  await eventually(
    () => query(core, ['memory_bytes']),
    (found) => count(found) >= 2,
  )
  await place.reload(often.replace('interval', 'enabled  = false\n    interval') + service('web', 'sleep 1000'))
  await place.until('web', ({ memoryBytes }) => memoryBytes === null)
  const before = count(await query(core, ['memory_bytes']))
  const began = Date.now()
  await place.eventually(() => Date.now() - began > 3_000)
  expect(count(await query(core, ['memory_bytes']))).toBe(before)
  await place.reload(often + service('web', 'sleep 1000'))
  const found = await eventually(
    () => query(core, ['memory_bytes']),
    (series) => series[0]?.points.some(([, value]) => value === null) === true,
  )
  expect(found[0]?.points.at(-1)?.[1]).not.toBeNull()
})

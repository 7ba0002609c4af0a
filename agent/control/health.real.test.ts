import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place | undefined
const servers: Server[] = []

afterEach(async () => {
  await place?.close()
  place = undefined
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server whose status the test decides. */
async function answering(status: () => number): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status()).end('well'))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const quick = ['    interval = "100ms"', '    timeout  = "10s"']
const check = (...lines: readonly string[]): string =>
  ['health_check {', ...lines.map((line) => `    ${line}`), ...quick, '  }'].join('\n')

test('a service is healthy when its check passes, unhealthy when it fails, and healthy again', async () => {
  let status = 200
  const port = await answering(() => status)
  place = await Place.open(service('web', 'sleep 1000', check(`url = "http://localhost:${port}/"`)))
  await place.until('web', ({ health }) => health === 'healthy')
  status = 503
  await place.until('web', ({ health }) => health === 'unhealthy')
  expect(place.service('web').why).toMatchObject({
    sentence: 'Unhealthy: http: answered 503 Service Unavailable, not 200 to 399',
    chain: [
      { subject: `GET http://localhost:${port}/`, fact: 'answered 503 Service Unavailable, not 200 to 399' },
      { subject: 'web', fact: 'has failed its check http 3 times in a row' },
    ],
    fixes: [{ label: 'Show logs' }, { label: 'Restart' }, { label: 'Open main.hcl:3' }],
  })
  const { health, items } = place.core.health.of('web')
  expect(health).toBe('unhealthy')
  expect(items[0]).toMatchObject({ name: 'http', state: 'failing', target: `GET http://localhost:${port}/` })
  expect(items[0]?.results[0]).toMatchObject({ ok: false, text: 'answered 503 Service Unavailable, not 200 to 399' })
  status = 200
  await place.until('web', ({ health }) => health === 'healthy')
  const events = await place.core.events.list({ service: 'web', limit: 100 })
  expect(
    events
      .filter(({ kind }) => /healthy$/.test(kind))
      .map(({ kind }) => kind)
      .reverse(),
  ).toEqual(['service.healthy', 'service.unhealthy', 'service.healthy'])
})

test('what depends on a healthy service waits until it is', async () => {
  let status = 503
  const port = await answering(() => status)
  const needs = 'depends_on {\n    service = "db"\n    condition = "healthy"\n  }'
  place = await Place.open(
    service('db', 'sleep 1000', check(`url = "http://127.0.0.1:${port}/"`)) + service('web', 'sleep 1000', needs),
  )
  await place.until('db', ({ health }) => health === 'unhealthy')
  expect(place.service('web')).toMatchObject({ state: 'waiting', reason: { text: 'Waits for db' } })
  status = 200
  await place.running('web')
  const answer = await place.core.waitFor('db', 'healthy', 40_000)
  expect(answer.reached).toBe(true)
  // It runs now, and what it needed at its start does not stop it.
  status = 503
  await place.until('db', ({ health }) => health === 'unhealthy')
  expect(place.service('web').state).toBe('running')
})

test('an unhealthy service with on_failure = "restart" is restarted, with the reason', async () => {
  place = await Place.open((here) =>
    service(
      'web',
      'sleep 1000',
      check(`command = "test -e '${join(here.folder, 'well')}'"`, 'on_failure = "restart"', 'retries = 2'),
      'restart {\n    delay = "10ms"\n  }',
    ),
  )
  const first = await place.running('web')
  const again = await place.until('web', ({ pid, restarts }) => restarts > 0 && pid !== null && pid !== first.pid)
  expect(again.reason.text).toBe('Started again: unhealthy: exec: exit code 1')
  writeFileSync(join(place.folder, 'well'), '')
  await place.until('web', ({ health }) => health === 'healthy')
})

test('a command, a line of the log and the process itself can be the check', async () => {
  place = await Place.open(
    service(
      'web',
      "sh -c 'echo warming; echo now ready; sleep 1000'",
      'environment = { WORD = "hello" }',
      check(`command = "sh -c 'echo $WORD; exit 0'"`),
      check('pattern = "^now re+ady$"'),
      check('type = "process"'),
    ),
  )
  await place.until('web', ({ health }) => health === 'healthy')
  const texts = place.core.health.of('web').items.map(({ results }) => results.find(({ ok }) => ok)?.text)
  expect(texts).toEqual(['hello', 'found: now ready', 'it is alive'])
})

test('until a startup check has passed, others are not tried', async () => {
  place = await Place.open((here) =>
    service(
      'web',
      'sleep 1000',
      check(`command = "test -e '${join(here.folder, 'started')}'"`, 'purpose = "startup"', 'retries = 1000'),
      check(`command = "true"`),
    ),
  )
  const tried = await place.eventually(() => {
    const [startup, other] = place?.core.health.of('web').items ?? []
    return (startup?.results.length ?? 0) > 1 && other
  })
  expect(tried).toMatchObject({ name: 'exec-2', state: 'paused', nextAt: null, results: [] })
  expect(place.service('web').health).toBe('starting')
  writeFileSync(join(place.folder, 'started'), '')
  await place.until('web', ({ health }) => health === 'healthy')
  const [startup] = place.core.health.of('web').items
  expect(startup).toMatchObject({ state: 'passing', nextAt: null })
})

test('replicas are probed each at its own port', async () => {
  const first = await answering(() => 200)
  place = await Place.open(
    service(
      'web',
      'sleep 1000',
      'replicas = 2',
      `environment = { PORT = "${first}" }`,
      check(`url = "http://127.0.0.1:${first}/"`),
    ),
  )
  await place.until('web#0', ({ health }) => health === 'healthy')
  const { items } = place.core.health.of('web')
  expect(items.map(({ name, target }) => [name, target])).toEqual([
    ['web#0: http', `GET http://127.0.0.1:${first}/`],
    ['web#1: http', `GET http://127.0.0.1:${first + 1}/`],
  ])
})

test('a changed check is in place at once and restarts nothing', async () => {
  const port = await answering(() => 200)
  const serving = (status: number) =>
    service('web', 'sleep 1000', check(`url = "http://127.0.0.1:${port}/"`, `expect_status = ${status}`))
  place = await Place.open(serving(200))
  const { pid } = await place.until('web', ({ health }) => health === 'healthy')
  await place.reload(serving(204))
  await place.until('web', ({ health }) => health === 'unhealthy')
  expect(place.service('web').pid).toBe(pid)
  await place.reload(service('web', 'sleep 1000'))
  expect(place.service('web')).toMatchObject({ pid, health: 'none' })
})

test('a person may probe at any time, which costs no failure', async () => {
  const port = await answering(() => 503)
  const slow = `health_check {\n    url = "http://127.0.0.1:${port}/"\n    interval = "1h"\n    retries = 1\n  }`
  place = await Place.open(service('web', 'sleep 1000', slow) + service('off', 'true', slow, 'autostart = false'))
  await place.running('web')
  const { items } = await place.core.health.probe('web')
  expect(items[0]?.results[0]).toMatchObject({ ok: false, ignored: expect.any(String) })
  expect(place.service('web').health).toBe('starting')
  await expect(place.core.health.probe('off')).rejects.toThrow('off does not run, so there is nothing to probe')
})

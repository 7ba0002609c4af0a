import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, expect, test } from 'vitest'
import type { AgentEvent, Contract } from '../../contract/index.ts'
import { type AgentPort, servePort } from '../server/index.ts'
import { traceOf } from '../trace.ts'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(() => place.close())

const by = (correlationId: string) => ({ author: 'anna', role: 'admin' as const, trace: traceOf(correlationId) })
const idsOf = (events: readonly AgentEvent[]): Set<string | undefined> =>
  new Set(events.map(({ correlationId }) => correlationId))
const eventsOf = (query: { service?: string; correlationId?: string }): Promise<AgentEvent[]> =>
  place.core.events.list({ limit: 1000, ...query }).then((events) => events.reverse())

test('a restart that was asked for is one story, by the name that its request has', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  const { startedAt } = await place.running('web')
  await place.core.act('web', 'restart', by('deploy-42'))
  await place.until('web', (now) => now.state === 'running' && now.startedAt !== startedAt)
  const events = await eventsOf({ correlationId: 'deploy-42' })
  expect(events.map(({ kind }) => kind)).toEqual(['service.stopping', 'service.started'])
})

test('what the agent starts when it begins shares a name, and what a person then does has another', async () => {
  place = await Place.open(service('one', 'sleep 1000') + service('two', 'sleep 1000'))
  await place.running('one')
  await place.running('two')
  const [id, ...more] = idsOf(await eventsOf({}))
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(more.filter((other) => other !== undefined)).toEqual([])
  await place.act('one', 'stop')
  await place.until('one', ({ state }) => state === 'stopped')
  expect(idsOf(await eventsOf({ service: 'one' })).size).toBe(2)
})

test('a crash has a name of its own, which its restart shares', async () => {
  place = await Place.open(service('web', 'sleep 1000', 'restart {', 'delay = "10ms"', '}'))
  const { pid } = await place.running('web')
  process.kill(Number(pid), 'SIGKILL')
  await place.until('web', (now) => now.state === 'running' && now.pid !== pid)
  const events = await eventsOf({ service: 'web' })
  const [first, ...later] = events
  expect(later.map(({ kind }) => kind)).toEqual(['service.backoff', 'service.started'])
  expect(idsOf(later).size).toBe(1)
  expect(later[0]?.correlationId).not.toBe(first?.correlationId)
})

test('what is restarted with what it needs shares the name of that', async () => {
  place = await Place.open(
    service('db', 'sleep 1000') + service('web', 'sleep 1000', 'depends_on {', 'service = "db"', 'restart = true', '}'),
  )
  const { startedAt } = await place.running('web')
  await place.core.act('db', 'restart', by('deploy-43'))
  await place.until('web', (now) => now.state === 'running' && now.startedAt !== startedAt)
  const events = await eventsOf({ service: 'web', correlationId: 'deploy-43' })
  expect(events.map(({ kind }) => kind)).toEqual(['service.stopping', 'service.started'])
})

test('what one request does with many services, and a change of the files, are one story each', async () => {
  place = await Place.open(service('one', 'sleep 1000') + service('two', 'sleep 1000'))
  await place.running('one')
  await place.running('two')
  await place.core.actOnMany(['one', 'two'], 'stop', by('stop-both'))
  await place.until('one', ({ state }) => state === 'stopped')
  await place.until('two', ({ state }) => state === 'stopped')
  const stopped = (await eventsOf({ correlationId: 'stop-both' })).filter(({ kind }) => kind === 'service.stopped')
  expect(stopped.map(({ service: name }) => name).sort()).toEqual(['one', 'two'])

  place.write(service('one', 'sleep 1000') + service('three', 'sleep 1000'))
  await place.core.config.apply({ timeoutMs: 20_000, watchMs: 0 }, by('apply-7'))
  const applied = await eventsOf({ correlationId: 'apply-7' })
  expect(applied.map(({ kind, service: name }) => `${kind} ${name ?? ''}`).sort()).toEqual([
    'config.applied ',
    'service.started three',
  ])
})

test('a service that does not answer, is restarted for it and answers again, tells one story', async () => {
  const flag = 'flag'
  place = await Place.open((at) =>
    service(
      'web',
      `sh -c 'touch ${at.folder}/${flag}; exec sleep 1000'`,
      'restart {',
      'delay = "10ms"',
      '}',
      'health_check {',
      `command = "test -e ${at.folder}/${flag}"`,
      'interval = "100ms"',
      'retries = 1',
      'on_failure = "restart"',
      '}',
    ),
  )
  const { pid } = await place.until('web', ({ health }) => health === 'healthy')
  rmSync(`${place.folder}/${flag}`)
  await place.until('web', (now) => now.health === 'healthy' && now.pid !== pid)
  const events = await eventsOf({ service: 'web' })
  const unhealthy = events.find(({ kind }) => kind === 'service.unhealthy')
  const story = events.filter(({ correlationId }) => correlationId === unhealthy?.correlationId)
  expect(story.map(({ kind }) => kind)).toEqual([
    'service.unhealthy',
    'service.stopping',
    'service.backoff',
    'service.started',
    'service.healthy',
  ])
})

/** What the agent's own log says of it; written beside the loop, so it may come a moment later. */
const loggedBy = (correlationId: string): string[] =>
  readFileSync(join(place.dataDir, 'agent.log'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line): { msg: string; correlationId?: string } => JSON.parse(line))
    .flatMap((line) => (line.correlationId === correlationId ? [line.msg] : []))

test('what fails has one name in the answer to the window, in the event and in the log', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  const { port1, port2 } = new MessageChannel()
  const close = servePort(place.agent.router, port1 as unknown as AgentPort, { author: 'anna', role: 'admin' })
  try {
    port2.start()
    const link = new RPCLink({ port: port2 as unknown as globalThis.MessagePort })
    const window: ContractRouterClient<Contract> = createORPCClient(link)
    place.write('service "web" {')
    const refused = await window.config
      .reload()
      .catch((error: { code: string; data: { correlationId: string } }) => error)
    expect(refused).toMatchObject({ code: 'CONFIG_INVALID', data: { correlationId: expect.any(String) } })
    const { correlationId } = (refused as { data: { correlationId: string } }).data
    expect((await eventsOf({ correlationId })).map(({ kind }) => kind)).toEqual(['config.invalid'])
    await place.eventually(() => loggedBy(correlationId).includes('audit'))
    expect(loggedBy(correlationId)).toEqual([expect.stringMatching(/^configuration not loaded: /), 'audit'])
  } finally {
    close()
    port2.close()
  }
})

test('the history finds a story again after the agent was started anew', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  await place.running('web')
  await place.core.act('web', 'stop', by('deploy-44'))
  await place.until('web', ({ state }) => state === 'stopped')
  const before = await eventsOf({ correlationId: 'deploy-44' })
  await place.end()
  await place.begin()
  expect(before.length).toBeGreaterThan(0)
  expect(await eventsOf({ correlationId: 'deploy-44' })).toEqual(before)
})

test('the end of the agent and the stops of its services are one story, by the name that its request has', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  await place.running('web')
  place.core.shutdown('stop', by('deploy-45'))
  await place.end()
  expect(loggedBy('deploy-45')).toEqual(['the agent ends'])
  await place.begin()
  const kinds = (await eventsOf({ correlationId: 'deploy-45' })).map(({ kind }) => kind)
  expect(kinds).toEqual(['agent.stopping', 'service.stopping', 'service.stopped'])
})

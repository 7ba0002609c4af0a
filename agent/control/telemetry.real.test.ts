import { afterEach, beforeEach, expect, test } from 'vitest'
import { attribute, type ReceivedSpan, Receiver } from '../telemetry/fixtures/receiver.ts'
import { traceOf } from '../trace.ts'
import { Place, service } from './fixtures/place.ts'

let receiver: Receiver
let place: Place

beforeEach(async () => {
  receiver = await Receiver.open()
})
afterEach(async () => {
  await place.close()
  await receiver.close()
})

const telemetry = (...more: readonly string[]): string =>
  [
    'agent {',
    'telemetry {',
    'otlp {',
    `endpoint = "${receiver.url}"`,
    'interval = "1s"',
    ...more,
    '}',
    '}',
    '}',
    '',
  ].join('\n')
const person = { author: 'anna', role: 'admin' as const }
const until = <T>(look: () => T | false | undefined): Promise<T> =>
  place.eventually(look, () => JSON.stringify(receiver.spans.map(({ name }) => name)))
const spanNamed = (name: string, traceId?: string): ReceivedSpan | undefined =>
  receiver.spans.find((span) => span.name === name && (traceId === undefined || span.traceId === traceId))

test.each(['http/json', 'http/protobuf'])(
  'a restart is one trace, from the call to running, as %s',
  async (protocol) => {
    const db = service('db', 'sleep 1000')
    const web = service('web', 'sleep 1000', 'depends_on {', 'service = "db"', 'restart = true', '}')
    place = await Place.open(telemetry(`protocol = "${protocol}"`) + db + web)
    const { startedAt } = await place.running('web')
    const trace = { ...traceOf('0af7651916cd43dd8448eb211c80319c'), spanId: 'b7ad6b7169203331' }
    await place.core.act('db', 'restart', { ...person, trace })
    await place.until('web', (now) => now.state === 'running' && now.startedAt !== startedAt)

    const own = await until(() => spanNamed('restart db', trace.traceId))
    const dependent = await until(() => spanNamed('restart web', trace.traceId))
    expect([own.parentSpanId, dependent.parentSpanId]).toEqual([trace.spanId, trace.spanId])
    expect(attribute(own.attributes, 'hxe.service')).toBe('db')
    for (const [operation, name] of [
      [own, 'stop signal'],
      [own, 'prepare'],
      [own, 'spawn'],
      [dependent, 'spawn'],
    ] as const) {
      const part = await until(() =>
        receiver.spans.find((span) => span.name === name && span.parentSpanId === operation.spanId),
      )
      expect(part.traceId).toBe(trace.traceId)
      expect(BigInt(part.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(operation.startTimeUnixNano))
      expect(BigInt(part.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(operation.endTimeUnixNano))
    }
  },
)

test('a start shows whom it waited for and when it answered', async () => {
  place = await Place.open(
    (at) =>
      telemetry() +
      service('db', `sh -c 'touch ${at.folder}/up; exec sleep 1000'`, ...probe(`test -e ${at.folder}/up`)) +
      service('web', 'sleep 1000', 'depends_on {', 'service = "db"', 'condition = "healthy"', '}'),
  )
  await place.running('web')
  const start = await until(() => spanNamed('start web'))
  const wait = await until(() => spanNamed('wait for db'))
  const readiness = await until(() => spanNamed('readiness'))
  const startDb = await until(() => spanNamed('start db'))
  expect(wait.parentSpanId).toBe(start.spanId)
  expect(readiness.parentSpanId).toBe(startDb.spanId)
  expect(new Set([start, wait, readiness, startDb].map(({ traceId }) => traceId)).size).toBe(1)
})

const probe = (command: string): string[] => ['health_check {', `command = "${command}"`, 'interval = "200ms"', '}']

test('a change of the files is one trace: the plan, taking it over, and what it does with services', async () => {
  place = await Place.open(telemetry() + service('web', 'sleep 1000'))
  await place.running('web')
  place.write(telemetry() + service('web', 'sleep 2000'))
  const trace = { ...traceOf('apply-7'), spanId: 'b7ad6b7169203331' }
  await place.core.config.apply({ timeoutMs: 20_000, watchMs: 0 }, { ...person, trace })
  for (const name of ['plan the change', 'take the files over', 'carry the plan out', 'restart web']) {
    const span = await until(() => spanNamed(name, trace.traceId))
    expect([name, span.parentSpanId]).toEqual([name, trace.spanId])
  }
})

test('figures come by the names of the conventions, of services, machine and agent', async () => {
  place = await Place.open(
    telemetry('resource = { "deployment.environment.name" = "test" }') + service('web', 'sleep 1000'),
  )
  await place.running('web')
  const find = (name: string) => receiver.metrics.findLast((metric) => metric.name === name)
  for (const name of ['process.memory.usage', 'system.cpu.utilization', 'system.memory.usage', 'hxe.agent.store_queue'])
    await until(() => find(name))
  const up = await until(() => find('hxe.service.up'))
  expect(up.gauge?.dataPoints.map((point) => [attribute(point.attributes, 'hxe.service'), point.asDouble])).toEqual([
    ['web', 1],
  ])
  const restarts = await until(() => find('hxe.service.restarts'))
  expect(restarts.sum?.isMonotonic).toBeTruthy()
  expect(receiver.resources).toContainEqual(
    expect.objectContaining({
      'service.name': 'hxe',
      'host.name': expect.any(String),
      'deployment.environment.name': 'test',
    }),
  )
})

test('lines come with their service, level and what brought about their run; secrets do not', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const line = `{"level":"warn","msg":"key is hunter2hunter2","trace_id":"${traceId}"}`
  place = await Place.open(
    telemetry('headers = { "x-honeycomb-team" = "hunter3hunter3" }') +
      service(
        'web',
        `sh -c 'while :; do echo "$LINE"; sleep 0.2; done'`,
        'autostart = false',
        'environment = {',
        `LINE = ${JSON.stringify(line)}`,
        'API_KEY = "hunter2hunter2"',
        '}',
      ),
  )
  await place.core.act('web', 'start', { ...person, trace: traceOf('deploy-42') })
  const received = await until(() => receiver.logs.find(({ service: name }) => name === 'web'))
  expect(received.severityText).toBe('WARN')
  expect(received.severityNumber).toBe(13)
  expect(received.traceId).toBe(traceId)
  expect(attribute(received.attributes, 'hxe.correlation_id')).toBe('deploy-42')
  expect(attribute(received.attributes, 'log.iostream')).toBe('stdout')
  expect(received.body.stringValue).toContain('key is [redacted]')
  expect(receiver.requests.some(({ body }) => body.includes('hunter2hunter2'))).toBe(false)
  expect(receiver.requests[0]?.headers['x-honeycomb-team']).toBe('hunter3hunter3')
})

test('what a failing receiver was not told it is told when it is back, and both are events, once each', async () => {
  receiver.mood = { status: 503, headers: { 'retry-after': '1' } }
  place = await Place.open(telemetry('metrics = false', 'logs = false') + service('web', 'sleep 1000'))
  await place.running('web')
  await until(() => receiver.requests.length >= 2)
  expect(receiver.spans).toEqual([])
  receiver.mood = 'takes'
  await until(() => spanNamed('start web'))
  const events = async () =>
    (await place.core.events.list({ limit: 100 })).filter(({ text }) => text.includes('traces'))
  let seen = await events()
  await until(() => {
    void events().then((found) => (seen = found))
    return seen.length === 2
  })
  expect(seen.map(({ kind }) => kind)).toEqual(['agent.recovered', 'agent.warning'])
})

test('a receiver that hangs holds up neither services nor the end of the agent', async () => {
  receiver.mood = 'hangs'
  place = await Place.open(telemetry() + service('web', 'sleep 1000'))
  await place.running('web')
  await until(() => receiver.requests.length > 0)
  await place.act('web', 'restart')
  await place.running('web')
  await place.end()
  expect(receiver.spans).toEqual([])
})

test('nothing is sent unless it is asked for, and no longer once it is not', async () => {
  place = await Place.open(service('web', 'sleep 1000'))
  await place.running('web')
  await place.act('web', 'restart')
  await place.running('web')
  expect(receiver.requests).toEqual([])
  await place.reload(telemetry() + service('web', 'sleep 1000'))
  await place.act('web', 'restart')
  await until(() => spanNamed('restart web'))
  await place.reload(service('web', 'sleep 1000'))
  const { startedAt } = place.service('web')
  const later = traceOf('later')
  await place.core.act('web', 'restart', { ...person, trace: later })
  await place.until('web', (now) => now.state === 'running' && now.startedAt !== startedAt)
  await place.end()
  expect(receiver.spans.filter(({ traceId }) => traceId === later.traceId)).toEqual([])
})

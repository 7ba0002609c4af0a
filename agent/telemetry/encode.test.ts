import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentTypes, createEncoder } from './encode.ts'
import { attribute, Receiver } from './fixtures/receiver.ts'
import { addressFor, sendOnce } from './send.ts'
import type { OtlpTarget } from './types.ts'

const origin = {
  hostName: 'atlas',
  version: '1.2.3',
  instanceId: 'd1',
  resource: { 'deployment.environment.name': 'home' },
}
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanItem = {
  traceId,
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  name: 'restart web',
  isServer: true,
  startMs: 1_700_000_000_000.25,
  endMs: 1_700_000_000_001.5,
  attributes: { 'hxe.service': 'web' },
  error: 'the key hunter2hunter2 was refused',
}
const metricItem = {
  name: 'process.memory.usage',
  description: 'Memory',
  unit: 'By',
  isSum: false,
  startMs: 0,
  atMs: 1_700_000_000_000,
  points: [{ attributes: { 'hxe.service': 'web' }, value: 1.5 }],
}
const logItem = {
  instance: 'web#0',
  service: 'web',
  atMs: 1_700_000_000_000,
  level: 'error' as const,
  text: 'it said hunter2hunter2',
  stream: 'stderr' as const,
  traceId,
  correlationId: 'deploy-42',
}
const clean = (text: string): string => text.replaceAll('hunter2hunter2', '[redacted]')

let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.open()
})
afterEach(() => receiver.close())

function open(protocol: OtlpTarget['protocol']) {
  const target = { endpoint: receiver.url, protocol, headers: { 'x-key': 'k' }, timeoutMs: 15_000 }
  const encoder = createEncoder(protocol, origin, clean)
  const deps = { encoder, abort: new AbortController().signal, nowMs: () => 0 }
  const send = (signal: 'metrics' | 'traces' | 'logs', body: Uint8Array) =>
    sendOnce(target, signal, contentTypes[protocol], body, deps)
  return { encoder, send }
}

test.each(['http/json', 'http/protobuf'] as const)('a receiver reads as %s what was meant', async (protocol) => {
  const { encoder, send } = open(protocol)
  await send('traces', encoder.encode('traces', [spanItem]))
  await send('metrics', encoder.encode('metrics', [metricItem, { ...metricItem, name: 'restarts', isSum: true }]))
  expect(await send('logs', encoder.encode('logs', [logItem]))).toEqual({ came: 'taken', rejected: 0, text: '' })

  expect(receiver.requests.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/metrics', '/v1/logs'])
  expect(receiver.requests[0]?.headers).toMatchObject({ 'content-type': contentTypes[protocol], 'x-key': 'k' })
  expect(receiver.spans).toMatchObject([
    {
      traceId,
      spanId: spanItem.spanId,
      parentSpanId: spanItem.parentSpanId,
      name: 'restart web',
      kind: 2,
      startTimeUnixNano: '1700000000000250000',
      endTimeUnixNano: '1700000000001500000',
      status: { code: 2, message: 'the key [redacted] was refused' },
    },
  ])
  expect(receiver.metrics.map(({ name, unit }) => [name, unit])).toEqual([
    ['process.memory.usage', 'By'],
    ['restarts', 'By'],
  ])
  expect(receiver.metrics[0]?.gauge?.dataPoints[0]?.asDouble).toBe(1.5)
  expect(receiver.metrics[1]?.sum?.dataPoints[0]?.asDouble).toBe(1.5)
  const [log] = receiver.logs
  expect(log).toMatchObject({ service: 'web', severityText: 'ERROR', severityNumber: 17, traceId })
  expect(log?.body.stringValue).toBe('it said [redacted]')
  expect(attribute(log?.attributes ?? [], 'hxe.correlation_id')).toBe('deploy-42')
  expect(receiver.resources).toEqual([
    expect.objectContaining({ 'service.name': 'hxe', 'host.name': 'atlas', 'service.version': '1.2.3' }),
    expect.objectContaining({ 'service.name': 'hxe', 'deployment.environment.name': 'home' }),
    expect.objectContaining({ 'service.name': 'web', 'service.instance.id': 'web#0', 'host.name': 'atlas' }),
  ])
})

test('what a receiver says that it did not take is heard', async () => {
  const { encoder, send } = open('http/json')
  receiver.mood = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}' }
  const answer = await send('traces', encoder.encode('traces', [spanItem]))
  expect(answer).toEqual({ came: 'taken', rejected: 2, text: 'too old' })
})

test('an answer that is none is no reason to send again', async () => {
  const { encoder, send } = open('http/protobuf')
  receiver.mood = { status: 200, body: 'ok, thanks' }
  expect(await send('traces', encoder.encode('traces', [spanItem]))).toMatchObject({ came: 'taken', rejected: 0 })
})

test('a metadata address is never told anything', async () => {
  const target = { endpoint: 'http://169.254.169.254', protocol: 'http/json', headers: {}, timeoutMs: 15_000 } as const
  const encoder = createEncoder('http/json', origin, clean)
  const deps = { encoder, abort: new AbortController().signal, nowMs: () => 0 }
  const answer = await sendOnce(target, 'logs', contentTypes['http/json'], new Uint8Array(), deps)
  expect(answer).toMatchObject({ came: 'later', text: expect.stringContaining('metadata') })
})

test.each([
  ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
  ['http://localhost:4318/', 'http://localhost:4318/v1/traces'],
  ['https://otlp.example.com/otlp/?a=1', 'https://otlp.example.com/otlp/v1/traces?a=1'],
])('below %s traces go to %s', (endpoint, address) => {
  expect(addressFor(endpoint, 'traces')).toBe(address)
})

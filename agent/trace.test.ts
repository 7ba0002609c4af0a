import { expect, test } from 'vitest'
import { newTrace, readTrace, traceOf, traceparentOf } from './trace.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = `00-${traceId}-b7ad6b7169203331-01`

test('a correlation id that is a trace id is the trace', () => {
  expect(readTrace({ 'x-correlation-id': traceId })).toEqual({ correlationId: traceId, traceId })
})

test('a name of another kind has one trace, wherever it is asked', () => {
  const trace = readTrace({ 'x-correlation-id': 'deploy-42' })
  expect(trace).toEqual(traceOf('deploy-42'))
  expect(trace?.traceId).toMatch(/^[0-9a-f]{32}$/)
})

test('traceparent gives the trace and the span that what follows belongs under', () => {
  expect(readTrace({ traceparent: parent })).toEqual({ correlationId: traceId, traceId, spanId: 'b7ad6b7169203331' })
})

test('of both, the correlation id is the name and traceparent the trace', () => {
  expect(readTrace({ traceparent: parent, 'x-correlation-id': 'deploy-42' })).toEqual({
    correlationId: 'deploy-42',
    traceId,
    spanId: 'b7ad6b7169203331',
  })
})

test.each([
  ['nothing', {}],
  ['a line break', { 'x-correlation-id': 'a\nb' }],
  ['too long a name', { 'x-correlation-id': 'a'.repeat(129) }],
  ['two names', { 'x-correlation-id': ['a', 'b'] }],
  ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }],
  ['a span of zeros', { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` }],
  ['the version that is not allowed', { traceparent: `ff-${traceId}-b7ad6b7169203331-01` }],
  ['capitals', { traceparent: parent.toUpperCase() }],
])('%s names no trace', (_what, headers) => {
  expect(readTrace(headers)).toBeUndefined()
})

test('a later version of traceparent is read as far as it is known', () => {
  expect(readTrace({ traceparent: `${parent.replace(/^00/, '01')}-more` })?.traceId).toBe(traceId)
})

test('a trace that is made is written as it is read', () => {
  const trace = newTrace(() => '0123456789abcdef')
  expect(readTrace({ traceparent: traceparentOf(trace, 'b7ad6b7169203331') })?.traceId).toBe(trace.traceId)
})

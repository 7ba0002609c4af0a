import { createHash } from 'node:crypto'

/** What one cause brings about, whoever carries it out: a request, a crash, a due time. All that comes of it shares it. */
export interface Trace {
  correlationId: string
  /** As W3C has it, 32 hex digits; the correlation id itself where it is so. */
  traceId: string
  /** The span that what follows belongs under. */
  spanId?: string
}

/** What a client may call its request; anything else gets a name of ours. */
const goodId = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/
const hexId = /^[0-9a-f]{32}$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

/** @param randomText gives 16 hex digits */
export function newTrace(randomText: () => string): Trace {
  const traceId = `${randomText()}${randomText()}`
  return { correlationId: traceId, traceId }
}

/** The same wherever the id comes from: what hosts of a fleet do under one id is one trace. */
export const traceOf = (correlationId: string): Trace => ({
  correlationId,
  traceId:
    hexId.test(correlationId) && correlationId !== noTrace
      ? correlationId
      : createHash('sha256').update(correlationId).digest('hex').slice(0, 32),
})

/** What a request says of itself, by `X-Correlation-Id` and W3C's `traceparent`; undefined where it says nothing usable. */
export function readTrace(headers: Readonly<Record<string, string | string[] | undefined>>): Trace | undefined {
  const id = headers['x-correlation-id']
  const named = typeof id === 'string' && goodId.test(id) ? traceOf(id) : undefined
  const parent = headers.traceparent
  const [, version, traceId, spanId] =
    (typeof parent === 'string' && /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/.exec(parent)) ||
    []
  if (version === undefined || version === 'ff' || !traceId || !spanId || traceId === noTrace || spanId === noSpan)
    return named
  return { correlationId: named?.correlationId ?? traceId, traceId, spanId }
}

/** The member by which an event, a refusal and a line of the agent's log say what brought them about. */
export const correlated = (
  cause: { correlationId?: string | undefined } | null | undefined,
): { correlationId?: string } => (cause?.correlationId === undefined ? {} : { correlationId: cause.correlationId })

/** A trace with one of its spans, in W3C's notation. */
export const traceparentOf = ({ traceId }: Trace, spanId: string): string => `00-${traceId}-${spanId}-01`

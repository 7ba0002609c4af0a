import { messageOf } from '../../contract/failure.ts'
import type { Caller } from '../caller.ts'
import type { CallBegan } from '../core.ts'
import type { Engine } from './engine.ts'

/** Notes a call that is to be told, where somebody wants to know. */
export function beginCall(engine: Engine, call: CallBegan): (problem?: string) => void {
  const { tracing } = engine
  if (!tracing) return () => {}
  const { operations } = tracing
  const startMs = operations.now()
  return (problem) =>
    tracing.add({
      traceId: call.trace.traceId,
      spanId: call.spanId,
      parentSpanId: call.trace.spanId,
      name: call.procedure,
      isServer: true,
      startMs,
      endMs: operations.now(),
      attributes: {
        'hxe.carrier': call.carrier,
        'hxe.author': call.author,
        'hxe.correlation_id': call.trace.correlationId,
        ...(call.subject === undefined ? {} : { 'hxe.subject': call.subject }),
      },
      ...(problem === undefined ? {} : { error: problem }),
    })
}

/** A part of what a request asks for, as a span of its own below that of the call; what it returns ends it. */
export function startSpan(engine: Engine, { trace }: Pick<Caller, 'trace'>, name: string): (error?: string) => void {
  const { tracing } = engine
  if (!tracing || !trace) return () => {}
  const startMs = tracing.operations.now()
  return (error) =>
    tracing.add({
      traceId: trace.traceId,
      spanId: engine.deps.randomText(),
      parentSpanId: trace.spanId,
      name,
      isServer: false,
      startMs,
      endMs: tracing.operations.now(),
      attributes: { 'hxe.correlation_id': trace.correlationId },
      ...(error === undefined ? {} : { error }),
    })
}

/** Does such a part. */
export async function asSpan<T>(
  engine: Engine,
  cause: Pick<Caller, 'trace'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const end = startSpan(engine, cause, name)
  try {
    const result = await work()
    end()
    return result
  } catch (error) {
    end(messageOf(error))
    throw error
  }
}

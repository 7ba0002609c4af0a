import { type SpanContext, SpanKind, SpanStatusCode, TraceFlags, ValueType } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { Attributes, Items, LogItem, MetricItem, Origin, OtlpTarget, Signal, SpanItem } from './types.ts'

type RequestOf<Serializer extends { serializeRequest(request: never): unknown }> = Parameters<
  Serializer['serializeRequest']
>[0]
type Spans = RequestOf<typeof ProtobufTraceSerializer>
type Metrics = RequestOf<typeof ProtobufMetricsSerializer>
type Logs = RequestOf<typeof ProtobufLogsSerializer>
type Metric = Metrics['scopeMetrics'][number]['metrics'][number]
type Resource = Metrics['resource']
type HrTime = [seconds: number, nanos: number]

const serializers = {
  'http/protobuf': {
    metrics: ProtobufMetricsSerializer,
    traces: ProtobufTraceSerializer,
    logs: ProtobufLogsSerializer,
  },
  'http/json': { metrics: JsonMetricsSerializer, traces: JsonTraceSerializer, logs: JsonLogsSerializer },
} as const

export const contentTypes: Readonly<Record<OtlpTarget['protocol'], string>> = {
  'http/protobuf': 'application/x-protobuf',
  'http/json': 'application/json',
}

/** Turns items into the body of a request, and the receiver's answer into how many of them it did not take. */
export interface Encoder {
  encode<S extends Signal>(signal: S, items: readonly Items[S][]): Uint8Array
  /** @throws for an answer that is none */
  rejected(signal: Signal, body: Uint8Array): { count: number; text: string }
}

/** @param clean takes secrets out of a text; all that goes out goes through it */
export function createEncoder(
  protocol: OtlpTarget['protocol'],
  origin: Origin,
  clean: (text: string) => string,
): Encoder {
  const { metrics, traces, logs } = serializers[protocol]
  const scope = { name: 'hxe', version: origin.version }
  const own = resourceOf({
    'service.name': 'hxe',
    'service.version': origin.version,
    'service.instance.id': origin.instanceId,
    ...about(origin),
  })
  const context = { scope, own, origin, clean }
  const encoders: { [S in Signal]: (items: readonly Items[S][]) => Uint8Array | undefined } = {
    metrics: (items) =>
      metrics.serializeRequest({
        resource: own,
        scopeMetrics: [{ scope, metrics: items.map((item) => metricOf(item)) }],
      }),
    traces: (items) => traces.serializeRequest(items.map((item) => spanOf(item, context))),
    logs: (items) => logs.serializeRequest(recordsOf(items, context)),
  }
  return {
    encode: (signal, items) => encoders[signal](items) ?? new Uint8Array(),
    rejected(signal, body) {
      if (body.length === 0) return { count: 0, text: '' }
      const partial = serializers[protocol][signal].deserializeResponse(body).partialSuccess as
        | { rejectedDataPoints?: number; rejectedSpans?: number; rejectedLogRecords?: number; errorMessage?: string }
        | undefined
      const count = partial?.rejectedDataPoints ?? partial?.rejectedSpans ?? partial?.rejectedLogRecords ?? 0
      return { count: Number(count), text: partial?.errorMessage ?? '' }
    },
  }
}

interface Context {
  scope: { name: string; version: string }
  own: Resource
  origin: Origin
  clean: (text: string) => string
}

const about = ({ hostName, resource }: Origin): Record<string, string> => ({ 'host.name': hostName, ...resource })
const resourceOf = (attributes: Record<string, string>): Resource => ({ attributes }) as Resource

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}

function metricOf({ name, description, unit, isSum, startMs, atMs, points }: MetricItem): Metric {
  const [startTime, endTime] = [hrTime(startMs), hrTime(atMs)]
  return {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: isSum ? DataPointType.SUM : DataPointType.GAUGE,
    ...(isSum ? { isMonotonic: true } : {}),
    dataPoints: points.map(({ attributes, value }) => ({ attributes, value, startTime, endTime })),
  } as Metric
}

function cleaned(attributes: Attributes, clean: (text: string) => string): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]),
  )
}

function spanOf(item: SpanItem, { scope, own, clean }: Context): Spans[number] {
  const { traceId, spanId, parentSpanId, startMs, endMs, error } = item
  const contextOf = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED })
  return {
    name: item.name,
    kind: item.isServer ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => contextOf(spanId),
    ...(parentSpanId === undefined ? {} : { parentSpanContext: contextOf(parentSpanId) }),
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    status:
      error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: clean(error) },
    attributes: cleaned(item.attributes, clean),
    links: [],
    events: [],
    ended: true,
    resource: own,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

/** As the data model of logs has them: the least of each range. */
const severities: Readonly<Record<LogItem['level'], number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
}

/** Lines are their service's: each service is a resource of its own. */
function recordsOf(items: readonly LogItem[], { scope, origin, clean }: Context): Logs {
  const resources = new Map<string, Resource>()
  const resourceFor = ({ instance, service }: LogItem): Resource => {
    const known = resources.get(instance)
    if (known) return known
    const made = resourceOf({ ...about(origin), 'service.name': service, 'service.instance.id': instance })
    resources.set(instance, made)
    return made
  }
  return items.map((item) => {
    const { traceId, spanId, correlationId } = item
    return {
      hrTime: hrTime(item.atMs),
      hrTimeObserved: hrTime(item.atMs),
      severityNumber: severities[item.level],
      severityText: item.level.toUpperCase(),
      body: clean(item.text),
      attributes: {
        'log.iostream': item.stream,
        ...(correlationId === undefined ? {} : { 'hxe.correlation_id': correlationId }),
      },
      ...(traceId === undefined
        ? {}
        : // A line may know its trace and not its span, which the encoding allows and its type does not.
          { spanContext: { traceId, spanId, traceFlags: TraceFlags.NONE } as SpanContext }),
      resource: resourceFor(item),
      instrumentationScope: scope,
      droppedAttributesCount: 0,
    }
  })
}

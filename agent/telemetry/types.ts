export const signals = ['metrics', 'traces', 'logs'] as const
export type Signal = (typeof signals)[number]

export type Attributes = Readonly<Record<string, string | number | boolean>>

/** A piece of an operation that has ended. Times are wall clock in ms, with fractions. */
export interface SpanItem {
  traceId: string
  spanId: string
  parentSpanId?: string | undefined
  name: string
  /** The call of a client, else something within. */
  isServer: boolean
  startMs: number
  endMs: number
  attributes: Attributes
  /** Why it came to nothing. */
  error?: string | undefined
}

export interface Point {
  attributes: Attributes
  value: number
}

/** One metric at one moment. */
export interface MetricItem {
  name: string
  description: string
  /** As UCUM has it: `1`, `By`, `s`. */
  unit: string
  /** Only ever grows, since `startMs`; else it is what it is now. */
  isSum: boolean
  startMs: number
  atMs: number
  points: readonly Point[]
}

export interface LogItem {
  /** The instance that wrote it, and its service. */
  instance: string
  service: string
  atMs: number
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  text: string
  stream: 'stdout' | 'stderr'
  traceId?: string | undefined
  spanId?: string | undefined
  correlationId?: string | undefined
}

export interface Items {
  metrics: MetricItem
  traces: SpanItem
  logs: LogItem
}

/** Whose all of it is. */
export interface Origin {
  hostName: string
  version: string
  /** Of the data directory: two agents of a machine are two. */
  instanceId: string
  resource: Readonly<Record<string, string>>
}

/** A receiver as it is known when it is to be told. */
export interface OtlpTarget {
  endpoint: string
  protocol: 'http/protobuf' | 'http/json'
  headers: Readonly<Record<string, string>>
  timeoutMs: number
}

/** What has become of what was to be sent. */
export interface SignalCounts {
  sent: number
  /** Lost: no room for it, refused by the receiver, or too old. */
  dropped: number
  waiting: number
}

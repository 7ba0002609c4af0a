import { z } from 'zod'

/** What is measured: a service's whole process tree, the machine, or the agent itself. */
export const subjectKinds = ['service', 'host', 'agent'] as const
export type SubjectKind = (typeof subjectKinds)[number]
const subjectKindSchema = z.enum(subjectKinds)

export const metricUnitSchema = z.enum([
  'percent',
  'bytes',
  'bytesPerSecond',
  'count',
  'perSecond',
  'ms',
  'seconds',
  'celsius',
  'ratio',
  'none',
])
export type MetricUnit = z.infer<typeof metricUnitSchema>

/** A metric that is kept, by its name of the API: `cpu_percent`. */
export const metricInfoSchema = z.object({
  metric: z.string(),
  on: subjectKindSchema,
  unit: metricUnitSchema,
  help: z.string(),
  /** Read from a service's own endpoint, and not measured by the agent. */
  scraped: z.boolean(),
})
export type MetricInfo = z.infer<typeof metricInfoSchema>

/** `raw` as it was measured, or what a minute or an hour came to. */
export const metricLevels = ['raw', 'minute', 'hour'] as const
const metricLevelSchema = z.enum(metricLevels)
export type MetricLevel = (typeof metricLevels)[number]
export const metricStatSchema = z.enum(['mean', 'min', 'max', 'p95'])
export type MetricStat = z.infer<typeof metricStatSchema>

/** `[timeMs, value]`; null is a gap: nothing was measured from there on. */
export const pointSchema = z.tuple([z.number(), z.number().nullable()])
export type Point = z.infer<typeof pointSchema>

/** One metric of one subject over time. */
export const seriesSchema = z.object({
  metric: z.string(),
  unit: metricUnitSchema,
  on: subjectKindSchema,
  /** The instance for a service, else the machine's name. */
  subject: z.string(),
  /** What tells series of one metric apart: `{ mount: "/" }`, `{ core: "0" }`, labels of a scraped one. */
  labels: z.record(z.string(), z.string()),
  points: z.array(pointSchema),
  level: metricLevelSchema,
  stat: metricStatSchema,
  /** The time that one measurement of this level stands for. */
  stepMs: z.number(),
})
export type Series = z.infer<typeof seriesSchema>

const many = z.union([z.string(), z.array(z.string()).max(1000)])

/** `from` and `to` are RFC 3339 or how long ago (`1h`); default: the last hour. */
export const metricQuerySchema = z.object({
  metric: many,
  on: subjectKindSchema.default('service'),
  /** Services or instances; absent: all of them. Ignored for `host` and `agent`. */
  service: many.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** One value for each step, such as `1m`, by `stat`; absent: as it was kept, thinned to `points` so that its look stays (LTTB). */
  step: z.string().optional(),
  stat: metricStatSchema.default('mean'),
  points: z.coerce.number().int().min(2).max(10_000).default(600),
})
export type MetricQuery = z.infer<typeof metricQuerySchema>

export const forecastQuerySchema = z.object({
  metric: z.string(),
  on: subjectKindSchema.default('service'),
  service: z.string().optional(),
  /** Of a host's metric with several series: `mount=/`. */
  label: z.string().optional(),
  /** How far ahead, such as `4h`. */
  ahead: z.string().default('4h'),
  from: z.string().optional(),
})
export type ForecastQuery = z.infer<typeof forecastQuerySchema>

export const forecastSchema = z.object({
  metric: z.string(),
  unit: metricUnitSchema,
  subject: z.string(),
  /** How it was made, for a person: "Holt–Winters with a season of a day", or why there is none. */
  method: z.string(),
  /** `[timeMs, value, low, high]`, the band holding 80 % of what is expected; empty where there is too little history. */
  points: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  /** Past points that lay outside the 99 % band. */
  outliers: z.array(z.tuple([z.number(), z.number()])),
  /** Where the value has an end (a full disk, a memory limit): that, and when it is reached if it is within `ahead`. */
  limit: z.number().nullable(),
  reachesLimitAt: z.string().nullable(),
})
export type Forecast = z.infer<typeof forecastSchema>

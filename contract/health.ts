import { z } from 'zod'
import { healthSchema } from './states.ts'

export const probeTypeSchema = z.enum(['http', 'tcp', 'exec', 'log', 'grpc', 'process'])
export type ProbeType = z.infer<typeof probeTypeSchema>

/** One answer of a probe. */
export const probeResultSchema = z.object({
  at: z.string(),
  ok: z.boolean(),
  /** From the first byte sent to the verdict; null where nothing was sent, as with `log` and `process`. */
  latencyMs: z.number().nullable(),
  /** What was answered, or why it failed, as a sentence: "connection refused by 127.0.0.1:3000". */
  text: z.string(),
  /** Set where the answer does not count: within the start period, or while the agent itself was held up. */
  ignored: z.string().optional(),
})
export type ProbeResult = z.infer<typeof probeResultSchema>

/** One `health_check` of a service, and how it has answered. */
export const healthCheckSchema = z.object({
  /** The label of its block, or its type and number: `http`, `tcp-2`. */
  name: z.string(),
  type: probeTypeSchema,
  purpose: z.enum(['readiness', 'liveness', 'startup']),
  onFailure: z.enum(['alert', 'restart']),
  /** What is tried, for a person: "GET http://localhost:3000/health". Secrets masked. */
  target: z.string(),
  intervalMs: z.number(),
  timeoutMs: z.number(),
  retries: z.number().int(),
  successThreshold: z.number().int(),
  startPeriodMs: z.number(),
  /** `paused`: nothing is probed, since the service does not run or a startup check has not passed yet. */
  state: z.enum(['passing', 'failing', 'starting', 'paused']),
  since: z.string(),
  /** Answers of the same kind in a row. */
  consecutive: z.number().int(),
  nextAt: z.string().nullable(),
  /** Newest first, at most 50. */
  results: z.array(probeResultSchema),
  file: z.string(),
  line: z.number().int(),
})
export type HealthCheck = z.infer<typeof healthCheckSchema>

export const serviceHealthSchema = z.object({ health: healthSchema, items: z.array(healthCheckSchema) })
export type ServiceHealth = z.infer<typeof serviceHealthSchema>

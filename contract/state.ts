import { z } from 'zod'
import { diagnosticSchema } from './diagnostic.ts'
import { hostSchema } from './host.ts'
import { serviceSchema } from './service.ts'

/** What is loaded and whether what is on disk can be. */
export const configStatusSchema = z.object({
  status: z.enum(['applied', 'invalid', 'pending']),
  files: z.array(z.string()),
  diagnostics: z.array(diagnosticSchema),
  appliedAt: z.string().nullable(),
  revision: z.number().int(),
})
export type ConfigStatus = z.infer<typeof configStatusSchema>

export const agentInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  pid: z.number().int(),
  url: z.string(),
  dataDir: z.string(),
  startedAt: z.string(),
  quitPolicy: z.enum(['stop', 'keep']),
  /** True from the moment the agent has been told to end. */
  stopping: z.boolean(),
})
export type AgentInfo = z.infer<typeof agentInfoSchema>

/**
 * State as a client receives it: a snapshot, then deltas, each with the number it brings the client
 * to. A client that was away sends its last number and gets the missed deltas, or a fresh snapshot.
 */
export const stateMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    seq: z.number().int(),
    agent: agentInfoSchema,
    services: z.array(serviceSchema),
    host: hostSchema.nullable(),
    config: configStatusSchema,
  }),
  z.object({
    type: z.literal('delta'),
    seq: z.number().int(),
    services: z.array(serviceSchema),
    /** CPU and memory alone, as `[name, cpuPercent, memoryBytes]`: what changes each second stays small. */
    usage: z.array(z.tuple([z.string(), z.number().nullable(), z.number().nullable()])),
    removed: z.array(z.string()),
    agent: agentInfoSchema.optional(),
    host: hostSchema.optional(),
    config: configStatusSchema.optional(),
  }),
])
export type StateMessage = z.infer<typeof stateMessageSchema>

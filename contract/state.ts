import { z } from 'zod'
import { alertsSummarySchema } from './alerts.ts'
import { plannedActionSchema } from './config.ts'
import { diagnosticSchema } from './diagnostic.ts'
import { silentHostSchema } from './everyhost.ts'
import { hostSchema } from './host.ts'
import { agentModes } from './modes.ts'
import { serviceSchema } from './service.ts'

/** Files that say something else than what runs, and what taking them over would do. */
const pendingChangeSchema = z.object({
  /** When that was noticed. */
  since: z.string(),
  /** Why it is not done by itself, as a sentence. */
  reason: z.string(),
  /** The first of them; `hxe config plan` names all. */
  actions: z.array(plannedActionSchema),
  /** How many services it touches. */
  total: z.number().int(),
})

/** What is loaded and whether what is on disk can be. */
export const configStatusSchema = z.object({
  /**
   * `applied`: what runs is what the files say. `invalid`: they cannot be loaded, and what ran goes on. `pending`: they
   * can be, say something else, and wait for somebody to apply them.
   */
  status: z.enum(['applied', 'invalid', 'pending']),
  files: z.array(z.string()),
  /** Of the files as they are on disk. */
  diagnostics: z.array(diagnosticSchema),
  appliedAt: z.string().nullable(),
  revision: z.number().int(),
  /** Files whose text is not the one that runs: changed, new or gone. */
  changed: z.array(z.string()),
  /** With `pending`, else null. */
  pending: pendingChangeSchema.nullable(),
})
export type ConfigStatus = z.infer<typeof configStatusSchema>

export const agentInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  pid: z.number().int(),
  url: z.string(),
  dataDir: z.string(),
  startedAt: z.string(),
  /** Meant is in `modeMeanings`. */
  mode: z.enum(agentModes),
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
    alerts: alertsSummarySchema,
    /** Of all hosts together: those that are silent. */
    silentHosts: z.array(silentHostSchema).optional(),
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
    alerts: alertsSummarySchema.optional(),
    silentHosts: z.array(silentHostSchema).optional(),
  }),
])
export type StateMessage = z.infer<typeof stateMessageSchema>

/** Who shows figures watches `live`; who only wants to know what happens, as a hidden window does, in the `background`. */
export const watchPaceSchema = z.enum(['live', 'background'])
export type WatchPace = z.infer<typeof watchPaceSchema>

import { z } from 'zod'
import { name } from './procedure.ts'
import { rolloutVerbs } from './rollout.ts'

/** A command waits for its host so long at most. */
const maxQueueMs = 7 * 24 * 3_600_000

export const newCommandSchema = z.object({
  host: z.string().min(1).max(120),
  verb: z.enum(rolloutVerbs),
  services: z.array(name).min(1).max(200),
  /** From now on; after that it is never done. */
  expiresInMs: z.coerce.number().int().min(1000).max(maxQueueMs),
})
export type NewCommand = z.infer<typeof newCommandSchema>

/** Sent is what the host has not acknowledged yet: it is told again, under the same name, and does it once. */
export const commandStates = ['waiting', 'sent', 'done', 'failed', 'expired', 'withdrawn'] as const
export type CommandState = (typeof commandStates)[number]

export const queuedCommandSchema = z.object({
  id: z.string(),
  host: z.string(),
  hostId: z.string(),
  verb: z.enum(rolloutVerbs),
  services: z.array(z.string()),
  state: z.enum(commandStates),
  text: z.string(),
  author: z.string(),
  /** Shared by what comes of it on its host. */
  correlationId: z.string().optional(),
  createdAt: z.string(),
  expiresAt: z.string(),
  endedAt: z.string().nullable(),
})
export type QueuedCommand = z.infer<typeof queuedCommandSchema>

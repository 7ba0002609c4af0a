import { z } from 'zod'
import { name } from './procedure.ts'

const maxWaitMs = 24 * 3_600_000

/** Services, on whichever host they are: those that are named, and those of a tag, a group or an app. */
const anySelectionSchema = z.object({
  names: z.array(name).max(200).optional(),
  tags: z.array(z.string()).max(50).optional(),
  groups: z.array(z.string()).max(50).optional(),
  apps: z.array(z.string()).max(50).optional(),
})
const serviceSelectionSchema = anySelectionSchema.refine(
  (chosen) => Object.values(chosen).some((list) => list && list.length > 0),
  { message: 'names no services: give names, tags, groups or apps' },
)
export type ServiceSelection = z.infer<typeof serviceSelectionSchema>

/** Hosts of the fleet: all, or those that are named, or that have every one of the labels. */
const hostSelectionSchema = z
  .object({
    all: z.literal(true).optional(),
    names: z.array(z.string().min(1).max(120)).max(1000).optional(),
    labels: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ all, names, labels }) => all || names?.length || (labels && Object.keys(labels).length > 0), {
    message: 'names no hosts: give names, labels or all',
  })

export const rolloutVerbs = ['start', 'stop', 'restart'] as const
export type RolloutVerb = (typeof rolloutVerbs)[number]

/** How fast a rollout goes, and what it waits for. */
export const rolloutPaceSchema = z.object({
  /** The host that goes first, alone; or how many do. */
  canary: z.string().min(1).max(120).optional(),
  /** So many hosts at once. */
  batchSize: z.coerce.number().int().min(1).max(100).default(1),
  /** Between two batches. */
  pauseMs: z.coerce.number().int().min(0).max(maxWaitMs).default(0),
  /** What the services of a host have to be before its batch is done; of stops it is always that they have stopped. */
  gate: z.enum(['running', 'healthy']).default('healthy'),
  /** How long a host may take for it. */
  timeoutMs: z.coerce.number().int().min(1000).max(maxWaitMs).default(60_000),
})

export const newRolloutSchema = z.object({
  verb: z.enum(rolloutVerbs),
  services: serviceSelectionSchema,
  hosts: hostSelectionSchema,
  ...rolloutPaceSchema.shape,
  /** Whether the hosts that are done are put back when one fails; a restart cannot be. */
  onFailure: z.enum(['stop', 'rollback']).default('stop'),
})
export type NewRollout = z.infer<typeof newRolloutSchema>

/** What was asked for: something to be done with services, or a bundle of configuration to be applied. */
const rolloutRequestSchema = newRolloutSchema.extend({
  verb: z.enum([...rolloutVerbs, 'apply']),
  services: anySelectionSchema,
  /** Of `apply`. Revision 0 is none; `before` has the hosts that ran another one than `previous`, by id. */
  bundle: z
    .object({
      name: z.string(),
      revision: z.number().int(),
      previous: z.number().int(),
      before: z.record(z.string(), z.number().int()),
    })
    .optional(),
})
export type RolloutRequest = z.infer<typeof rolloutRequestSchema>

export const stepStates = [
  'waiting',
  'sent',
  'settling',
  'done',
  'failed',
  'skipped',
  'undoing',
  'undone',
  'not-undone',
] as const
export type StepState = (typeof stepStates)[number]

export const rolloutStates = ['running', 'paused', 'undoing', 'done', 'failed', 'aborted', 'undone'] as const
export type RolloutState = (typeof rolloutStates)[number]

/** One host of a rollout. */
const rolloutStepSchema = z.object({
  host: z.string(),
  hostId: z.string(),
  batch: z.number().int(),
  services: z.array(z.string()),
  /** Those of them that the step has changed, and a way back would change again. */
  changed: z.array(z.string()),
  state: z.enum(stepStates),
  text: z.string(),
  /** The name under which the host does it once, however often it is told. */
  operation: z.string(),
  beganAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export type RolloutStep = z.infer<typeof rolloutStepSchema>

export const rolloutSchema = z.object({
  id: z.string(),
  request: rolloutRequestSchema,
  state: z.enum(rolloutStates),
  /** Why it is so. */
  text: z.string(),
  author: z.string(),
  /** Shared by what it does on all hosts. */
  correlationId: z.string().optional(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  /** The next batch does not begin before. */
  restUntil: z.string().nullable(),
  steps: z.array(rolloutStepSchema),
})
export type Rollout = z.infer<typeof rolloutSchema>

/** Nothing happens in it any more. */
export const isRolloutOver = ({ state }: Pick<Rollout, 'state'>): boolean =>
  state !== 'running' && state !== 'paused' && state !== 'undoing'

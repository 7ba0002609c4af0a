import { z } from 'zod'
import { alertOnSchema, alertSchema, alertStepSchema, matcherSchema } from '../../contract/index.ts'
import type { Entry } from './book.ts'
import type { Group } from './groups.ts'
import type { StoredSilence } from './hush.ts'
import type { KeptPending } from './pending.ts'

const texts = z.record(z.string(), z.string())

/** What an earlier agent has kept, which a damaged disk may have changed. */
export const entrySchema: z.ZodType<Entry> = z.object({
  alert: alertSchema,
  subjectKey: z.string(),
  subjectName: z.string(),
  subjectLabels: texts,
  episode: z.object({
    phase: z.enum(['inactive', 'pending', 'firing']),
    sinceMs: z.number(),
    firedAtMs: z.number().nullable(),
    quietSinceMs: z.number().nullable(),
    quiet: z.enum(['false', 'unknown']).nullable(),
  }),
  steps: z.array(alertStepSchema),
  told: z.array(z.string()),
  notify: z.array(z.string()),
  isQuiet: z.boolean(),
})

export const pendingSchema: z.ZodType<KeptPending[]> = z.array(
  z.object({
    id: z.string(),
    startsAt: z.string(),
    rule: z.string(),
    subjectKey: z.string(),
    on: alertOnSchema,
    when: z.string(),
    forMs: z.number(),
    heldMs: z.number(),
    seenAtMs: z.number(),
  }),
)

export const silenceSchema: z.ZodType<StoredSilence> = z.object({
  id: z.string(),
  matchers: z.array(matcherSchema),
  reason: z.string(),
  author: z.string(),
  createdAtMs: z.number(),
  startsAtMs: z.number(),
  endsAtMs: z.number(),
})

export const groupSchema: z.ZodType<Group> = z.object({
  key: z.string(),
  id: z.string(),
  notification: z.string(),
  labels: texts,
  timing: z.object({
    groupBy: z.array(z.string()),
    groupWaitMs: z.number(),
    groupIntervalMs: z.number(),
    repeatIntervalMs: z.number(),
  }),
  beganMs: z.number(),
  toldMs: z.number().nullable(),
  count: z.number(),
  members: z.record(z.string(), z.enum(['new', 'told'])),
  held: z.literal(true).optional(),
  missed: z.number().optional(),
})

import { z } from 'zod'
import { healthSchema, serviceStateSchema } from './states.ts'

/** Why a service is in its state; always there. */
export const reasonSchema = z.object({
  /** A stable name, such as `started-by-user`, `crash-loop`, `unkillable`, `disabled`, `dependency-failed`. */
  code: z.string(),
  text: z.string(),
})
export type Reason = z.infer<typeof reasonSchema>

/** What a person can do about it, as data: window, tray and command line offer the same. */
export const fixActionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('service'),
    verb: z.enum(['start', 'stop', 'restart', 'enable']),
    service: z.string(),
  }),
  /** End a process that is not ours (the holder of a port), then start the service. `startTime` keeps a recycled pid safe. */
  z.object({
    kind: z.literal('end-process'),
    pid: z.number().int(),
    startTime: z.string(),
    thenStart: z.string().optional(),
  }),
  /** Change one attribute in the file that sets it, then start the service. */
  z.object({
    kind: z.literal('set-attribute'),
    service: z.string(),
    attribute: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]),
    /** What it says now; of a list, the item that `value` takes the place of. */
    replaces: z.union([z.string(), z.number(), z.boolean()]).optional(),
  }),
  z.object({
    kind: z.literal('open-file'),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
  }),
  z.object({ kind: z.literal('open-service'), service: z.string() }),
  z.object({ kind: z.literal('open-logs'), service: z.string() }),
  /** Something only the person can do in a terminal; shown to copy. */
  z.object({ kind: z.literal('run-command'), command: z.string() }),
])
export type FixAction = z.infer<typeof fixActionSchema>

export const whySchema = z.object({
  /** One sentence a person would say. */
  sentence: z.string(),
  /** From the cause to what is seen. `subject` is a service, a process, a file or a port. */
  chain: z.array(z.object({ subject: z.string(), fact: z.string(), at: z.string().optional() })),
  /** Safest and likeliest first. */
  fixes: z.array(z.object({ label: z.string(), action: fixActionSchema })),
  /** The last lines the service wrote before it ended, where they help. */
  lastLines: z.array(z.string()).optional(),
})
export type Why = z.infer<typeof whySchema>

const portSchema = z.object({ port: z.number().int(), url: z.string().optional() })

export const serviceSchema = z.object({
  /** `web`, or `web#0` where the service has replicas. */
  name: z.string(),
  /** The name in the files: `web` for `web#0`. */
  service: z.string(),
  replica: z.number().int().optional(),
  type: z.enum(['service', 'task', 'cron']),
  description: z.string(),
  desired: z.enum(['up', 'down']),
  state: serviceStateSchema,
  reason: reasonSchema,
  why: whySchema.nullable(),
  health: healthSchema,
  enabled: z.boolean(),
  /** The service's own process, null when none runs. */
  pid: z.number().int().nullable(),
  startedAt: z.string().nullable(),
  uptimeMs: z.number().nullable(),
  /** When the present state began. */
  since: z.string(),
  /** Automatic starts, not a person's. */
  restarts: z.number().int(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  nextStartAt: z.string().nullable(),
  /** 100 is one core, over the whole tree; null when nothing runs. */
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  processCount: z.number().int(),
  ports: z.array(portSchema),
  tags: z.array(z.string()),
  groups: z.array(z.string()),
  app: z.string().nullable(),
  dependsOn: z.array(z.string()),
  host: z.string(),
  /** Only among those of all hosts, where its host is not heard any more: when it was, and this was so. */
  lastHeardAt: z.string().optional(),
  file: z.string(),
  line: z.number().int(),
  /** Where a limit, a user or the like could not be given and how it was met instead. */
  notes: z.array(z.string()),
})
export type Service = z.infer<typeof serviceSchema>

export const processSchema = z.object({
  pid: z.number().int(),
  parentPid: z.number().int(),
  name: z.string(),
  command: z.string(),
  user: z.string(),
  cpuPercent: z.number(),
  memoryBytes: z.number(),
  threads: z.number().int(),
  startedAt: z.string(),
  /** With the pid, what tells this process from a later one of the same number. */
  startTime: z.string(),
  /** One letter as `ps` shows it: R, S, D, T, Z. */
  state: z.string(),
  main: z.boolean(),
})
export type ProcessInfo = z.infer<typeof processSchema>

/** A variable that a service's processes are given. */
export const environmentItemSchema = z.object({
  name: z.string(),
  /** Bullets in place of a secret. */
  value: z.string(),
  masked: z.boolean(),
  /** The block that sets it, the agent itself, or the agent's own environment. */
  origin: z.enum(['environment', 'env_file', 'ports', 'agent', 'inherited']),
  file: z.string().optional(),
  line: z.number().int().optional(),
})
export type EnvironmentItem = z.infer<typeof environmentItemSchema>

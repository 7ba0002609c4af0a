import { z } from 'zod'
import { metricUnitSchema } from './metrics.ts'

export const severities = ['info', 'warning', 'critical'] as const
export type Severity = (typeof severities)[number]
const severitySchema = z.enum(severities)

export const alertOnSchema = z.enum(['service', 'host', 'agent', 'fleet'])
export type AlertOn = z.infer<typeof alertOnSchema>
const labelsSchema = z.record(z.string(), z.string())
const placeShape = { file: z.string().optional(), line: z.number().int().optional() }

/** One episode of one rule about one subject, from pending to resolved. */
export const alertSchema = z.object({
  id: z.string(),
  /** The rule: `memory-high`. */
  name: z.string(),
  state: z.enum(['pending', 'firing', 'resolved']),
  severity: severitySchema,
  on: alertOnSchema,
  /** The instance, where it is about a service. */
  service: z.string().optional(),
  host: z.string(),
  /** What was compared, and with what; null where the condition is a state or an event. */
  metric: z.string().nullable(),
  unit: metricUnitSchema.nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  labels: labelsSchema,
  startsAt: z.string(),
  /** When it began to fire; null while pending. */
  firedAt: z.string().nullable(),
  endsAt: z.string().optional(),
  /** One sentence a person would say: "web-app is down: port 3000 is held by node (pid 4123)". */
  summary: z.string(),
  runbook: z.string().optional(),
  acknowledged: z.boolean(),
  acknowledgedBy: z.object({ author: z.string(), at: z.string(), note: z.string() }).optional(),
  silenced: z.boolean(),
  /** Ids of silences and names of maintenance windows that keep it quiet. */
  silencedBy: z.array(z.string()),
  /** Names of alerts that keep it quiet by an `inhibit` block. */
  inhibitedBy: z.array(z.string()),
  /** It follows from this: another alert's id where there is one, and a sentence. It is not told by itself. */
  cause: z.object({ id: z.string().optional(), subject: z.string(), text: z.string() }).nullable(),
  /** How many alerts follow from this one, and of which services (the first 20). */
  follows: z.object({ count: z.number().int(), services: z.array(z.string()) }),
  /** When its state changed last, for those who look for what is new. */
  changedAt: z.string(),
})
export type Alert = z.infer<typeof alertSchema>

/** Why an alert was told, or was not: one step after another, oldest first. */
export const alertStepSchema = z.object({
  at: z.string(),
  step: z.enum([
    'rule',
    'cause',
    'inhibition',
    'silence',
    'maintenance',
    'acknowledgement',
    'route',
    'group',
    'limit',
    'delivery',
  ]),
  text: z.string(),
  notification: z.string().optional(),
})
export type AlertStep = z.infer<typeof alertStepSchema>

/** One message to one notification: it is kept until it has arrived or been given up, also over a kill. */
export const deliverySchema = z.object({
  /** Sent along, so that a receiver can drop repeats. */
  id: z.string(),
  notification: z.string(),
  type: z.string(),
  /** `waiting` for its next try; `gave-up` after a day, or where the receiver refuses for good. */
  state: z.enum(['waiting', 'delivered', 'gave-up']),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(z.string()),
  attempts: z.number().int(),
  createdAt: z.string(),
  /** When it arrived or was given up; else when it is tried again. */
  at: z.string(),
  text: z.string(),
})
export type Delivery = z.infer<typeof deliverySchema>

export const alertDetailSchema = alertSchema.extend({
  steps: z.array(alertStepSchema),
  deliveries: z.array(deliverySchema),
})
export type AlertDetail = z.infer<typeof alertDetailSchema>

/** What all clients are told of alerts with the state: badges, tray and status bar need no call. */
export const alertsSummarySchema = z.object({
  firing: z.number().int(),
  critical: z.number().int(),
  silenced: z.number().int(),
  /** Those that fire and are not kept quiet, worst and newest first, at most 50; causes before what follows. */
  items: z.array(alertSchema),
  /** What was told on the desktop last, newest at the end: whoever shows it drops what it has shown by the id. */
  notices: z
    .array(z.object({ id: z.string(), title: z.string(), text: z.string(), path: z.string() }))
    .max(20)
    .optional(),
})
export type AlertsSummary = z.infer<typeof alertsSummarySchema>

export const alertQuerySchema = z.object({
  state: z.enum(['pending', 'firing', 'resolved', 'active', 'silenced', 'all']).default('active'),
  service: z.string().optional(),
  severity: severitySchema.optional(),
  name: z.string().optional(),
  /** For those that ended: RFC 3339, or how long ago. */
  since: z.string().optional(),
  until: z.string().optional(),
  limit: z.coerce.number().int().min(1).default(1000),
  cursor: z.string().optional(),
})
export type AlertQuery = z.infer<typeof alertQuerySchema>

/** As Alertmanager's: `=`, `!=`, `=~`, `!~`. Labels of every alert: alertname, severity, on, service, host, app, group, tag. */
export const matcherSchema = z.object({
  name: z.string().min(1).max(200),
  op: z.enum(['=', '!=', '=~', '!~']).default('='),
  value: z.string().max(2000),
})
export type Matcher = z.infer<typeof matcherSchema>

export const newSilenceSchema = z.object({
  matchers: z.array(matcherSchema).min(1).max(50),
  reason: z.string().trim().min(1).max(2000),
  startsAt: z.string().optional(),
  /** Either an end or a length (`2h`). */
  endsAt: z.string().optional(),
  duration: z.string().optional(),
})
export type NewSilence = z.infer<typeof newSilenceSchema>

export const silenceSchema = z.object({
  id: z.string(),
  matchers: z.array(matcherSchema),
  reason: z.string(),
  author: z.string(),
  createdAt: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  state: z.enum(['pending', 'active', 'ended']),
  /** How many alerts it keeps quiet now. */
  alerts: z.number().int(),
})
export type Silence = z.infer<typeof silenceSchema>

/** A rule as its block says it. */
const ruleFields = {
  name: z.string().min(1).max(64),
  on: alertOnSchema.default('service'),
  /** Attributes of services that the rule is for: `{ tags: ["web"] }`, `{ name: "web-app" }`. */
  match: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  when: z.string().min(1).max(2000),
  /** A duration as in HCL: `2m`. */
  for: z.string().default('0s'),
  severity: severitySchema.default('warning'),
  labels: labelsSchema.default({}),
  notify: z.array(z.string()).default([]),
  runbook: z.string().optional(),
}
export const ruleDraftSchema = z.object(ruleFields)
export type RuleDraft = z.infer<typeof ruleDraftSchema>

export const alertRuleSchema = z.object({
  ...ruleFields,
  builtIn: z.boolean(),
  enabled: z.boolean(),
  /** As HCL, for reading. */
  hcl: z.string(),
  state: z.enum(['ok', 'pending', 'firing', 'error', 'off']),
  /** Why it cannot be evaluated now. */
  problem: z.string().optional(),
  active: z.number().int(),
  evaluatedAt: z.string().nullable(),
  evaluationMs: z.number().nullable(),
  ...placeShape,
})
export type AlertRule = z.infer<typeof alertRuleSchema>

/** What a rule would have done, by the evaluator that runs live, over what is kept. */
export const ruleTrialSchema = z.object({
  valid: z.boolean(),
  /** What is wrong with `when`, with its column (from 1). */
  problem: z.object({ message: z.string(), column: z.number().int() }).nullable(),
  from: z.string(),
  to: z.string(),
  /** How often it would have fired: all, and the first 200 of them. */
  count: z.number().int(),
  episodes: z.array(
    z.object({
      subject: z.string(),
      startsAt: z.string(),
      firedAt: z.string(),
      endsAt: z.string().nullable(),
      /** The value furthest beyond the threshold. */
      peak: z.number().nullable(),
    }),
  ),
  /** Which subjects the rule is for. */
  subjects: z.array(z.string()),
  metric: z.string().nullable(),
  unit: metricUnitSchema.nullable(),
  threshold: z.number().nullable(),
  /** What of the range nothing was kept for, as a sentence. */
  note: z.string().optional(),
})
export type RuleTrial = z.infer<typeof ruleTrialSchema>

const notificationTypes = [
  'desktop',
  'webhook',
  'slack',
  'email',
  'discord',
  'telegram',
  'pagerduty',
  'command',
] as const
const notificationTypeSchema = z.enum(notificationTypes)

/** Somewhere that alerts are told. */
export const notificationSchema = z.object({
  name: z.string(),
  type: notificationTypeSchema,
  /** Where, secrets masked: "hooks.example.com", "ops@example.com". */
  target: z.string(),
  builtIn: z.boolean(),
  /** Templates of its own. */
  title: z.string().optional(),
  text: z.string().optional(),
  waiting: z.number().int(),
  delivered: z.number().int(),
  gaveUp: z.number().int(),
  lastDelivery: deliverySchema.nullable(),
  /** Why nothing can be sent: a variable that is not set. */
  problem: z.string().optional(),
  ...placeShape,
})
export type Notification = z.infer<typeof notificationSchema>

export const messagePreviewSchema = z.object({ title: z.string(), text: z.string(), body: z.string() })
export type MessagePreview = z.infer<typeof messagePreviewSchema>

/** A time in which alerts are kept quiet by plan. */
export const maintenanceSchema = z.object({
  name: z.string(),
  /** For a person: "every day at 03:00 for 1 h (Europe/Berlin)". */
  text: z.string(),
  active: z.boolean(),
  nextAt: z.string().nullable(),
  ...placeShape,
})
export type Maintenance = z.infer<typeof maintenanceSchema>

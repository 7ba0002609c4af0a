import { z } from 'zod'
import {
  alertDetailSchema,
  alertQuerySchema,
  alertRuleSchema,
  alertSchema,
  deliverySchema,
  maintenanceSchema,
  messagePreviewSchema,
  newSilenceSchema,
  notificationSchema,
  ruleDraftSchema,
  ruleTrialSchema,
  silenceSchema,
} from './alerts.ts'
import { edit, listOf, name, operate, page, view } from './procedure.ts'

const id = z.string().min(1).max(200)

export const alertProcedures = {
  alerts: {
    list: view
      .route({ method: 'GET', path: '/alerts', tags: ['alerts'], summary: 'Alerts, by default those that are active' })
      .input(alertQuerySchema)
      .output(listOf(alertSchema)),
    get: view
      .route({
        method: 'GET',
        path: '/alerts/{id}',
        tags: ['alerts'],
        summary: 'One alert, and why it was told or not',
      })
      .input(z.object({ id }))
      .output(alertDetailSchema),
    /** It is not repeated from then on, and told again only when it is resolved. */
    ack: operate
      .route({ method: 'POST', path: '/alerts/{id}/ack', tags: ['alerts'], summary: 'Say that somebody sees to it' })
      .input(z.object({ id, note: z.string().max(2000).default('') }))
      .output(alertSchema),
    unack: operate
      .route({ method: 'DELETE', path: '/alerts/{id}/ack', tags: ['alerts'], summary: 'Take an acknowledgement back' })
      .input(z.object({ id }))
      .output(alertSchema),
  },
  silences: {
    list: view
      .route({ method: 'GET', path: '/silences', tags: ['alerts'], summary: 'What is kept quiet' })
      .input(z.object({ ...page, ended: z.stringbool().default(false) }))
      .output(listOf(silenceSchema)),
    create: operate
      .route({ method: 'POST', path: '/silences', tags: ['alerts'], summary: 'Keep alerts quiet for a time' })
      .input(newSilenceSchema)
      .output(silenceSchema),
    end: operate
      .route({ method: 'DELETE', path: '/silences/{id}', tags: ['alerts'], summary: 'End a silence now' })
      .input(z.object({ id }))
      .output(silenceSchema),
  },
  rules: {
    list: view
      .route({ method: 'GET', path: '/rules', tags: ['alerts'], summary: 'The rules, those that are built in too' })
      .output(listOf(alertRuleSchema)),
    /** Writes nothing. */
    draft: edit
      .meta({ role: 'editor', audited: false })
      .route({ method: 'POST', path: '/rule-drafts', tags: ['alerts'], summary: 'A rule as HCL' })
      .input(ruleDraftSchema)
      .output(z.object({ hcl: z.string() })),
    /** Writes nothing. */
    test: view
      .route({ method: 'POST', path: '/rule-tests', tags: ['alerts'], summary: 'What a rule would have done' })
      .input(z.object({ rule: ruleDraftSchema, from: z.string().default('7d'), to: z.string().optional() }))
      .output(ruleTrialSchema),
    /** Written into the HCL, new or in place of the one of that name, everything else untouched, and loaded. */
    write: edit
      .route({ method: 'POST', path: '/rules', tags: ['alerts'], summary: 'Write a rule into the files' })
      .input(ruleDraftSchema.extend({ file: z.string().max(200).optional() }))
      .output(alertRuleSchema),
    remove: edit
      .route({ method: 'DELETE', path: '/rules/{name}', tags: ['alerts'], summary: 'Take a rule out of the files' })
      .input(z.object({ name }))
      .output(z.object({ name: z.string() })),
  },
  notifications: {
    list: view
      .route({ method: 'GET', path: '/notifications', tags: ['alerts'], summary: 'Where alerts are told' })
      .output(listOf(notificationSchema)),
    /** Sends a message that says it is a test. The answer tells whether it arrived, and nothing of what was answered. */
    test: operate
      .route({ method: 'POST', path: '/notifications/{name}/test', tags: ['alerts'], summary: 'Send a test' })
      .input(z.object({ name }))
      .output(z.object({ delivered: z.boolean(), text: z.string() })),
    preview: view
      .route({
        method: 'POST',
        path: '/notifications/{name}/preview',
        tags: ['alerts'],
        summary: 'How a message looks',
      })
      .input(z.object({ name, alert: id.optional(), title: z.string().optional(), text: z.string().optional() }))
      .output(messagePreviewSchema),
    deliveries: view
      .route({ method: 'GET', path: '/deliveries', tags: ['alerts'], summary: 'What was sent, and what waits' })
      .input(z.object({ ...page, notification: z.string().optional(), state: z.string().optional() }))
      .output(listOf(deliverySchema)),
    /** At once what waits, once more what was given up. It keeps its id, so that a receiver can drop a repeat. */
    retry: operate
      .route({ method: 'POST', path: '/deliveries/{id}/retry', tags: ['alerts'], summary: 'Try a message again' })
      .input(z.object({ id }))
      .output(deliverySchema),
    maintenance: view
      .route({ method: 'GET', path: '/maintenance', tags: ['alerts'], summary: 'Windows in which alerts are quiet' })
      .output(listOf(maintenanceSchema)),
  },
}

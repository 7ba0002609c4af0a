import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bulkResultSchema } from './bulk.ts'
import { configPlaceSchema } from './config.ts'
import { draftSchema, newServiceSchema } from './import.ts'
import { logLineSchema, logQuerySchema } from './log.ts'
import { base, edit, listOf, name, operate, page, view } from './procedure.ts'
import { healthProcedures } from './procedures-health.ts'
import {
  changedServiceSchema,
  formEditedSchema,
  formEditSchema,
  formQuerySchema,
  removedServiceSchema,
  serviceFormSchema,
  servicePatchSchema,
  serviceRemovalSchema,
  serviceReplacementSchema,
} from './rewrite.ts'
import { environmentItemSchema, fixActionSchema, processSchema, serviceSchema, whySchema } from './service.ts'
import { serviceStateSchema } from './states.ts'
import { maxBulkNames, serviceVerbs } from './verbs.ts'

const waitOptions = {
  /** Answer only when the service is so, or 504 with the state it is in after `timeoutMs`. */
  wait: z.enum(['running', 'stopped', 'healthy']).optional(),
  timeoutMs: z.coerce.number().int().min(1).max(3_600_000).default(30_000),
}

const serviceVerb = (verb: string, summary: string) =>
  operate
    .route({ method: 'POST', path: `/services/{name}/${verb}`, tags: ['services'], summary })
    .input(z.object({ name, ...waitOptions }))
    .output(serviceSchema)

export const serviceProcedures = {
  services: {
    list: view
      .route({ method: 'GET', path: '/services', tags: ['services'], summary: 'All services' })
      .input(
        z.object({
          ...page,
          state: serviceStateSchema.optional(),
          tag: z.string().optional(),
          group: z.string().optional(),
          app: z.string().optional(),
          /** Part of a name. */
          search: z.string().optional(),
        }),
      )
      .output(listOf(serviceSchema)),
    get: view
      .route({ method: 'GET', path: '/services/{name}', tags: ['services'], summary: 'One service' })
      .input(z.object({ name }))
      .output(serviceSchema),
    create: edit
      .route({
        method: 'POST',
        path: '/services',
        tags: ['services'],
        summary: 'Write a new service into a file, everything else in it untouched, and load it',
      })
      .input(newServiceSchema)
      .output(serviceSchema),
    /** What `create` would write, and what is wrong with it; nothing is written. */
    draft: edit
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'POST',
        path: '/service-drafts',
        tags: ['services'],
        summary: 'A new service as HCL, judged and not written',
      })
      .input(newServiceSchema)
      .output(draftSchema),
    replace: edit
      .route({
        method: 'PUT',
        path: '/services/{name}',
        tags: ['services'],
        summary: 'Say all of a service anew in its files, and load them; what is not given is removed',
      })
      .input(serviceReplacementSchema)
      .output(changedServiceSchema),
    change: edit
      .route({
        method: 'PATCH',
        path: '/services/{name}',
        tags: ['services'],
        summary: 'Change values of a service where they are written, everything else untouched, and load them',
      })
      .input(servicePatchSchema)
      .output(changedServiceSchema),
    remove: edit
      .route({
        method: 'DELETE',
        path: '/services/{name}',
        tags: ['services'],
        summary: 'Take a service out of its files, and load them',
      })
      .input(serviceRemovalSchema)
      .output(removedServiceSchema),
    /** The fields of a service for a form, as the texts have them; nothing is changed. */
    form: edit
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'POST',
        path: '/services/{name}/form',
        tags: ['services'],
        summary: 'The fields of a service, each with its value and where it stands',
      })
      .input(formQuerySchema)
      .output(serviceFormSchema),
    /** What a form's changes make of texts that an editor holds; nothing is written. */
    editForm: edit
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'POST',
        path: '/services/{name}/form/edit',
        tags: ['services'],
        summary: 'Texts with changed fields, everything else in them untouched',
      })
      .input(formEditSchema)
      .output(formEditedSchema),
    start: serviceVerb('start', 'Start'),
    stop: serviceVerb('stop', 'Stop, and end what a finished service left behind'),
    restart: serviceVerb('restart', 'Restart'),
    reload: serviceVerb('reload', 'Reload, or restart where no reload is defined'),
    enable: serviceVerb('enable', 'Allow starts again'),
    disable: serviceVerb('disable', 'Stop and refuse starts'),
    /** Stops go dependents first, starts the other way round; one that is refused holds up no other. */
    act: operate
      .route({
        method: 'POST',
        path: '/service-actions',
        tags: ['services'],
        summary: 'Do one thing with many services',
      })
      .input(z.object({ verb: z.enum(serviceVerbs), names: z.array(name).min(1).max(maxBulkNames), ...waitOptions }))
      .output(z.object({ items: z.array(bulkResultSchema) })),
    signal: operate
      .route({ method: 'POST', path: '/services/{name}/signal', tags: ['services'], summary: 'Send a signal' })
      .input(z.object({ name, signal: z.string() }))
      .output(serviceSchema),
    processes: view
      .route({ method: 'GET', path: '/services/{name}/processes', tags: ['services'], summary: 'The process tree' })
      .input(z.object({ name }))
      .output(listOf(processSchema)),
    why: view
      .route({ method: 'GET', path: '/services/{name}/why', tags: ['services'], summary: 'Why it is not as wanted' })
      .input(z.object({ name }))
      .output(z.object({ service: z.string(), why: whySchema.nullable() })),
    config: view
      .route({
        method: 'GET',
        path: '/services/{name}/config',
        tags: ['services'],
        summary: 'Resolved configuration with origins',
      })
      .input(z.object({ name }))
      .output(
        z.object({
          items: z.array(
            configPlaceSchema.extend({
              path: z.string(),
              value: z.unknown(),
              masked: z.boolean(),
              /** What it came over, the nearest first: earlier files, templates. */
              overrides: z.array(configPlaceSchema).optional(),
            }),
          ),
        }),
      ),
    environment: view
      .route({
        method: 'GET',
        path: '/services/{name}/environment',
        tags: ['services'],
        summary: 'The variables of its processes, secrets masked',
      })
      .input(z.object({ name }))
      .output(z.object({ items: z.array(environmentItemSchema) })),
    logs: view
      .route({ method: 'GET', path: '/services/{name}/logs', tags: ['logs'], summary: 'Lines of one service' })
      .input(logQuerySchema.omit({ service: true }).extend({ name }))
      .output(listOf(logLineSchema)),
    ...healthProcedures,
    exec: operate
      .route({
        method: 'POST',
        path: '/services/{name}/exec',
        tags: ['services'],
        summary: 'Run a command where the service runs',
      })
      .input(z.object({ name, argv: z.array(z.string()).min(1) }))
      .output(
        eventIterator(
          z.discriminatedUnion('type', [
            z.object({ type: z.literal('output'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
            z.object({ type: z.literal('exit'), exitCode: z.number().int().nullable(), signal: z.string().nullable() }),
          ]),
        ),
      ),
  },
  runs: {
    create: base
      .route({
        method: 'POST',
        path: '/runs',
        tags: ['services'],
        summary: 'Run a command once, as a task that is kept until the agent restarts',
      })
      .input(
        z.object({
          argv: z.array(z.string()).min(1),
          name: name.optional(),
          workingDir: z.string().optional(),
          environment: z.record(z.string(), z.string()).optional(),
        }),
      )
      .output(serviceSchema),
  },
  fixes: {
    /** Carries out a fix that `why` offered, where it is the agent's to do. */
    apply: base
      .route({ method: 'POST', path: '/fixes', tags: ['services'], summary: 'Carry out a fix' })
      .input(z.object({ action: fixActionSchema }))
      .output(z.object({ done: z.boolean(), text: z.string() })),
  },
}

import { type AnyContractProcedure, eventIterator, isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { bulkResultSchema } from './bulk.ts'
import {
  configAppliedSchema,
  configFilesSchema,
  configPlaceSchema,
  configPlanSchema,
  revisionDetailSchema,
  revisionSchema,
} from './config.ts'
import { diagnosticSchema } from './diagnostic.ts'
import { eventKindSchema, eventSchema } from './event.ts'
import { hostSchema } from './host.ts'
import {
  draftSchema,
  foundSchema,
  newServiceSchema,
  previewRequestSchema,
  previewSchema,
  writtenSchema,
} from './import.ts'
import {
  completionsSchema,
  configFolderSchema,
  configTextSchema,
  formattedSchema,
  hoverSchema,
  languageQuerySchema,
  renamedSchema,
  textRangeSchema,
  textSymbolSchema,
  unsavedSchema,
} from './language.ts'
import {
  logHistogramQuerySchema,
  logHistogramSchema,
  logHitsQuerySchema,
  logHitsSchema,
  logLineSchema,
  logQuerySchema,
  logWholeQuerySchema,
  logWholeSchema,
} from './log.ts'
import { base, edit, listOf, look, name, operate, type ProcedureMeta, page, view } from './procedure.ts'
import { alertProcedures } from './procedures-alerts.ts'
import { fleetProcedures } from './procedures-fleet.ts'
import { healthProcedures } from './procedures-health.ts'
import { metricProcedures } from './procedures-metrics.ts'
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
import { agentInfoSchema, configStatusSchema, stateMessageSchema, watchPaceSchema } from './state.ts'
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

/**
 * Everything an agent can be asked, once. A carrier (MessagePort, REST, NATS) only moves these.
 * The paths of procedures that stream (`…/follow`, `/state`) answer as server-sent events over REST.
 */
export const contract = {
  agent: {
    info: view
      .route({ method: 'GET', path: '/agent', tags: ['agent'], summary: 'The agent itself' })
      .output(agentInfoSchema),
    shutdown: base
      .route({ method: 'POST', path: '/agent/shutdown', tags: ['agent'], summary: 'End the agent' })
      .input(z.object({ services: z.enum(['stop', 'keep']).optional() }))
      .output(agentInfoSchema),
    signIn: base
      .route({
        method: 'POST',
        path: '/agent/sign-in-codes',
        tags: ['agent'],
        summary: 'Make a one-time address for a browser',
      })
      .output(z.object({ url: z.string(), expiresAt: z.string() })),
  },
  state: {
    watch: view
      .route({ method: 'GET', path: '/state', tags: ['state'], summary: 'A snapshot, then deltas' })
      .input(
        z.object({
          since: z.coerce.number().int().optional(),
          /** In the `background` figures come as often as they are kept; else each second. */
          pace: watchPaceSchema.optional(),
        }),
      )
      .output(eventIterator(stateMessageSchema)),
  },
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
  logs: {
    query: view
      .route({ method: 'GET', path: '/logs', tags: ['logs'], summary: 'Lines of many services' })
      .input(logQuerySchema)
      .output(listOf(logLineSchema)),
    /** Batches of lines: the newest `limit` first as one batch, then what comes. */
    follow: view
      .route({ method: 'GET', path: '/logs/follow', tags: ['logs'], summary: 'Lines as they come' })
      .input(logQuerySchema)
      .output(
        eventIterator(z.object({ items: z.array(logLineSchema), cursor: z.string(), skipped: z.number().int() })),
      ),
    /** Where lines match in all that is kept, the newest first, as they are found. Ends with the last message. */
    hits: view
      .route({ method: 'GET', path: '/logs/hits', tags: ['logs'], summary: 'Where lines match, in all history' })
      .input(logHitsQuerySchema)
      .output(eventIterator(logHitsSchema)),
    whole: view
      .route({ method: 'GET', path: '/logs/line', tags: ['logs'], summary: 'All of a line that lists cut off' })
      .input(logWholeQuerySchema)
      .output(logWholeSchema),
    histogram: view
      .route({ method: 'GET', path: '/logs/histogram', tags: ['logs'], summary: 'How many lines there are over time' })
      .input(logHistogramQuerySchema)
      .output(logHistogramSchema),
  },
  events: {
    list: view
      .route({ method: 'GET', path: '/events', tags: ['events'], summary: 'What happened' })
      .input(
        z.object({
          ...page,
          service: z.string().optional(),
          kind: eventKindSchema.optional(),
          /** All that one request, crash or due time brought about. */
          correlationId: z.string().max(128).optional(),
          since: z.string().optional(),
          until: z.string().optional(),
        }),
      )
      .output(listOf(eventSchema)),
    follow: view
      .route({ method: 'GET', path: '/events/follow', tags: ['events'], summary: 'What happens' })
      .input(
        z.object({
          service: z.string().optional(),
          kind: eventKindSchema.optional(),
          correlationId: z.string().max(128).optional(),
        }),
      )
      .output(eventIterator(eventSchema)),
  },
  ...metricProcedures,
  ...alertProcedures,
  ...fleetProcedures,
  host: {
    get: view.route({ method: 'GET', path: '/host', tags: ['host'], summary: 'The machine' }).output(hostSchema),
  },
  config: {
    get: view
      .route({ method: 'GET', path: '/config', tags: ['config'], summary: 'What is loaded' })
      .output(configStatusSchema),
    validate: base
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'POST',
        path: '/config/validate',
        tags: ['config'],
        summary: 'Judge files without loading them',
      })
      .input(z.object({ files: z.record(z.string(), z.string()).optional() }))
      .output(z.object({ valid: z.boolean(), errors: z.array(diagnosticSchema) })),
    /** Loads what is on disk: changed services restart, new ones start, removed ones stop; a bad file changes nothing. */
    reload: base
      .meta({ role: 'editor', audited: true })
      .route({ method: 'POST', path: '/config/reload', tags: ['config'], summary: 'Load what is on disk' })
      .output(configStatusSchema),
    /** Names every service that would be touched, and no other. Without files: what is on disk. */
    plan: base
      .meta({ role: 'editor', audited: false })
      .route({ method: 'POST', path: '/config/plan', tags: ['config'], summary: 'What a change would do' })
      .input(z.object({ files: configFilesSchema.optional() }))
      .output(configPlanSchema),
    /** Writes the files and takes them over in one step, or leaves all as it was; answers when it has been carried out. */
    apply: base
      .meta({ role: 'editor', audited: true })
      .route({ method: 'POST', path: '/config/apply', tags: ['config'], summary: 'Write files and take them over' })
      .input(
        z.object({
          files: configFilesSchema.optional(),
          timeoutMs: z.coerce.number().int().min(1).max(3_600_000).default(30_000),
          /** The change is taken back when a service that it touched fails within this time. */
          watchMs: z.coerce.number().int().min(0).max(3_600_000).default(0),
          /** Refused when another revision runs by then. */
          revision: z.coerce.number().int().optional(),
        }),
      )
      .output(configAppliedSchema),
    history: view
      .route({ method: 'GET', path: '/config/history', tags: ['config'], summary: 'What the files said before' })
      .input(z.object(page))
      .output(listOf(revisionSchema)),
    revision: base
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'GET',
        path: '/config/history/{revision}',
        tags: ['config'],
        summary: 'One revision, with its texts',
      })
      .input(z.object({ revision: z.coerce.number().int() }))
      .output(revisionDetailSchema),
    rollback: base
      .meta({ role: 'editor', audited: true })
      .route({ method: 'POST', path: '/config/rollback', tags: ['config'], summary: 'Go back to an earlier revision' })
      .input(
        z.object({
          revision: z.coerce.number().int(),
          timeoutMs: z.coerce.number().int().min(1).max(3_600_000).default(30_000),
        }),
      )
      .output(configAppliedSchema),
  },
  /** For an editor: the files and what is to be known about a place in them. Nothing here changes anything. */
  language: {
    files: look
      .route({ method: 'GET', path: '/config/files', tags: ['config'], summary: 'The files of the configuration' })
      .output(configFolderSchema),
    read: look
      .route({ method: 'POST', path: '/config/files/read', tags: ['config'], summary: 'The text of one file' })
      .input(z.object({ name: z.string().min(1).max(4096) }))
      .output(configTextSchema),
    complete: look
      .route({ method: 'POST', path: '/config/complete', tags: ['config'], summary: 'What can stand here' })
      .input(languageQuerySchema)
      .output(completionsSchema),
    hover: look
      .route({ method: 'POST', path: '/config/hover', tags: ['config'], summary: 'What stands here' })
      .input(languageQuerySchema)
      .output(z.object({ hover: hoverSchema.nullable() })),
    definition: look
      .route({ method: 'POST', path: '/config/definition', tags: ['config'], summary: 'Where this name is declared' })
      .input(languageQuerySchema)
      .output(z.object({ items: z.array(textRangeSchema) })),
    references: look
      .route({ method: 'POST', path: '/config/references', tags: ['config'], summary: 'Where this name is used' })
      .input(languageQuerySchema)
      .output(z.object({ items: z.array(textRangeSchema) })),
    rename: look
      .route({
        method: 'POST',
        path: '/config/rename',
        tags: ['config'],
        summary: 'The edits that rename it everywhere',
      })
      .input(languageQuerySchema.extend({ to: z.string().max(200) }))
      .output(renamedSchema),
    /** The text is given, for it may not be saved. */
    format: look
      .route({ method: 'POST', path: '/config/format', tags: ['config'], summary: 'A text as `fmt` has it' })
      .input(z.object({ name: z.string().min(1).max(4096), text: z.string() }))
      .output(formattedSchema),
    symbols: look
      .route({ method: 'POST', path: '/config/symbols', tags: ['config'], summary: 'Every name that is declared' })
      .input(z.object({ unsaved: unsavedSchema }))
      .output(z.object({ items: z.array(textSymbolSchema) })),
  },
  import: {
    /** Looks into a folder of the agent's machine; runs nothing. */
    find: edit
      .meta({ role: 'editor', audited: false })
      .route({
        method: 'POST',
        path: '/import/find',
        tags: ['config'],
        summary: 'Files of a folder that say how something is started',
      })
      .input(z.object({ folder: z.string().min(1).max(4096) }))
      .output(foundSchema),
    /** Runs nothing but the files of code that `run` names. */
    preview: edit
      .route({
        method: 'POST',
        path: '/import/preview',
        tags: ['config'],
        summary: 'Chosen files as HCL, and what cannot be carried over',
      })
      .input(previewRequestSchema)
      .output(previewSchema),
    write: edit
      .route({
        method: 'POST',
        path: '/import/write',
        tags: ['config'],
        summary: 'Write a new file into the configuration folder and load it',
      })
      .input(
        z.object({
          file: z.string().min(1).max(200),
          hcl: z
            .string()
            .min(1)
            .max(4 * 1024 * 1024),
        }),
      )
      .output(writtenSchema),
  },
  fixes: {
    /** Carries out a fix that `why` offered, where it is the agent's to do. */
    apply: base
      .route({ method: 'POST', path: '/fixes', tags: ['services'], summary: 'Carry out a fix' })
      .input(z.object({ action: fixActionSchema }))
      .output(z.object({ done: z.boolean(), text: z.string() })),
  },
}
export type Contract = typeof contract

/** What stands at a path of the contract, or of a router of its shape. */
export function nodeAt(root: object, path: readonly string[]): unknown {
  let node: unknown = root
  for (const word of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, word)) return undefined
    node = (node as Record<string, unknown>)[word]
  }
  return node
}

/**
 * A tree of the contract's shape: in the place of each procedure, what is made of it and of what `beside` has there. That
 * is a client, or an implementer, which both have whatever one asks them for.
 */
export function mapContract<Beside>(
  beside: object,
  make: (procedure: AnyContractProcedure, beside: Beside) => unknown,
): object {
  const map = (described: object, other: Record<string, unknown>): object =>
    Object.fromEntries(
      Object.entries(described).map(([key, inner]) => [
        key,
        isContractProcedure(inner)
          ? make(inner, other[key] as Beside)
          : map(inner as object, other[key] as Record<string, unknown>),
      ]),
    )
  return map(contract, beside as Record<string, unknown>)
}

/** Whether a procedure only looks, by what the contract says of it. */
export function isView(path: readonly string[]): boolean {
  const described = nodeAt(contract, path) as { '~orpc'?: { meta: ProcedureMeta } } | undefined
  return described?.['~orpc']?.meta.audited === false
}

import { z } from 'zod'
import {
  configAppliedSchema,
  configFilesSchema,
  configPlanSchema,
  revisionDetailSchema,
  revisionSchema,
} from './config.ts'
import { diagnosticSchema } from './diagnostic.ts'
import { foundSchema, previewRequestSchema, previewSchema, writtenSchema } from './import.ts'
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
import { base, edit, listOf, look, page, view } from './procedure.ts'
import { configStatusSchema } from './state.ts'

export const configProcedures = {
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
}

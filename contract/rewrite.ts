import { z } from 'zod'
import { configPlanSchema } from './config.ts'
import { serviceSchema } from './service.ts'

/**
 * Changes of a service that are written back into its HCL: only what changes is touched. A service is given by its HCL
 * names, attributes as values, blocks as objects or lists of them (`label` is a block's label).
 */

/** Why a value is not written over, where it comes from, and what a person can do. */
export const editRefusalSchema = z.object({
  /** Within the service: `environment.PORT`. */
  path: z.string(),
  reason: z.enum([
    /** It is worked out, from variables, functions or other values. */
    'expression',
    /** It is looked up when the service starts: `env:NAME`, `credential:NAME`, `file:PATH`. */
    'reference',
    /** A template gives it. */
    'template',
    /** Another file, which counts more, gives it. */
    'file',
    /** What was sent is the mask of a secret and not a value. */
    'masked',
    /** The file is broken, and has to be mended first. */
    'syntax',
  ]),
  message: z.string(),
  /** What stands there, cut to a length that can be read; absent where it is a secret. */
  written: z.string().optional(),
  /** The value itself first, then what it is made of. */
  from: z.array(
    z.object({
      /** `var.port`, `template "node"`. */
      what: z.string(),
      file: z.string(),
      line: z.number().int(),
      column: z.number().int(),
    }),
  ),
  /** `override`: ask again with `override`, and the value is written out in the service. `edit-there`: change it where it comes from. */
  choices: z.array(z.enum(['override', 'edit-there'])),
})
export type EditRefusal = z.infer<typeof editRefusalSchema>

const name = z.string().min(1).max(80)

/** Options of a change; attributes of services have no such names. */
const changeOptions = {
  name,
  /** The text that each file would have and what that would do; nothing is written. */
  dryRun: z.union([z.boolean(), z.stringbool()]).optional(),
  /** Write over what an expression or a template gives. */
  override: z.union([z.boolean(), z.stringbool()]).optional(),
  /** Refused with 409 when another revision of the configuration runs by then; `If-Match` says the same, with 412. */
  revision: z.coerce.number().int().optional(),
}

/** What is given is changed: maps and blocks by their members, lists as a whole, null removes. */
export const servicePatchSchema = z.looseObject(changeOptions)
export type ServicePatch = z.infer<typeof servicePatchSchema>

/** What is not given is removed. */
export const serviceReplacementSchema = z.looseObject(changeOptions)

export const serviceRemovalSchema = z.object({
  ...changeOptions,
  /** Take its name out of lists of those that depend on it, or are an app with it. */
  release: z.union([z.boolean(), z.stringbool()]).optional(),
})
export type ServiceRemoval = z.infer<typeof serviceRemovalSchema>

export const writtenChangeSchema = configPlanSchema.extend({
  /** The revision that runs now. */
  revision: z.number().int(),
  /** False for a dry run, and where nothing had to change. */
  written: z.boolean(),
  /** The files that differ, each with its text before and after. */
  files: z.array(z.object({ file: z.string(), before: z.string(), after: z.string() })),
})
export type WrittenChange = z.infer<typeof writtenChangeSchema>

/** The service, as it is right after its change was taken over. */
export const changedServiceSchema = serviceSchema.extend({ change: writtenChangeSchema })
export type ChangedService = z.infer<typeof changedServiceSchema>

export const removedServiceSchema = z.object({
  name: z.string(),
  /** The services and apps that named it. */
  dependents: z.array(z.string()),
  change: writtenChangeSchema,
})
export type RemovedService = z.infer<typeof removedServiceSchema>

/** A value that a form can show and change. */
export const formFieldSchema = z.object({
  /** Within the service: `["restart", "delay"]`, `["health_check", "ready", "url"]`. */
  path: z.array(z.string()),
  kind: z.enum(['text', 'number', 'bool', 'duration', 'size', 'cpu', 'choice', 'list', 'map', 'any']),
  /** Of the items of a list or the values of a map. */
  of: z.enum(['text', 'number', 'any']).optional(),
  choices: z.array(z.string()).optional(),
  whole: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  help: z.string(),
  default: z.unknown().optional(),
  /** What it is worth; absent where nobody says anything, or it cannot be worked out. */
  value: z.unknown().optional(),
  masked: z.boolean(),
  /** Who says so: `literal` and `reference` are the service's own words, `expression` is worked out, `template` is inherited. */
  source: z.enum(['unset', 'literal', 'reference', 'expression', 'template']),
  /** The HCL that stands there, where it is no literal and no secret. */
  written: z.string().optional(),
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  endLine: z.number().int().optional(),
  endColumn: z.number().int().optional(),
})
export type FormField = z.infer<typeof formFieldSchema>

/** Texts that are not saved yet, by file; what is not named is read from disk. */
const unsaved = z.record(z.string(), z.string()).default({})

export const formQuerySchema = z.object({ name, unsaved })
export type FormQuery = z.infer<typeof formQuerySchema>

/** A kind of block that a service can have, and where: `["watch"]`, `["hooks", "pre_start"]`. */
export const blockKindSchema = z.object({
  path: z.array(z.string()),
  help: z.string(),
  /** Whether several may stand there, each by a key: its label, or its number among those without one. */
  many: z.boolean(),
  label: z.enum(['none', 'optional', 'one']),
})
export type BlockKind = z.infer<typeof blockKindSchema>

export const serviceFormSchema = z.object({
  service: z.string(),
  /** Files that say something of it, the one that counts most last; the first is where new things are written. */
  files: z.array(z.string()),
  fields: z.array(formFieldSchema),
  /** Blocks that may stand several times, each as the path of its fields. */
  blocks: z.array(z.array(z.string())),
  /** Blocks that the service itself has, and that can be taken out. */
  own: z.array(z.array(z.string())),
  kinds: z.array(blockKindSchema),
  /** The service's own lines in each file, first to last. */
  sources: z.array(z.object({ file: z.string(), line: z.number().int(), endLine: z.number().int(), text: z.string() })),
})
export type ServiceForm = z.infer<typeof serviceFormSchema>

export const formEditSchema = formQuerySchema.extend({
  changes: z.array(z.object({ path: z.array(z.string()).min(1).max(8), value: z.json() })).max(1000),
  override: z.boolean().optional(),
})
export type FormEdit = z.infer<typeof formEditSchema>

export const formEditedSchema = z.object({
  /** The files that differ from what was sent or is on disk; none when something was refused. */
  texts: z.record(z.string(), z.string()),
  refusals: z.array(editRefusalSchema),
  /** The form of the new texts. */
  form: serviceFormSchema.optional(),
})
export type FormEdited = z.infer<typeof formEditedSchema>

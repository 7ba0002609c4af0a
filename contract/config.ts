import { z } from 'zod'
import { diagnosticSchema } from './diagnostic.ts'

/** Texts of files by their name in the configuration folder; null takes a file away. */
export const configFilesSchema = z.record(z.string(), z.string().nullable())
export type ConfigFiles = z.infer<typeof configFilesSchema>

/** Where a value was written, or the variable or flag that gave it. */
export const configPlaceSchema = z.object({
  origin: z.string(),
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
})

/** What a change does to one service, or to one instance of it. */
export const plannedActionSchema = z.object({
  service: z.string(),
  action: z.enum(['start', 'stop', 'restart', 'reload', 'update']),
  /** What about it has changed, or what else brings it about; a sentence or a difference each. */
  because: z.array(z.string()),
})
export type PlannedAction = z.infer<typeof plannedActionSchema>

export const configPlanSchema = z.object({
  actions: z.array(plannedActionSchema),
  diagnostics: z.array(diagnosticSchema),
})
export type ConfigPlan = z.infer<typeof configPlanSchema>

export const configAppliedSchema = configPlanSchema.extend({
  revision: z.number().int(),
  /** Set when the change was taken back: why. */
  reverted: z.string().optional(),
})
export type ConfigApplied = z.infer<typeof configAppliedSchema>

/** One entry of the history. */
export const revisionSchema = z.object({
  revision: z.number().int(),
  at: z.string(),
  author: z.string(),
  /** What brought it about: `files` changed on disk, `apply`, `rollback` to an earlier one, `revert` of a change that failed. */
  kind: z.enum(['files', 'apply', 'rollback', 'revert']),
  text: z.string(),
  files: z.array(z.string()),
})
export type Revision = z.infer<typeof revisionSchema>

/** An entry with the texts of all files as they were then. */
export const revisionDetailSchema = revisionSchema.extend({ texts: z.record(z.string(), z.string()) })
export type RevisionDetail = z.infer<typeof revisionDetailSchema>

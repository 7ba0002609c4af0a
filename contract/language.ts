import { z } from 'zod'
import { diagnosticSchema } from './diagnostic.ts'

/**
 * What an editor asks about the text under its cursor. The agent answers from the parser and the schema that it
 * loads by, so that an editor needs no rules of its own. Lines and columns start at 1 and count code points, as in
 * diagnostics; ends are exclusive. Files are named as in `config/files`.
 */

/** Texts that are not saved yet, by file; what is not named is read from disk. */
export const unsavedSchema = z.record(z.string(), z.string()).default({})

export const textPlaceSchema = z.object({
  file: z.string().min(1).max(4096),
  line: z.number().int().min(1),
  column: z.number().int().min(1),
})
export type TextPlace = z.infer<typeof textPlaceSchema>

export const textRangeSchema = textPlaceSchema.extend({
  endLine: z.number().int().min(1),
  endColumn: z.number().int().min(1),
})
export type TextRange = z.infer<typeof textRangeSchema>

export const textEditSchema = textRangeSchema.extend({ text: z.string() })
export type TextEdit = z.infer<typeof textEditSchema>

/** A file of the configuration. */
export const configFileSchema = z.object({
  /** Relative to the configuration folder, with `/`; absolute for a file outside of it. */
  name: z.string(),
  sizeBytes: z.number().int(),
  modifiedAt: z.string(),
  /** SHA-256 of its bytes, in hex: what it takes to notice that it has changed. */
  hash: z.string(),
  /** Loading reads it; what else lies in the folder is only named like a configuration. */
  loaded: z.boolean(),
  /** Why it cannot be written, if it cannot. */
  readOnly: z.string().optional(),
})
export type ConfigFile = z.infer<typeof configFileSchema>

export const configFolderSchema = z.object({ folder: z.string(), items: z.array(configFileSchema) })
export type ConfigFolder = z.infer<typeof configFolderSchema>

export const configTextSchema = configFileSchema.extend({ text: z.string() })
export type ConfigText = z.infer<typeof configTextSchema>

export const languageQuerySchema = z.object({ unsaved: unsavedSchema, at: textPlaceSchema })
export type LanguageQuery = z.infer<typeof languageQuerySchema>

export const completionSchema = z.object({
  label: z.string(),
  kind: z.enum(['block', 'attribute', 'value', 'function', 'variable', 'local', 'service', 'template', 'name']),
  /** Its type or its values, short: `duration`, `"restart" | "alert"`. */
  detail: z.string(),
  /** What it means, in plain sentences, with its default. */
  help: z.string(),
  /** What is put in; `${1:name}` marks a place to fill, `$0` where the cursor ends. */
  insert: z.string(),
})
export type Completion = z.infer<typeof completionSchema>

export const completionsSchema = z.object({
  /** What the chosen one replaces; null when nothing can be said here. */
  range: textRangeSchema.nullable(),
  items: z.array(completionSchema),
  /** There are more than were sent; asking again with more typed finds them. */
  incomplete: z.boolean(),
})
export type Completions = z.infer<typeof completionsSchema>

export const hoverSchema = z.object({
  range: textRangeSchema,
  title: z.string(),
  detail: z.string(),
  help: z.string(),
  /** What the expression is worth here and where that comes from; secrets are masked. */
  value: z.string().optional(),
})
export type Hover = z.infer<typeof hoverSchema>

/** A name that is declared: for an outline, the palette and breadcrumbs. */
export const textSymbolSchema = z.object({
  name: z.string(),
  kind: z.enum(['service', 'app', 'group', 'variable', 'local', 'template', 'other']),
  range: textRangeSchema,
})
export type TextSymbol = z.infer<typeof textSymbolSchema>

export const renamedSchema = z.object({
  /** In every file, none overlapping another. */
  edits: z.array(textEditSchema),
  /** Why it cannot be renamed, or not so; then there are no edits. */
  refused: z.string().optional(),
})
export type Renamed = z.infer<typeof renamedSchema>

/** A text laid out anew, or why it was left as it is; neither when it is so already. */
export const formattedSchema = z.object({ text: z.string().optional(), problem: diagnosticSchema.optional() })
export type Formatted = z.infer<typeof formattedSchema>

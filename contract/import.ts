import { z } from 'zod'
import { diagnosticSchema } from './diagnostic.ts'

/** A service by its HCL names: attributes as values, blocks as objects or lists of them. */
export const newServiceSchema = z.looseObject({
  name: z.string().min(1).max(200),
  /** A file of the configuration folder; `services.hcl` when not said. */
  file: z.string().max(200).optional(),
})
export type NewService = z.infer<typeof newServiceSchema>

export const draftSchema = z.object({
  hcl: z.string(),
  /** The file that it would be written to. */
  file: z.string(),
  /** What is wrong or doubtful; lines are those of `hcl`, and `attribute` is what stands there. */
  errors: z.array(diagnosticSchema.extend({ attribute: z.string().optional() })),
})
export type Draft = z.infer<typeof draftSchema>

export const importKinds = [
  'package',
  'procfile',
  'compose',
  'process-compose',
  'pm2',
  'supervisord',
  'systemd',
] as const

export const foundSchema = z.object({
  folder: z.string(),
  candidates: z.array(
    z.object({
      file: z.string(),
      kind: z.enum(importKinds),
      services: z.array(z.string()),
      /** What is there besides and is taken only when it is asked for by name. */
      others: z.array(z.string()),
      problem: z.string().optional(),
      /** Only running the file tells what is in it. */
      code: z.boolean().optional(),
    }),
  ),
  /** The folder has more than is looked at. */
  cut: z.boolean(),
})
export type ImportFound = z.infer<typeof foundSchema>

export const previewRequestSchema = z.object({
  folder: z.string().min(1).max(4096),
  files: z
    .array(z.object({ file: z.string().max(4096), services: z.array(z.string()).max(1000).optional() }))
    .min(1)
    .max(100),
  /** Images become `docker run` commands. */
  docker: z.boolean().optional(),
  /** Files of code that may be run, because a person said so. */
  run: z.array(z.string().max(4096)).max(20).optional(),
})
export type ImportRequest = z.infer<typeof previewRequestSchema>

export const previewSchema = z.object({
  hcl: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      command: z.string(),
      ports: z.array(z.number().int()),
      dependsOn: z.array(z.string()),
    }),
  ),
  /** What could not be carried over, or should be known. */
  notes: z.array(
    z.object({
      file: z.string(),
      what: z.string(),
      why: z.string(),
      line: z.number().int().optional(),
      suggestion: z.string().optional(),
    }),
  ),
  /** Files that are code and were not run. */
  code: z.array(z.string()),
  /** A name for the new file that none has. */
  suggestedFile: z.string(),
})
export type ImportPreview = z.infer<typeof previewSchema>

export const writtenSchema = z.object({
  file: z.string(),
  services: z.array(z.string()),
  diagnostics: z.array(diagnosticSchema),
})
export type ImportWritten = z.infer<typeof writtenSchema>

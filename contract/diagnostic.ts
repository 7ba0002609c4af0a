import { z } from 'zod'

/**
 * One thing wrong (or doubtful) in the configuration. Lines and columns start at 1 and count code
 * points; ends are exclusive. `file` is the path as it was loaded.
 */
export const diagnosticSchema = z.object({
  severity: z.enum(['error', 'warning']),
  /** A stable name for the kind of mistake, such as `unknown-attribute`. */
  code: z.string(),
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int(),
  endColumn: z.number().int(),
  message: z.string(),
  expected: z.string().optional(),
  suggestion: z.string().optional(),
  /** The text of the line that `line` names, so that any client can draw the caret. */
  source: z.string().optional(),
})
export type Diagnostic = z.infer<typeof diagnosticSchema>

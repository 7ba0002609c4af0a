import { z } from 'zod'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export const logLevelSchema = z.enum(logLevels)
export type LogLevel = z.infer<typeof logLevelSchema>

export const logLineSchema = z.object({
  /** Counts the lines of one service from 1, without gaps. */
  seq: z.number().int(),
  time: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  /** Found in the line, else `info`. */
  level: logLevelSchema,
  /** As written, ANSI codes included; bytes that are not UTF-8 become U+FFFD here, the segment keeps them. */
  text: z.string(),
  /** The members of a JSON line. */
  fields: z.record(z.string(), z.unknown()).optional(),
  service: z.string(),
  /** The line was longer than a client is sent; `text` is its beginning. */
  truncated: z.boolean().optional(),
})
export type LogLine = z.infer<typeof logLineSchema>

export const logQuerySchema = z.object({
  service: z.union([z.string(), z.array(z.string())]).optional(),
  limit: z.coerce.number().int().min(1).default(1000),
  since: z.string().optional(),
  until: z.string().optional(),
  cursor: z.string().optional(),
  /** A regular expression; it runs outside the agent's loop and under a time limit. */
  grep: z.string().optional(),
  /** This level and worse. */
  level: logLevelSchema.optional(),
})
export type LogQuery = z.infer<typeof logQuerySchema>

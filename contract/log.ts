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
  /** Where the line stands among those of all services, for `from` and `before`; absent in one that is not complete yet. */
  place: z.string().optional(),
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
  /** The `place` of a line: that line and the first ones after it; further pages lead to the present. */
  from: z.string().optional(),
  /** The `place` of a line: the newest ones before it; further pages lead into the past. */
  before: z.string().optional(),
  /** A regular expression, or several of which each has to match; they run outside the agent's loop and under a time limit. */
  grep: z.union([z.string(), z.array(z.string()).max(16)]).optional(),
  /** This level and worse. */
  level: logLevelSchema.optional(),
})
export type LogQuery = z.infer<typeof logQuerySchema>

export const logHitsQuerySchema = logQuerySchema.pick({ service: true, grep: true, level: true }).extend({
  /** What is looked for, among the lines that `grep` and `level` let through: a regular expression like `grep`. */
  pattern: z.string().min(1),
})
export type LogHitsQuery = z.infer<typeof logHitsQuerySchema>

/** A line by its own `service` and `place`. */
export const logWholeQuerySchema = z.object({ service: z.string().min(1).max(200), place: z.string().max(100) })
export type LogWholeQuery = z.infer<typeof logWholeQuerySchema>

export const logWholeSchema = z.object({
  text: z.string(),
  /** The line is longer than 16 MiB, or is not at its end yet. */
  truncated: z.boolean(),
})
export type LogWhole = z.infer<typeof logWholeSchema>

export const logHitsSchema = z.object({
  /** Of lines that were found since the last message, the newest first. */
  places: z.array(z.string()),
  /** Everything newer than this has been searched. */
  searchedTo: z.string(),
  /** The stream ends here: all is searched, or as many were found as are told of. */
  done: z.boolean(),
  /** There are more than are told of, older ones. */
  more: z.boolean(),
})
export type LogHits = z.infer<typeof logHitsSchema>

export const logHistogramQuerySchema = logQuerySchema.pick({ service: true }).extend({
  /** RFC 3339, or how long ago; absent: from the oldest line on. */
  since: z.string().optional(),
  /** About so many are wanted; they begin at round times. */
  buckets: z.coerce.number().int().min(1).max(500).default(120),
})
export type LogHistogramQuery = z.infer<typeof logHistogramQuerySchema>

export const logHistogramSchema = z.object({
  from: z.string(),
  to: z.string(),
  bucketMs: z.number(),
  /** From `from` on, each as long as `bucketMs`: lines, those of level warn, and those that are error or fatal. */
  buckets: z.array(z.object({ lines: z.number().int(), warn: z.number().int(), error: z.number().int() })),
  /** Lines that are kept, whatever the range, and the time of the oldest; null when there is none. */
  kept: z.number().int(),
  oldest: z.string().nullable(),
  /** False while counting goes on: ask again for the rest. */
  complete: z.boolean(),
})
export type LogHistogram = z.infer<typeof logHistogramSchema>

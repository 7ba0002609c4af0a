import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
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
import { listOf, view } from './procedure.ts'

export const logProcedures = {
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
}

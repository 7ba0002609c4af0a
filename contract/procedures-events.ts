import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { eventKindSchema, eventSchema } from './event.ts'
import { listOf, page, view } from './procedure.ts'

export const eventProcedures = {
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
}

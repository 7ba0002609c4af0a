import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { hostSchema } from './host.ts'
import { base, view } from './procedure.ts'
import { agentInfoSchema, stateMessageSchema, watchPaceSchema } from './state.ts'

export const agentProcedures = {
  agent: {
    info: view
      .route({ method: 'GET', path: '/agent', tags: ['agent'], summary: 'The agent itself' })
      .output(agentInfoSchema),
    shutdown: base
      .route({ method: 'POST', path: '/agent/shutdown', tags: ['agent'], summary: 'End the agent' })
      .input(z.object({ services: z.enum(['stop', 'keep']).optional() }))
      .output(agentInfoSchema),
    signIn: base
      .route({
        method: 'POST',
        path: '/agent/sign-in-codes',
        tags: ['agent'],
        summary: 'Make a one-time address for a browser',
      })
      .output(z.object({ url: z.string(), expiresAt: z.string() })),
  },
  state: {
    watch: view
      .route({ method: 'GET', path: '/state', tags: ['state'], summary: 'A snapshot, then deltas' })
      .input(
        z.object({
          since: z.coerce.number().int().optional(),
          /** In the `background` figures come as often as they are kept; else each second. */
          pace: watchPaceSchema.optional(),
        }),
      )
      .output(eventIterator(stateMessageSchema)),
  },
  host: {
    get: view.route({ method: 'GET', path: '/host', tags: ['host'], summary: 'The machine' }).output(hostSchema),
  },
}

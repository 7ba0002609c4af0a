import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import {
  fleetEventsQuerySchema,
  fleetEventsSchema,
  fleetHostSchema,
  fleetMessageSchema,
  fleetStatusSchema,
} from './fleet.ts'
import { listOf, operate, view } from './procedure.ts'
import { bundleProcedures } from './procedures-bundles.ts'
import { connectionProcedures, devServerProcedures } from './procedures-connection.ts'
import { rolloutProcedures } from './procedures-rollouts.ts'
import { newCommandSchema, queuedCommandSchema } from './queued.ts'

const host = z.string().min(1).max(120)

/** Whatever else there is is to be had of another host under `/hosts/{host}/…`. */
export const fleetProcedures = {
  hosts: {
    list: view
      .route({ method: 'GET', path: '/hosts', tags: ['fleet'], summary: 'The hosts of the fleet, this one first' })
      .input(z.object({ state: z.enum(['connected', 'unreachable']).optional() }))
      .output(listOf(fleetHostSchema)),
    get: view
      .route({ method: 'GET', path: '/hosts/{host}', tags: ['fleet'], summary: 'One host' })
      .input(z.object({ host }))
      .output(fleetHostSchema),
    /** One that is still there comes back with its next word. */
    remove: operate
      .route({ method: 'DELETE', path: '/hosts/{host}', tags: ['fleet'], summary: 'Take a host off the list' })
      .input(z.object({ host }))
      .output(fleetHostSchema),
  },
  fleet: {
    rollouts: rolloutProcedures,
    connection: connectionProcedures,
    dev: devServerProcedures,
    bundles: bundleProcedures,
    events: view
      .route({ method: 'GET', path: '/fleet/events', tags: ['fleet'], summary: 'What happened on all hosts' })
      .input(fleetEventsQuerySchema)
      .output(fleetEventsSchema),
    /** For hosts that are away, only where that was asked for. */
    commands: {
      create: operate
        .route({
          method: 'POST',
          path: '/fleet/commands',
          tags: ['fleet'],
          summary: 'Start, stop or restart on a host when it is back, if that is in time',
        })
        .input(newCommandSchema)
        .output(queuedCommandSchema),
      list: view
        .route({
          method: 'GET',
          path: '/fleet/commands',
          tags: ['fleet'],
          summary: 'Commands that wait, or have waited',
        })
        .input(z.object({ host: host.optional() }))
        .output(listOf(queuedCommandSchema)),
      withdraw: operate
        .route({
          method: 'DELETE',
          path: '/fleet/commands/{id}',
          tags: ['fleet'],
          summary: 'Take back a command that has not been sent',
        })
        .input(z.object({ id: z.string().min(1).max(64) }))
        .output(queuedCommandSchema),
    },
    /** How it is joined and who is there, and then what changes, at most once a second. */
    watch: view
      .route({
        method: 'GET',
        path: '/fleet/follow',
        tags: ['fleet'],
        summary: 'The fleet as it changes: a snapshot, then deltas',
      })
      .input(z.object({ since: z.coerce.number().int().optional() }))
      .output(eventIterator(fleetMessageSchema)),
    status: view
      .route({ method: 'GET', path: '/fleet', tags: ['fleet'], summary: 'How this agent is joined to the others' })
      .output(fleetStatusSchema),
  },
}

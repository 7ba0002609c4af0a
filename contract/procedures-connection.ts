import { z } from 'zod'
import { connectionSchema, devServerSchema, newConnectionSchema, trialSchema } from './connection.ts'
import { edit, look, operate, view } from './procedure.ts'

const tags = ['fleet']
const nothing = z.object({})
/** Without one it is 4222, or the next that nobody listens on. */
const port = z.coerce.number().int().min(1).max(65_535).optional()

export const connectionProcedures = {
  get: look
    .route({ method: 'GET', path: '/fleet/connection', tags, summary: 'How this agent is to join the fleet' })
    .output(connectionSchema),
  /** Nothing is kept or written. */
  try: look
    .route({ method: 'POST', path: '/fleet/connection/try', tags, summary: 'Try whether servers can be joined so' })
    .input(newConnectionSchema)
    .output(trialSchema),
  /** Tried first, and refused where that does not work, unless `unchecked`. */
  set: edit
    .route({ method: 'PUT', path: '/fleet/connection', tags, summary: 'Join a fleet, and write that down' })
    .input(newConnectionSchema.extend({ unchecked: z.boolean().default(false) }))
    .output(connectionSchema),
  remove: edit
    .route({ method: 'DELETE', path: '/fleet/connection', tags, summary: 'Leave the fleet, and forget its secrets' })
    .input(nothing)
    .output(connectionSchema),
}

export const devServerProcedures = {
  get: view
    .route({ method: 'GET', path: '/fleet/dev', tags, summary: 'The NATS server for trials on this machine' })
    .output(devServerSchema),
  start: operate
    .route({ method: 'POST', path: '/fleet/dev/start', tags, summary: 'Start a NATS server on loopback' })
    .input(z.object({ port }))
    .output(devServerSchema),
  stop: operate
    .route({ method: 'POST', path: '/fleet/dev/stop', tags, summary: 'Stop the NATS server for trials' })
    .input(nothing)
    .output(devServerSchema),
}

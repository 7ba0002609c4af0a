import { z } from 'zod'
import { listOf, operate, view } from './procedure.ts'
import { newRolloutSchema, rolloutSchema } from './rollout.ts'

const id = z.string().min(1).max(64)
const tags = ['fleet']

const change = (verb: string, summary: string) =>
  operate
    .route({ method: 'POST', path: `/fleet/rollouts/{id}/${verb}`, tags, summary })
    .input(z.object({ id }))
    .output(rolloutSchema)

/** One thing done with services of many hosts, batch by batch. It goes on when the agent that leads it is started again. */
export const rolloutProcedures = {
  create: operate
    .route({ method: 'POST', path: '/fleet/rollouts', tags, summary: 'Begin to start, stop or restart in batches' })
    .input(newRolloutSchema)
    .output(rolloutSchema),
  list: view
    .route({ method: 'GET', path: '/fleet/rollouts', tags, summary: 'The rollouts that this agent leads or has led' })
    .output(listOf(rolloutSchema)),
  get: view
    .route({ method: 'GET', path: '/fleet/rollouts/{id}', tags, summary: 'One rollout' })
    .input(z.object({ id }))
    .output(rolloutSchema),
  pause: change('pause', 'Begin no more hosts for now'),
  resume: change('resume', 'Go on'),
  abort: change('abort', 'Begin no more hosts at all'),
}

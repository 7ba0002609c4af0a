import { z } from 'zod'
import { serviceHealthSchema } from './health.ts'
import { name, operate, view } from './procedure.ts'

/** Part of `services`. */
export const healthProcedures = {
  health: view
    .route({ method: 'GET', path: '/services/{name}/health', tags: ['services'], summary: 'What its probes answer' })
    .input(z.object({ name }))
    .output(serviceHealthSchema),
  /** All its probes once, now, and what they answer; counts as any other answer does. */
  probe: operate
    .route({ method: 'POST', path: '/services/{name}/probe', tags: ['services'], summary: 'Probe it now' })
    .input(z.object({ name }))
    .output(serviceHealthSchema),
}

import { z } from 'zod'
import {
  bundleNameSchema,
  bundlePlanQuerySchema,
  bundlePlanSchema,
  bundlePreviewQuerySchema,
  bundlePreviewSchema,
  bundleReleaseDetailSchema,
  bundleSchema,
  hostBundleSchema,
  newBundleSchema,
} from './bundle.ts'
import { edit, listOf, look, view } from './procedure.ts'
import { rolloutSchema } from './rollout.ts'

const name = bundleNameSchema
const tags = ['fleet']

/** Configuration of many hosts from one place. */
export const bundleProcedures = {
  list: view
    .route({
      method: 'GET',
      path: '/fleet/bundles',
      tags,
      summary: 'Bundles of configuration, and how hosts do with them',
    })
    .output(listOf(bundleSchema)),
  get: view
    .route({ method: 'GET', path: '/fleet/bundles/{name}', tags, summary: 'One bundle' })
    .input(z.object({ name }))
    .output(bundleSchema),
  /** Files as they are written. */
  release: look
    .route({
      method: 'GET',
      path: '/fleet/bundles/{name}/revisions/{revision}',
      tags,
      summary: 'A revision with its files',
    })
    .input(z.object({ name, revision: z.coerce.number().int().min(1) }))
    .output(bundleReleaseDetailSchema),
  plan: look
    .route({
      method: 'POST',
      path: '/fleet/bundles/{name}/plan',
      tags,
      summary: 'What a change would do, host by host',
    })
    .input(bundlePlanQuerySchema)
    .output(bundlePlanSchema),
  apply: edit
    .route({ method: 'POST', path: '/fleet/bundles/{name}/apply', tags, summary: 'Begin to roll a change out' })
    .input(newBundleSchema)
    .output(rolloutSchema),
  applied: view
    .route({ method: 'GET', path: '/fleet/applied', tags, summary: 'What this host runs of the bundles' })
    .output(listOf(hostBundleSchema)),
  preview: look
    .route({
      method: 'POST',
      path: '/fleet/applied/plan',
      tags,
      summary: 'What files of a bundle would do to this host',
    })
    .input(bundlePreviewQuerySchema)
    .output(bundlePreviewSchema),
}

import { z } from 'zod'
import { plannedActionSchema } from './config.ts'
import { diagnosticSchema } from './diagnostic.ts'
import { rolloutPaceSchema } from './rollout.ts'

/** What is written over the fleet's connection twice quoted has to stay below a server's usual limit of 1 MiB. */
export const mostBundleBytes = 256 * 1024
const mostBundleFiles = 50

export const bundleNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'is a word of small letters, digits, "-" and "_", at most 63')

const bundleFilesSchema = z
  .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.hcl$/, 'is no name such as "services.hcl"'), z.string())
  .refine((files) => Object.keys(files).length > 0, { message: 'has no file' })
  .refine((files) => Object.keys(files).length <= mostBundleFiles, {
    message: `has more than ${mostBundleFiles} files`,
  })

/** Labels that a host must have, all of them; without any, every host is meant. */
export const selectorSchema = z
  .record(z.string().min(1).max(100), z.string().max(1000))
  .refine((selector) => Object.keys(selector).length <= 20, { message: 'has more than 20 labels' })
export type Selector = z.infer<typeof selectorSchema>

/** What a bundle shall be from now on: new files, a former revision, or gone. */
const bundleChangeSchema = z.object({
  name: bundleNameSchema,
  files: bundleFilesSchema.optional(),
  /** Of new files; those of the revision before where it is left out. */
  selector: selectorSchema.optional(),
  revision: z.coerce.number().int().min(1).optional(),
  remove: z.literal(true).optional(),
})
const isOneChange = ({ files, revision, remove }: z.infer<typeof bundleChangeSchema>): boolean =>
  [files, revision, remove].filter((given) => given !== undefined).length === 1
const oneChange = { message: 'Give one of files, revision and remove' }

export const bundlePlanQuerySchema = bundleChangeSchema.refine(isOneChange, oneChange)
export type BundleChange = z.infer<typeof bundlePlanQuerySchema>

export const newBundleSchema = bundleChangeSchema
  .extend({
    message: z.string().max(500).default(''),
    ...rolloutPaceSchema.shape,
    /** Whether a rollout of it that another host leads is given up: for when that host will not come back. */
    force: z.literal(true).optional(),
  })
  .refine(isOneChange, oneChange)
export type NewBundle = z.infer<typeof newBundleSchema>

const hostBundleStates = ['applied', 'pending', 'failed', 'drifted'] as const

/** What a host says of one bundle: what it runs of it, and what it should. */
export const hostBundleSchema = z.object({
  name: z.string().max(63),
  /** Null where it runs none. */
  revision: z.number().int().nullable(),
  /** Null where that is not known, 0 where it should run none. */
  wanted: z.number().int().nullable(),
  state: z.enum(hostBundleStates),
  /** Why it is so, in a sentence. */
  text: z.string().max(500),
})
export type HostBundle = z.infer<typeof hostBundleSchema>

const bundleReleaseSchema = z.object({
  revision: z.number().int(),
  time: z.string(),
  author: z.string(),
  message: z.string(),
  selector: selectorSchema,
})
export type BundleRelease = z.infer<typeof bundleReleaseSchema>

/** A bundle as it stands on one of the hosts that it is for. */
const bundleOnHostSchema = hostBundleSchema
  .omit({ name: true })
  .extend({ host: z.string(), hostId: z.string(), isAway: z.boolean() })
export type BundleOnHost = z.infer<typeof bundleOnHostSchema>

export const bundleSchema = z.object({
  name: z.string(),
  /** What every host shall run that has no word of its own, as while a rollout is under way; 0 where none. */
  revision: z.number().int(),
  /** The newest first; the last ones are kept. */
  releases: z.array(bundleReleaseSchema),
  /** The rollout that is under way. */
  rollout: z.string().nullable(),
  hosts: z.array(bundleOnHostSchema),
})
export type Bundle = z.infer<typeof bundleSchema>

export const bundleReleaseDetailSchema = bundleReleaseSchema.extend({
  name: z.string(),
  files: z.record(z.string(), z.string()),
})
export type BundleReleaseDetail = z.infer<typeof bundleReleaseDetailSchema>

/** A file of the fleet that says something else on a host than the fleet has written; null where it is not there. */
const driftSchema = z.object({ file: z.string(), fleet: z.string().nullable(), host: z.string().nullable() })
export type Drift = z.infer<typeof driftSchema>

/** What files of a bundle would do to this host; null where it is to be gone. */
export const bundlePreviewQuerySchema = z.object({ name: bundleNameSchema, files: bundleFilesSchema.nullable() })
export const bundlePreviewSchema = z.object({
  /** What is here now; null where nothing. */
  revision: z.number().int().nullable(),
  actions: z.array(plannedActionSchema),
  diagnostics: z.array(diagnosticSchema),
  /** What was changed by hand and would be written over. */
  drift: z.array(driftSchema),
})
export type BundlePreview = z.infer<typeof bundlePreviewSchema>

const bundlePlanHostSchema = bundlePreviewSchema.extend({
  host: z.string(),
  hostId: z.string(),
  /** Whether the bundle is for it, or goes from it. */
  isMeant: z.boolean(),
  /** Why nothing is known of it: it is away, or refuses. */
  leftOut: z.string().nullable(),
})
export type BundlePlanHost = z.infer<typeof bundlePlanHostSchema>

export const bundlePlanSchema = z.object({
  name: z.string(),
  /** The number that it would get; 0 where it goes. */
  revision: z.number().int(),
  previous: z.number().int(),
  selector: selectorSchema,
  hosts: z.array(bundlePlanHostSchema),
})
export type BundlePlan = z.infer<typeof bundlePlanSchema>

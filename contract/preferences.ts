import { z } from 'zod'

/** More stars than that are a list of their own. */
export const mostFavourites = 50
const mostColumns = 32

const flag = (fallback: boolean) => z.boolean().catch(fallback)
const logDefaults = { wrap: false, times: true, sources: true, levels: true }

/**
 * What a person likes, kept with the person: in a file of the window, in a browser in its storage. A part that cannot
 * be read is as if it had never been chosen, and takes nothing else with it.
 */
const preferencesSchema = z.object({
  theme: z.enum(['light', 'dark', 'system']).catch('system'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
  /** Names of services, in the order they were starred. */
  favourites: z.array(z.string().max(200)).max(mostFavourites).catch([]),
  /** Columns of the list of services, in order; empty is as the panel has them. */
  columns: z.array(z.string().max(32)).max(mostColumns).catch([]),
  groupBy: z.enum(['none', 'app', 'group', 'tag', 'host', 'state']).catch('none'),
  logs: z
    .object({ wrap: flag(false), times: flag(true), sources: flag(true), levels: flag(true) })
    .catch(() => ({ ...logDefaults })),
  /** Native notifications of services that fail. */
  notifications: flag(true),
  /** What becomes of the services when the person quits; the window asks until that is chosen. */
  quit: z.enum(['ask', 'keep', 'stop']).catch('ask'),
})
export type Preferences = z.infer<typeof preferencesSchema>

/** Takes whatever was stored; what is no object at all is nothing. */
export function readPreferences(stored: unknown): Preferences {
  const known = typeof stored === 'object' && !Array.isArray(stored) ? (stored ?? {}) : {}
  return preferencesSchema.parse(known)
}

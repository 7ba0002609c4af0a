import { z } from 'zod'

/** Stands where one host is named, and means all of them. */
export const everyHost = '*'

/** Among those of all hosts something is called by its own name and its host: `web@atlas`. Names of services have no `@`. */
export const addressOf = (name: string, host: string): string => `${name}@${host}`

/** The two parts of an address; a plain name has no host. */
export function splitAddress(address: string): { name: string; host: string | undefined } {
  const at = address.indexOf('@')
  return at === -1 ? { name: address, host: undefined } : { name: address.slice(0, at), host: address.slice(at + 1) }
}

export const localName = (address: string): string => splitAddress(address).name

/** A host of which nothing new is to be had, and why: it is away, or it refuses. */
export const silentHostSchema = z.object({
  host: z.string(),
  /** When it was heard for the last time, as far as that is known. */
  since: z.string(),
  text: z.string(),
})
export type SilentHost = z.infer<typeof silentHostSchema>

/** Lines of more hosts than these are not read together; whoever wants others names them, or services of them. */
export const mostLogHosts = 16
/** So many hosts may be named where series are asked for. */
export const mostMetricHosts = 100

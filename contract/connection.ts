import { z } from 'zod'

const secret = z
  .string()
  .min(1)
  .max(64 * 1024)
const address = z.string().trim().min(1).max(500)

/** How one signs in to the servers of a fleet. `kept` is what is kept already, of whichever kind it is. */
const credentialSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('token'), token: secret }),
  z.object({ kind: z.literal('user'), username: z.string().min(1).max(200), password: secret }),
  /** The seed of an nkey, or the text of a file with one. */
  z.object({ kind: z.literal('nkey'), seed: secret }),
  /** The text of a `.creds` file. */
  z.object({ kind: z.literal('creds'), creds: secret }),
  z.object({ kind: z.literal('kept') }),
])

export const newConnectionSchema = z.object({
  servers: z.array(address).min(1).max(20),
  clusterName: z.string().max(120).default(''),
  subjectPrefix: z.string().max(120).default('hxe'),
  credential: credentialSchema,
  /** Texts in PEM form; one that is absent is not written, null is as it is kept. */
  tls: z
    .object({ ca: secret.nullable().optional(), cert: secret.nullable().optional(), key: secret.nullable().optional() })
    .default({}),
  /** What commands to other hosts are signed with; null is as it is kept. */
  signingSeed: secret.nullable().optional(),
  trustedKeys: z.array(z.string().min(1).max(200)).max(200).default([]),
})
export type NewConnection = z.infer<typeof newConnectionSchema>

/** Why a server was not joined, or that it was. */
export const trialSchema = z.object({
  ok: z.boolean(),
  /** In a sentence, with what to do. */
  text: z.string(),
  /** What of the input it is about. */
  about: z.enum(['servers', 'credential', 'tls', 'signing']).nullable(),
  serverVersion: z.string().nullable(),
  rttMs: z.number().nullable(),
})
export type ConnectionTrial = z.infer<typeof trialSchema>

/** How this agent is joined, as its files have it, without any secret; what `hxe.hcl` says in other ways is not told. */
export const connectionSchema = z.object({
  servers: z.array(z.string()),
  clusterName: z.string(),
  subjectPrefix: z.string(),
  /** Null where nothing is configured. */
  credential: z.enum(['none', 'token', 'user', 'nkey', 'creds']).nullable(),
  username: z.string(),
  has: z.object({ ca: z.boolean(), cert: z.boolean(), key: z.boolean(), signingSeed: z.boolean() }),
  trustedKeys: z.array(z.string()),
  /** The public key of its signing seed, which other hosts have to trust. */
  signingKey: z.string().nullable(),
  /** Where secrets would be kept now, and what is to be known of that. */
  keeper: z.object({ kind: z.enum(['keychain', 'vault', 'none']), text: z.string() }),
})
export type FleetConnection = z.infer<typeof connectionSchema>

/** A server for trying a fleet on this machine. */
export const devServerSchema = z.object({
  state: z.enum(['missing', 'stopped', 'running']),
  url: z.string().nullable(),
  /** How to install it, or why it has ended. */
  text: z.string(),
})
export type DevServer = z.infer<typeof devServerSchema>

import { z } from 'zod'
import { hostBundleSchema } from './bundle.ts'
import { eventKindSchema, eventSchema } from './event.ts'

/** What may be done to a host from afar; its own configuration says which (`allow_remote`). */
export const remoteRights = ['view', 'start', 'stop', 'restart', 'reload', 'signal', 'exec', 'configure'] as const
export type RemoteRight = (typeof remoteRights)[number]

/** One agent of the fleet, this one included. */
export const fleetHostSchema = z.object({
  /** What it is called here: its name, with a part of its id behind it where two hosts have one name. */
  name: z.string(),
  /** Made once for each data directory: never the same for two agents. */
  id: z.string(),
  /** This agent itself. */
  self: z.boolean(),
  state: z.enum(['connected', 'unreachable']),
  /** It is this side that has lost the server: whether the host runs is not known, and nobody says that it is lost. */
  connectionLost: z.literal(true).optional(),
  /** Unreachable since its agent was ended by someone, and said so: it is not lost. */
  left: z.literal(true).optional(),
  /** When that state began. */
  since: z.string(),
  lastSeenAt: z.string(),
  latencyMs: z.number().nullable(),
  version: z.string(),
  os: z.string(),
  labels: z.record(z.string(), z.string()),
  services: z.object({ running: z.number().int(), failing: z.number().int(), total: z.number().int() }),
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  alerts: z.number().int(),
  /** Its clock less ours, where that is known. */
  clockSkewMs: z.number().nullable(),
  allowRemote: z.array(z.enum(remoteRights)),
  /** Number of its configuration's history. */
  revision: z.number().int(),
  /** What it runs of the fleet's bundles of configuration. */
  bundles: z.array(hostBundleSchema).optional(),
  /** What is worth knowing: another host of that name, another version, a clock that is off. */
  notes: z.array(z.string()),
  /** Calls to it are held back for a moment, since the last ones were not answered. */
  breaker: z.enum(['closed', 'open', 'half-open']),
  /** While it is open: when one is let through to see. */
  retryAt: z.string().optional(),
})
export type FleetHost = z.infer<typeof fleetHostSchema>

/** How this agent is joined to the others. */
export const fleetStatusSchema = z.object({
  /** `off`: no `nats` block. `invalid`: it cannot be used, `problem` says why. */
  state: z.enum(['off', 'connecting', 'connected', 'lost', 'invalid']),
  since: z.string(),
  servers: z.array(z.string()),
  /** The one that is connected. */
  server: z.string().nullable(),
  serverVersion: z.string().nullable(),
  clusterName: z.string().nullable(),
  rttMs: z.number().nullable(),
  /** Loopback without credentials: for development, anybody on this machine may speak. */
  unprotected: z.boolean(),
  problem: z.string().nullable(),
  /** A version of the server with published holes, and the like. */
  warnings: z.array(z.string()),
  /** `stream`: the server keeps what happens, for whoever is away. `hosts`: each host is asked, as far as it is there. */
  events: z.object({ from: z.enum(['stream', 'hosts']), problem: z.string().nullable() }),
  /** Of the client: what was asked, tried again, given up, and refused at once since a host did not answer. */
  calls: z.object({
    open: z.number().int(),
    done: z.number().int(),
    retried: z.number().int(),
    failed: z.number().int(),
    refused: z.number().int(),
  }),
})
export type FleetStatus = z.infer<typeof fleetStatusSchema>

const byName = new Intl.Collator()

/** The order of hosts in every list: this one first, then by name. */
export const compareHosts = (a: FleetHost, b: FleetHost): number =>
  Number(b.self) - Number(a.self) || byName.compare(a.name, b.name)

/**
 * The fleet as a client receives it: a snapshot, then deltas, each with the number it brings the client to, as with the
 * state of an agent. That a connected host was heard again is no change: `lastSeenAt` is from when it was told last, and
 * how long ago a host that is away was heard the reader counts from it.
 */
export const fleetMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    seq: z.number().int(),
    status: fleetStatusSchema,
    hosts: z.array(fleetHostSchema),
  }),
  z.object({
    type: z.literal('delta'),
    seq: z.number().int(),
    /** Those that are new, or other than before; in no order. */
    hosts: z.array(fleetHostSchema),
    /** Figures alone, as `[id, cpuPercent, memoryPercent, latencyMs, clockSkewMs]`: what changes with each word of a host stays small. */
    usage: z.array(
      z.tuple([z.string(), z.number().nullable(), z.number().nullable(), z.number().nullable(), z.number().nullable()]),
    ),
    /** By their ids. */
    removed: z.array(z.string()),
    status: fleetStatusSchema.optional(),
  }),
])
export type FleetMessage = z.infer<typeof fleetMessageSchema>

export const fleetEventsQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** Of this host alone. */
  host: z.string().min(1).max(120).optional(),
  service: z.string().optional(),
  kind: eventKindSchema.optional(),
  /** All that one request, crash or due time brought about, on whichever hosts. */
  correlationId: z.string().max(128).optional(),
  since: z.string().optional(),
  until: z.string().optional(),
})
export type FleetEventsQuery = z.infer<typeof fleetEventsQuerySchema>

const fleetEventSchema = eventSchema.extend({ host: z.string() })
export type FleetEvent = z.infer<typeof fleetEventSchema>

export const fleetEventsSchema = z.object({
  /** Newest first; `seq` counts for each host by itself. */
  items: z.array(fleetEventSchema),
  /** Hosts of which nothing is in the list, since they could not be asked and the server has kept nothing of them. */
  missing: z.array(z.object({ host: z.string(), text: z.string() })),
})
export type FleetEvents = z.infer<typeof fleetEventsSchema>

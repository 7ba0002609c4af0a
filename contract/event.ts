import { z } from 'zod'
import { whySchema } from './service.ts'

export const eventKinds = [
  'agent.started',
  'agent.stopping',
  'agent.warning',
  'config.applied',
  'config.invalid',
  'config.mended',
  'config.pending',
  'service.starting',
  'service.started',
  'service.adopted',
  'service.stopping',
  'service.stopped',
  'service.exited',
  'service.completed',
  'service.backoff',
  'service.failed',
  'service.waiting',
  'service.skipped',
  'service.enabled',
  'service.disabled',
  'service.unkillable',
  'service.warning',
  'service.healthy',
  'service.unhealthy',
  'service.recovered',
  'alert.pending',
  'alert.firing',
  'alert.resolved',
  'alert.acknowledged',
  'silence.created',
  'silence.ended',
  'delivery.failed',
  'agent.recovered',
  'host.joined',
  'host.lost',
  'events.missing',
  'rollout.started',
  'rollout.changed',
  'rollout.ended',
  'command.queued',
  'command.ended',
  'hook.failed',
  'process.ended',
] as const
export const eventKindSchema = z.enum(eventKinds)
export type EventKind = z.infer<typeof eventKindSchema>

/** One thing that happened. Kept in the store; `seq` orders them, the clock does not. */
export const eventSchema = z.object({
  seq: z.number().int(),
  time: z.string(),
  kind: eventKindSchema,
  severity: z.enum(['info', 'warning', 'critical']),
  /** The instance it is about: `web` or `web#0`. */
  service: z.string().optional(),
  text: z.string(),
  /** Among those of all hosts: whose it is; `seq` counts for each host by itself. */
  host: z.string().optional(),
  /** Who asked for it: an operating system user, or `agent`. */
  author: z.string(),
  why: whySchema.optional(),
  /** The alert it is about. */
  alert: z.string().optional(),
  /** Shared by all that one request brought about: its events, lines of the agent's log, and the answer's header. */
  correlationId: z.string().optional(),
  /** The service's last lines, with the event of its giving up. */
  lastLines: z.array(z.string()).optional(),
})
export type AgentEvent = z.infer<typeof eventSchema>

/** What tells events apart, also those of many hosts. */
export const eventId = ({ seq, host }: Pick<AgentEvent, 'seq' | 'host'>): string =>
  host === undefined ? String(seq) : `${host} ${seq}`

/** Newest first: those of one host by their numbers, those of many by their times. */
export function newerFirst(a: AgentEvent, b: AgentEvent): number {
  if (a.host === b.host) return b.seq - a.seq
  return Date.parse(b.time) - Date.parse(a.time) || (a.host ?? '').localeCompare(b.host ?? '')
}

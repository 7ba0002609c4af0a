import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { z } from 'zod'
import { type AgentEvent, eventSchema } from '../../contract/index.ts'
import { encode, reader } from './message.ts'

const day = 86_400_000
/** What the stream is made with. Whoever runs the server may change it there, and it is left so. */
export const eventsKeptMs = 7 * day
const mostBytes = 512 * 1024 * 1024
const mostMessageBytes = 64 * 1024
const mostMessagesOfHost = 10_000
/** One message holds what happened at about one time; it may be as long as a message, less its frame. */
export const mostEventsOfMessage = 100
const mostEventBytes = 48 * 1024

/** What a stream of a fleet is called: `HXE_EVENTS` for the prefix `hxe`. */
export const streamNameOf = (prefix: string): string => `${prefix.replaceAll('.', '_').toUpperCase()}_EVENTS`

/** In a cluster each event is kept by so many of its servers, so that it may lose one. */
const replicasInCluster = 3

/** Makes the stream where there is none. @throws what JetStream says */
export async function makeStream(
  manager: JetStreamManager,
  { name, subject, isCluster }: { name: string; subject: string; isCluster: boolean },
): Promise<void> {
  const make = (replicas: number) =>
    manager.streams.add({
      name,
      subjects: [subject],
      description: 'What happened on the hosts of the fleet',
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      num_replicas: replicas,
      max_age: eventsKeptMs * 1_000_000,
      max_bytes: mostBytes,
      max_msg_size: mostMessageBytes,
      max_msgs_per_subject: mostMessagesOfHost,
      allow_direct: true,
    })
  if (isCluster && (await make(replicasInCluster).catch(isTooFew))) return
  await make(1)
}

/** A cluster of one or two servers, or of which no more are there now, keeps it once. */
function isTooFew(error: unknown): undefined {
  if (!(error instanceof JetStreamApiError)) throw error
  return undefined
}

/** Events of one host that follow each other, as one message. */
const batchSchema = z.object({
  v: z.literal(1),
  /** As the host calls itself; who it is says the subject. */
  name: z.string().max(200),
  /** Which of its histories: it begins another one where it has lost its own. */
  epoch: z.string().min(1).max(64),
  /** How many events of that history were told before these. */
  index: z.number().int().min(0),
  /** Of the last of these. */
  seq: z.number().int().min(0),
  events: z.array(z.unknown()).min(1).max(mostEventsOfMessage),
})
export type EventBatch = z.infer<typeof batchSchema>

export const readBatch = reader(batchSchema, 1024 * 1024)

/**
 * An event as a host has told it. Of a newer version's there may be kinds that are not known here: these are told of in
 * the words of their host.
 */
export function readEvent(value: unknown): AgentEvent | undefined {
  const { data: event } = eventSchema.safeParse(value)
  const read = event ?? eventSchema.safeParse({ ...(value as object), kind: 'agent.warning', why: undefined }).data
  return read && !Number.isNaN(Date.parse(read.time)) ? read : undefined
}

/**
 * As many of the events as one message holds, from the first on. One that is longer by itself goes without the lines it
 * quotes, and where that is not enough, without its reasons.
 */
export function cutBatch(
  events: readonly AgentEvent[],
  head: Omit<EventBatch, 'v' | 'seq' | 'events'>,
): { data: Uint8Array; count: number; seq: number } | undefined {
  const taken: AgentEvent[] = []
  let bytes = 0
  for (const event of events) {
    const short = shorten(event)
    bytes += byteLength(short)
    if (taken.length > 0 && (bytes > mostEventBytes || taken.length === mostEventsOfMessage)) break
    taken.push(short)
  }
  const last = taken.at(-1)
  if (!last) return undefined
  return { data: encode({ v: 1, ...head, seq: last.seq, events: taken }), count: taken.length, seq: last.seq }
}

const byteLength = (event: AgentEvent): number => Buffer.byteLength(JSON.stringify(event))

function shorten(event: AgentEvent): AgentEvent {
  if (byteLength(event) <= mostEventBytes) return event
  const { lastLines: _lines, ...quiet } = event
  if (byteLength(quiet) <= mostEventBytes) return quiet
  const { why: _why, ...bare } = quiet
  return { ...bare, text: bare.text.slice(0, 4_000) }
}

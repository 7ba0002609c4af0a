import { encode } from './message.ts'
import type { Wire, WireMessage } from './wire.ts'

/** What standard tools (`nats micro ls`) are told. */
export interface MicroIdentity {
  id: string
  version: string
  description: string
  metadata: Readonly<Record<string, string>>
  startedAt: string
  endpoint: { name: string; subject: string }
  counts: () => { requests: number; errors: number }
}

const name = 'hxe-agent'
const verbs = ['PING', 'INFO', 'STATS'] as const

/**
 * Answers PING, INFO and STATS as NATS micro-services do (NATS ADR-32), so that tools that know nothing of HXE find the
 * agents of a fleet. Returns the clean-up.
 */
export function announceService(wire: Wire, identity: MicroIdentity): () => void {
  const { id, version, metadata } = identity
  const head = { name, id, version, metadata }
  const answerTo = (verb: (typeof verbs)[number]): object => {
    if (verb === 'PING') return { type: 'io.nats.micro.v1.ping_response', ...head }
    const endpoint = { ...identity.endpoint, queue_group: '' }
    if (verb === 'INFO') {
      const { description } = identity
      return {
        type: 'io.nats.micro.v1.info_response',
        ...head,
        description,
        endpoints: [{ ...endpoint, metadata: {} }],
      }
    }
    const { requests, errors } = identity.counts()
    const times = { last_error: '', processing_time: 0, average_processing_time: 0 }
    const endpoints = [{ ...endpoint, num_requests: requests, num_errors: errors, ...times }]
    return { type: 'io.nats.micro.v1.stats_response', ...head, started: identity.startedAt, endpoints }
  }
  const cleanUps = verbs.flatMap((verb) => {
    const heard = ({ reply }: WireMessage): void => reply(encode(answerTo(verb)))
    return [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`].map((subject) =>
      wire.subscribe(subject, heard),
    )
  })
  return () => {
    for (const clean of cleanUps) clean()
  }
}

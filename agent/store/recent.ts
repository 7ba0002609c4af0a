import type { AgentEvent } from '../../contract/index.ts'
import type { EventQuery } from './types.ts'

const kept = 1000

function belongsTo(event: AgentEvent, service: string): boolean {
  return event.service === service || (event.service?.startsWith(`${service}#`) ?? false)
}

function matches(event: AgentEvent, query: EventQuery): boolean {
  if (query.before !== undefined && event.seq >= query.before) return false
  if (query.after !== undefined && event.seq <= query.after) return false
  if (query.kind !== undefined && event.kind !== query.kind) return false
  if (query.correlationId !== undefined && event.correlationId !== query.correlationId) return false
  if (query.service !== undefined && !belongsTo(event, query.service)) return false
  const atMs = Date.parse(event.time)
  return (query.sinceMs === undefined || atMs >= query.sinceMs) && (query.untilMs === undefined || atMs < query.untilMs)
}

/**
 * The newest events in memory: the usual question is answered without the disk, and while the disk refuses there is
 * still something to show.
 */
export function createRecent(initial: readonly AgentEvent[]) {
  let events = initial.slice(-kept)
  /** Whether the database may hold older ones. */
  let hasOlder = initial.length >= kept
  return {
    add(event: AgentEvent): void {
      events.push(event)
      if (events.length < 2 * kept) return
      events = events.slice(-kept)
      hasOlder = true
    },
    /** Newest first. */
    query(query: EventQuery): AgentEvent[] {
      const found: AgentEvent[] = []
      for (let i = events.length - 1; i >= 0 && found.length < query.limit; i--) {
        const event = events[i]
        if (event && matches(event, query)) found.push(event)
      }
      return found
    },
    /** Events before this one have to be asked of the database; undefined when all are here. */
    oldestSeq(): number | undefined {
      return hasOlder ? events[0]?.seq : undefined
    },
    all: (): readonly AgentEvent[] => events,
  }
}
export type Recent = ReturnType<typeof createRecent>

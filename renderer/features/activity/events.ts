import { type AgentEvent, eventId, newerFirst } from '../../../contract/index.ts'

/** So many are kept in the page; older ones are for `hxe events --since`. */
export const mostEvents = 10_000

/** Newest first, each once. */
export function mergeEvents(known: readonly AgentEvent[], more: readonly AgentEvent[]): readonly AgentEvent[] {
  const [news] = more
  const [newest] = known
  if (news && more.length === 1 && (!newest || isNewer(news, newest))) return [news, ...known.slice(0, mostEvents - 1)]
  const byId = new Map<string, AgentEvent>()
  for (const event of [...known, ...more]) byId.set(eventId(event), event)
  return [...byId.values()].sort(newerFirst).slice(0, mostEvents)
}

const isNewer = (a: AgentEvent, b: AgentEvent): boolean => eventId(a) !== eventId(b) && newerFirst(a, b) < 0

/** What was known and what is newest, where the two touch; else the newest alone, for what lies between is not known. */
export function continueEvents(known: readonly AgentEvent[], newest: readonly AgentEvent[]): readonly AgentEvent[] {
  const oldest = newest.at(-1)
  const [first] = known
  return oldest && first && !isNewer(oldest, first) ? mergeEvents(known, newest) : newest
}

/** Whether all words of a filter are found in what is shown of an event. */
export function eventMatches(event: AgentEvent, words: string): boolean {
  const text =
    `${event.service ?? ''} ${event.host ?? ''} ${event.kind} ${event.text} ${event.author} ${event.severity}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => (word.startsWith('host:') ? event.host?.toLowerCase() === word.slice(5) : text.includes(word)))
}

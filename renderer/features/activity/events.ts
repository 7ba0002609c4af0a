import type { AgentEvent } from '../../../contract/index.ts'

/** So many are kept in the page; older ones are for `hxe events --since`. */
export const mostEvents = 10_000

/** Newest first, each once. */
export function mergeEvents(known: readonly AgentEvent[], more: readonly AgentEvent[]): readonly AgentEvent[] {
  const [news] = more
  if (news && more.length === 1 && news.seq > (known[0]?.seq ?? -1)) return [news, ...known.slice(0, mostEvents - 1)]
  const bySeq = new Map<number, AgentEvent>()
  for (const event of [...known, ...more]) bySeq.set(event.seq, event)
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, mostEvents)
}

/** What was known and what is newest, where the two touch; else the newest alone, for what lies between is not known. */
export function continueEvents(known: readonly AgentEvent[], newest: readonly AgentEvent[]): readonly AgentEvent[] {
  const oldest = newest.at(-1)?.seq ?? Number.POSITIVE_INFINITY
  return (known[0]?.seq ?? -1) >= oldest ? mergeEvents(known, newest) : newest
}

/** Whether all words of a filter are found in what is shown of an event. */
export function eventMatches(event: AgentEvent, words: string): boolean {
  const text = `${event.service ?? ''} ${event.kind} ${event.text} ${event.author} ${event.severity}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

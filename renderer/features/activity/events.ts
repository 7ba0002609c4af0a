import type { AgentEvent } from '../../../contract/index.ts'

/** Newest first, each once. */
export function mergeEvents(
  known: readonly AgentEvent[],
  more: readonly AgentEvent[],
  most: number,
): readonly AgentEvent[] {
  const bySeq = new Map<number, AgentEvent>()
  for (const event of [...known, ...more]) bySeq.set(event.seq, event)
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, most)
}

/** Whether all words of a filter are found in what is shown of an event. */
export function eventMatches(event: AgentEvent, words: string): boolean {
  const text = `${event.service ?? ''} ${event.kind} ${event.text} ${event.author} ${event.severity}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

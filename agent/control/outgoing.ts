import type { EventHistory, Standing } from '../fleet/index.ts'
import type { Engine } from './engine.ts'

/** The events of this agent, for the fleet that knows it as `id`: how far they have got is written down for each such id. */
export function historyOf(engine: Engine, id: string): EventHistory {
  const { store } = engine.deps
  const kept = (): (Standing & { id: string })[] =>
    store.kept('outbox').map((text) => JSON.parse(text) as Standing & { id: string })
  return {
    saved: (after, limit) => store.savedEvents(after, limit),
    savedBack: (upTo, sinceMs, limit) => store.savedEventsBack(upTo, sinceMs, limit),
    nextSeq: () => engine.eventLog.nextSeq,
    onSaved: (listener) => engine.eventLog.onSaved(listener),
    sent: () => kept().find((sent) => sent.id === id),
    async keepSent({ epoch, seq, count, streamSeq }) {
      await store.keep('outbox', id, JSON.stringify({ id, epoch, seq, count, streamSeq }))
      // It signs in with another key now, as another host.
      for (const other of kept()) if (other.id !== id) await store.keep('outbox', other.id, null)
    },
  }
}

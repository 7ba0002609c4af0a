import { useCallback, useEffect, useState } from 'react'
import type { AgentEvent, EventKind } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { useIsLive } from '../../store/index.ts'
import { continueEvents, mergeEvents, mostEvents } from './events.ts'

const pageSize = 500

interface State {
  /** Newest first; null until the first answer. */
  items: readonly AgentEvent[] | null
  problem: string | null
  /** Leads further back; undefined when that is all. */
  cursor: string | undefined
}

export interface Events extends Omit<State, 'cursor'> {
  hasOlder: boolean
  isLoading: boolean
  /** Reads on into the past; asked again while it reads, it does nothing. */
  loadOlder: () => void
}

interface Subject {
  service?: string
  kind?: EventKind
  correlationId?: string
}

const nothing: State = { items: null, problem: null, cursor: undefined }

/**
 * The last events, of one service or of all, of one kind or of all, or of one operation, and those that come. Begins anew when the line to
 * the agent is back.
 */
export function useEvents(service: string | undefined, first: number, kind?: EventKind, operation?: string): Events {
  const [state, setState] = useState(nothing)
  const [isLoading, setLoading] = useState(false)
  const isLive = useIsLive()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other events are asked for, so what is shown is of no use
  useEffect(() => setState(nothing), [service, kind, operation])
  useEffect(() => {
    if (!isLive) return
    const ended = new AbortController()
    const fail = (error: unknown): void => {
      if (ended.signal.aborted || isAborted(error)) return
      setState((before) => ({ ...before, problem: messageOf(error) }))
    }
    void read(subjectOf(service, kind, operation), first, ended.signal, setState).catch(fail)
    return () => ended.abort()
  }, [service, kind, operation, first, isLive])

  const { cursor } = state
  const count = state.items?.length ?? 0
  const hasOlder = cursor !== undefined && count < mostEvents
  const loadOlder = useCallback(() => {
    if (!hasOlder || isLoading || cursor === undefined) return
    setLoading(true)
    client.events
      .list({ ...subjectOf(service, kind, operation), limit: pageSize, cursor })
      .then(({ items, nextCursor }) =>
        // Events of something else may be shown by now.
        setState((before) =>
          before.cursor === cursor
            ? { items: mergeEvents(before.items ?? [], items), problem: null, cursor: nextCursor }
            : before,
        ),
      )
      .catch((error: unknown) => setState((before) => ({ ...before, problem: messageOf(error), cursor: undefined })))
      .finally(() => setLoading(false))
  }, [service, kind, operation, cursor, hasOlder, isLoading])
  return { items: state.items, problem: state.problem, hasOlder, isLoading, loadOlder }
}

const subjectOf = (
  service: string | undefined,
  kind: EventKind | undefined,
  correlationId: string | undefined,
): Subject => ({
  ...(service === undefined ? {} : { service }),
  ...(kind === undefined ? {} : { kind }),
  ...(correlationId === undefined ? {} : { correlationId }),
})

async function read(
  about: Subject,
  first: number,
  signal: AbortSignal,
  set: (change: (before: State) => State) => void,
): Promise<void> {
  // Following before the list is read leaves no moment between the two.
  const stream = await client.events.follow(about, { signal })
  const { items, nextCursor } = await client.events.list({ ...about, limit: first }, { signal })
  set((before) => {
    const continued = continueEvents(before.items ?? [], items)
    const isJoined = continued.length > items.length
    return { items: continued, problem: null, cursor: isJoined ? before.cursor : nextCursor }
  })
  for await (const event of stream) {
    set((before) => ({ ...before, items: mergeEvents(before.items ?? [], [event]) }))
  }
}

import { useEffect, useState } from 'react'
import type { AgentEvent } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { useIsLive } from '../../store/index.ts'
import { mergeEvents } from './events.ts'

export interface Events {
  /** Newest first; null until the first answer. */
  items: readonly AgentEvent[] | null
  problem: string | null
}

/** The last events, of one service or of all, and those that come. Begins anew when the line to the agent is back. */
export function useEvents(service: string | undefined, most: number): Events {
  const [state, setState] = useState<Events>({ items: null, problem: null })
  const isLive = useIsLive()
  useEffect(() => {
    if (!isLive) return
    const ended = new AbortController()
    void read(service, most, ended.signal, (more) => {
      setState(({ items }) => ({ items: mergeEvents(items ?? [], more, most), problem: null }))
    }).catch((error: unknown) => {
      if (!ended.signal.aborted && !isAborted(error)) setState(({ items }) => ({ items, problem: messageOf(error) }))
    })
    return () => ended.abort()
  }, [service, most, isLive])
  return state
}

async function read(
  service: string | undefined,
  most: number,
  signal: AbortSignal,
  take: (events: readonly AgentEvent[]) => void,
): Promise<void> {
  const about = service === undefined ? {} : { service }
  // Following before the list is read leaves no moment between the two.
  const stream = await client.events.follow(about, { signal })
  const { items } = await client.events.list({ ...about, limit: most }, { signal })
  take(items)
  for await (const event of stream) take([event])
}

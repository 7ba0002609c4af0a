import { useEffect, useMemo, useState } from 'react'
import { type AgentEvent, eventId, newerFirst } from '../../../contract/index.ts'
import { isAborted } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { showError, useIsLive } from '../../store/index.ts'
import { type Mark, markOf } from './marks.ts'
import { spanOf } from './time.ts'
import type { TimeView } from './useTimeRange.ts'

/** More events than these do not become marks; the newest do. */
const mostEvents = 1_000
const pollMs = 5_000

/** What happened in a span of time: to one service and to the configuration, or to all. */
export function useMarks(service: string | undefined, { range }: Pick<TimeView, 'range'>): readonly Mark[] {
  const [events, setEvents] = useState<readonly AgentEvent[]>([])
  const isLive = useIsLive()
  const key = JSON.stringify(range)
  useEffect(() => {
    if (!isLive) return
    const wanted = JSON.parse(key) as TimeView['range']
    const ended = new AbortController()
    let newest: AgentEvent | undefined
    const read = async (isFirst: boolean): Promise<void> => {
      const { fromMs, toMs } = spanOf(wanted, Date.now())
      const since = isFirst || !newest ? new Date(fromMs).toISOString() : newest.time
      const found = await eventsOf(service, since, new Date(toMs).toISOString(), ended.signal)
      if (ended.signal.aborted) return
      newest = found.at(-1) ?? newest
      setEvents((before) => (isFirst ? found : merged(before, found)))
    }
    const fail = (error: unknown): void => {
      if (!ended.signal.aborted && !isAborted(error)) showError('What happened could not be read', error)
    }
    void read(true).catch(fail)
    const timer =
      wanted.kind === 'last' ? setInterval(() => document.hidden || void read(false).catch(fail), pollMs) : undefined
    return () => {
      ended.abort()
      clearInterval(timer)
    }
  }, [service, key, isLive])
  return useMemo(() => events.flatMap((event) => markOf(event) ?? []), [events])
}

async function eventsOf(service: string | undefined, since: string, until: string, signal: AbortSignal) {
  const range = { since, until, limit: mostEvents }
  const lists = await Promise.all(
    service === undefined
      ? [client.events.list(range, { signal })]
      : [
          client.events.list({ ...range, service }, { signal }),
          client.events.list({ ...range, kind: 'config.applied' }, { signal }),
        ],
  )
  return lists.flatMap(({ items }) => items).sort((a, b) => newerFirst(b, a))
}

function merged(before: readonly AgentEvent[], found: readonly AgentEvent[]): readonly AgentEvent[] {
  const known = new Set(before.map(eventId))
  const fresh = found.filter((event) => !known.has(eventId(event)))
  return fresh.length === 0 ? before : [...before, ...fresh].slice(-mostEvents)
}

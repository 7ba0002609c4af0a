import { useEffect, useState } from 'react'
import { useIsLive } from '../store/index.ts'
import { isAborted, messageOf } from './failure.ts'

export interface Polled<T> {
  value: T | null
  problem: string | null
}

/**
 * Asks at once and then every `everyMs` (once where it is null), while the page is seen and there is a line to the agent.
 * `read` has to keep its identity while it asks for the same.
 */
export function usePoll<T>(read: (signal: AbortSignal) => Promise<T>, everyMs: number | null): Polled<T> {
  const [state, setState] = useState<Polled<T>>({ value: null, problem: null })
  const isLive = useIsLive()
  useEffect(() => {
    if (!isLive) return
    const ended = new AbortController()
    const ask = async (): Promise<void> => {
      if (document.hidden) return
      try {
        const value = await read(ended.signal)
        if (!ended.signal.aborted) setState({ value, problem: null })
      } catch (error) {
        if (!ended.signal.aborted && !isAborted(error)) setState({ value: null, problem: messageOf(error) })
      }
    }
    void ask()
    const timer = everyMs === null ? undefined : setInterval(() => void ask(), everyMs)
    return () => {
      ended.abort()
      clearInterval(timer)
    }
  }, [read, everyMs, isLive])
  return state
}

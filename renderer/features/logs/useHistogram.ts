import { useEffect, useState } from 'react'
import type { LogHistogram } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { useIsLive } from '../../store/index.ts'

const pollMs = 5_000
const buckets = 120

/** How many lines there are over time, counted again while one looks. */
export function useHistogram(services: readonly string[], since: string) {
  const names = services.join('\n')
  const [histogram, setHistogram] = useState<LogHistogram | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const isLive = useIsLive()
  useEffect(() => {
    if (!isLive) return
    const ended = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const query = {
      ...(names === '' ? {} : { service: names.split('\n') }),
      ...(since === '' ? {} : { since }),
      buckets,
    }
    const count = async (): Promise<void> => {
      try {
        const counted = document.hidden ? null : await client.logs.histogram(query, { signal: ended.signal })
        if (ended.signal.aborted) return
        if (counted) {
          setHistogram(counted)
          setProblem(null)
        }
        timer = setTimeout(() => void count(), counted?.complete === false ? 0 : pollMs)
      } catch (error) {
        if (ended.signal.aborted || isAborted(error)) return
        setProblem(messageOf(error))
        timer = setTimeout(() => void count(), pollMs)
      }
    }
    void count()
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [names, since, isLive])
  return { histogram, problem }
}

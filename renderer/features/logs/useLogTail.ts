import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogLevel, LogLine } from '../../../contract/index.ts'
import { isAborted, messageOf } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { showError, useIsLive } from '../../store/index.ts'
import { append, emptyBuffer, type LogBuffer, mostWithOlder, prepend } from './buffer.ts'

export interface LogQuestion {
  /** Names of instances; none means all. */
  services: readonly string[]
  level: LogLevel | ''
  /** A regular expression, tried before it is sent. */
  pattern: string
}

export interface LogTail {
  buffer: LogBuffer
  /** How many lines came since the question was asked: what tells how many came while one looked elsewhere. */
  arrived: number
  /** Lines that the agent did not send because this reader was too slow. */
  skipped: number
  isReading: boolean
  problem: string | null
  /** Adds older lines in front; a failure is shown to the person. */
  loadOlder: () => Promise<void>
}

/** How many are asked for at first; more come by scrolling back. */
export const firstLines = 2_000
const olderLines = 2_000

type Shown = Pick<LogTail, 'buffer' | 'arrived' | 'skipped' | 'isReading' | 'problem'>
const nothing: Shown = { buffer: emptyBuffer, arrived: 0, skipped: 0, isReading: true, problem: null }

/** Follows what a question asks for. A new question begins anew; a line that was lost goes on where it was. */
export function useLogTail({ services, level, pattern }: LogQuestion): LogTail {
  const names = services.join('\n')
  const query = useMemo(
    () => ({
      ...(names === '' ? {} : { service: names.split('\n') }),
      ...(level === '' ? {} : { level }),
      ...(pattern === '' ? {} : { grep: pattern }),
    }),
    [names, level, pattern],
  )
  const [shown, setShown] = useState<Shown & { query: object }>({ ...nothing, query })
  const newest = useRef<Shown>(nothing)
  const isLive = useIsLive()
  const asked = useRef<object>(undefined)
  const cursor = useRef<string>(undefined)

  useEffect(() => {
    if (!isLive) return
    if (asked.current !== query) {
      newest.current = nothing
      cursor.current = undefined
    }
    asked.current = query
    const ended = new AbortController()
    let frame = 0
    const publish = (): void => {
      frame = 0
      setShown({ ...newest.current, query })
    }
    const change = (next: Partial<Shown>): void => {
      newest.current = { ...newest.current, ...next }
      frame ||= requestAnimationFrame(publish)
    }
    const take = ({ items, skipped, cursor: place }: Batch): void => {
      cursor.current = place
      const { buffer, arrived } = newest.current
      const next = append(buffer, items)
      const lines = buffer === emptyBuffer ? 0 : items.length
      change({ buffer: next, arrived: arrived + lines, skipped: newest.current.skipped + skipped, isReading: false })
    }
    const from = cursor.current === undefined ? {} : { cursor: cursor.current }
    void follow({ ...query, ...from }, ended.signal, take).catch((error: unknown) => {
      if (!ended.signal.aborted && !isAborted(error)) change({ problem: messageOf(error), isReading: false })
    })
    return () => {
      ended.abort()
      cancelAnimationFrame(frame)
    }
  }, [query, isLive])

  const loadOlder = useCallback(async (): Promise<void> => {
    const { buffer } = newest.current
    const [first] = buffer.lines
    if (!first || buffer.lines.length >= mostWithOlder) return
    try {
      const { items } = await client.logs.query({ ...query, until: first.time, limit: olderLines })
      if (asked.current !== query) return
      newest.current = { ...newest.current, buffer: prepend(newest.current.buffer, items) }
      setShown({ ...newest.current, query })
    } catch (error) {
      showError('Older lines could not be read', messageOf(error))
    }
  }, [query])

  const current = shown.query === query ? shown : nothing
  return { ...current, loadOlder }
}

interface Batch {
  items: readonly LogLine[]
  skipped: number
  cursor: string
}

async function follow(query: object, signal: AbortSignal, take: (batch: Batch) => void): Promise<void> {
  const stream = await client.logs.follow({ ...query, limit: firstLines }, { signal })
  for await (const batch of stream) take(batch)
}

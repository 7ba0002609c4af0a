import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { ErrorEvent, getEventMeta } from '@orpc/server'
import type { Clock } from '../os/index.ts'

export interface SseLimits {
  /** A comment this often keeps proxies and clients from giving up on a quiet stream. */
  keepAliveMs: number
  /** What may wait for a reader before the stream pauses. */
  maxBufferedBytes: number
  /** A reader that takes nothing for so long is cut off; it resumes with Last-Event-ID. */
  stallMs: number
}

const sseLimits: SseLimits = { keepAliveMs: 15_000, maxBufferedBytes: 1024 * 1024, stallMs: 30_000 }

function frame(event: string, data: unknown, id: string | undefined): string {
  // JSON has no line breaks of its own, so one data line holds it.
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}

/** An id with a line break would begin a new field. */
function idOf(item: unknown): string | undefined {
  const id = getEventMeta(item as object)?.id
  return id === undefined || /[\r\n\0]/.test(id) ? undefined : id
}

/** Waits until the reader has taken what is buffered. False when it went away or took nothing for too long. */
async function drained(response: ServerResponse, limits: SseLimits, clock: Clock): Promise<boolean> {
  const stalled = new AbortController()
  const cancel = clock.after(limits.stallMs, () => stalled.abort())
  const gone = (): void => stalled.abort()
  response.once('close', gone)
  try {
    await once(response, 'drain', { signal: stalled.signal })
    return true
  } catch {
    return false
  } finally {
    cancel()
    response.off('close', gone)
  }
}

/**
 * Writes a stream as server-sent events until it ends or the reader goes away. Items are asked for only as fast as the
 * reader takes them, so a slow one costs a bounded buffer here and is served by its source's own rule for slow readers.
 */
export async function sendEvents(
  response: ServerResponse,
  items: AsyncIterator<unknown>,
  clock: Clock,
  /** The server ends: the stream stops without the word that it is complete, so that readers come back. */
  closing: AbortSignal,
  limits: SseLimits = sseLimits,
): Promise<void> {
  let keepAlive = (): void => undefined
  const armKeepAlive = (): void => {
    keepAlive = clock.after(limits.keepAliveMs, () => {
      if (response.writableLength === 0) response.write(':\n\n')
      armKeepAlive()
    })
  }
  const end = (): void => void items.return?.()
  response.once('close', end)
  response.flushHeaders()
  response.write(':\n\n')
  armKeepAlive()
  try {
    while (!response.destroyed) {
      const { done, value } = await items.next()
      if (done) break
      response.write(frame('message', value, idOf(value)))
      if (response.writableLength <= limits.maxBufferedBytes) continue
      if (!(await drained(response, limits, clock))) {
        response.destroy()
        return
      }
    }
    if (!response.destroyed) response.end(closing.aborted ? undefined : frame('done', null, undefined))
  } catch (error) {
    if (!(error instanceof ErrorEvent)) throw error
    response.end(frame('error', error.data, undefined))
  } finally {
    keepAlive()
    response.off('close', end)
    end()
  }
}

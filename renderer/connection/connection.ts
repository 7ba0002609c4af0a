import { ORPCError } from '@orpc/client'
import { messageOf } from '../../contract/failure.ts'
import type { StateMessage } from '../../contract/index.ts'
import { backoffMs } from './backoff.ts'
import { client, setLink } from './client.ts'
import type { Carrier, ConnectionState } from './types.ts'

const pingEveryMs = 10_000
/** Not while the first state is still being read: that would measure the reading. */
const firstPingMs = 1_500
const pingTimeoutMs = 5_000

export interface ConnectionEvents {
  onState(state: ConnectionState): void
  onMessage(message: StateMessage): void
  onLatency(latencyMs: number): void
}

/** Whether the page is seen. */
export interface Sight {
  isHidden(): boolean
  /** Returns its clean-up. */
  onChange(changed: () => void): () => void
}

export const sightOfPage: Sight = {
  isHidden: () => document.hidden,
  onChange(changed) {
    document.addEventListener('visibilitychange', changed)
    return () => document.removeEventListener('visibilitychange', changed)
  },
}

export interface Connection {
  retryNow(): void
  close(): void
}

/**
 * Keeps the panel joined to the agent: opens a carrier, watches the state from the last number that was seen, and
 * begins again with growing pauses when either ends. A peer that went silent is found by asking it every ten seconds.
 * While nobody sees the page it asks for no more figures than are kept.
 */
export function connect(open: () => Promise<Carrier>, events: ConnectionEvents, sight: Sight): Connection {
  const ended = new AbortController()
  let seq: number | undefined
  let attempt = 0
  let lastWordMs = Date.now()
  let wake: () => void = () => {}

  async function session(): Promise<void> {
    const carrier = await open()
    const stop = new AbortController()
    const signal = AbortSignal.any([ended.signal, stop.signal])
    try {
      setLink(carrier.link)
      void carrier.closed.then(() => stop.abort(new Error('The agent has closed the connection')))
      const stopPings = keepAsking(stop, events.onLatency)
      signal.addEventListener('abort', stopPings, { once: true })
      while (await watchAtPace(carrier.kind, signal));
      throw signal.aborted ? signal.reason : new Error('The agent has ended the connection')
    } finally {
      stop.abort()
      setLink(undefined)
      carrier.close()
    }
  }

  /** Until the page is shown or hidden, which is answered by true: then it is to be watched at another pace. */
  async function watchAtPace(kind: Carrier['kind'], signal: AbortSignal): Promise<boolean> {
    const turn = new AbortController()
    const forget = sight.onChange(() => turn.abort())
    try {
      const stream = await client.state.watch(
        { ...(seq === undefined ? {} : { since: seq }), pace: sight.isHidden() ? 'background' : 'live' },
        { signal: AbortSignal.any([signal, turn.signal]) },
      )
      for await (const message of stream) {
        attempt = 0
        events.onState({ kind: 'connected', carrier: kind })
        seq = message.seq
        lastWordMs = Date.now()
        events.onMessage(message)
      }
    } catch (error) {
      if (!turn.signal.aborted || signal.aborted) throw error
    } finally {
      forget()
    }
    return turn.signal.aborted && !signal.aborted
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await session()
      } catch (error) {
        if (ended.signal.aborted) return
        const delayMs = backoffMs(attempt++, Math.random())
        events.onState(stateOf(error, lastWordMs, delayMs))
        await pause(delayMs)
      }
    }
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const retryNow = (): void => wake()
  window.addEventListener('online', retryNow)
  void run()
  return {
    retryNow,
    close() {
      window.removeEventListener('online', retryNow)
      ended.abort()
      wake()
    },
  }
}

function stateOf(error: unknown, sinceMs: number, delayMs: number): ConnectionState {
  if (error instanceof ORPCError && error.status === 401) return { kind: 'signed-out' }
  const reason = messageOf(error)
  return { kind: 'lost', sinceMs, retryAtMs: Date.now() + delayMs, reason }
}

/** Measures the way to the agent, and ends the session when it does not answer in time. */
function keepAsking(session: AbortController, onLatency: (latencyMs: number) => void): () => void {
  const ask = async (): Promise<void> => {
    const startedAt = performance.now()
    try {
      await client.agent.info(undefined, { signal: AbortSignal.timeout(pingTimeoutMs) })
      onLatency(performance.now() - startedAt)
    } catch (error) {
      // A refusal is an answer; the stream of the same session is refused alike and says so.
      if (error instanceof ORPCError) return
      session.abort(new Error('The agent has not answered for 5 s', { cause: error }))
    }
  }
  const timer = setInterval(() => void ask(), pingEveryMs)
  const first = setTimeout(() => void ask(), firstPingMs)
  return () => {
    clearInterval(timer)
    clearTimeout(first)
  }
}

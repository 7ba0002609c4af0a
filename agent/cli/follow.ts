import { type Clock, pause } from '../os/clock.ts'
import type { Call, Client } from './client.ts'
import { CliError, exitCodes } from './exit.ts'

const firstDelayMs = 250
const longestDelayMs = 5000

export interface FollowOptions {
  /** Looks the agent up anew each time: after a restart it may have another port. */
  connect: () => Promise<Client>
  call: Omit<Call, 'signal' | 'lastEventId' | 'onOpen'>
  signal: AbortSignal
  clock: Clock
  /** Resume after this id from the first connection on. */
  after?: string | undefined
  /** Said once each time the agent goes, and when it is there again. */
  onGone: (error: CliError) => void
  onBack: () => void
}

/**
 * The items of a stream for as long as the person wants them: a connection that breaks is made anew and goes on after the
 * last item (`Last-Event-ID`). Ends, without an error, when `signal` aborts.
 * @throws {CliError} when the first connection fails, or the agent refuses
 */
export async function* follow<Item>(options: FollowOptions): AsyncGenerator<Item> {
  const { signal, clock, call } = options
  let lastEventId = options.after
  let delayMs = 0
  let wasReached = false
  let isGone = false
  while (!signal.aborted) {
    try {
      const client = await options.connect()
      const onOpen = (): void => {
        if (isGone) options.onBack()
        isGone = false
        wasReached = true
        delayMs = 0
      }
      for await (const { id, item } of client.stream<Item>({ ...call, signal, lastEventId, onOpen })) {
        if (id !== '') lastEventId = id
        yield item
      }
      // The agent ended the stream in good order, as it does when it stops.
    } catch (error) {
      if (signal.aborted) return
      const isGap = error instanceof CliError && error.exitCode === exitCodes.noAgent && wasReached
      if (!isGap) throw error
      if (!isGone) options.onGone(error)
      isGone = true
    }
    delayMs = Math.min(longestDelayMs, Math.max(firstDelayMs, delayMs * 2))
    await pause(clock, delayMs, signal)
  }
}

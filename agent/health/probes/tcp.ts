import type { ResolvedProbe } from '../../config/index.ts'
import { dial } from '../../os/index.ts'
import { type Answer, type ProbeLimits, secondsText, timed } from './probe.ts'

/** Whether somebody takes a connection; it is closed at once. */
export function probeTcp(
  { host, port }: Extract<ResolvedProbe, { type: 'tcp' }>,
  limits: ProbeLimits,
): Promise<Answer> {
  return timed(limits, async () => {
    const timeout = AbortSignal.timeout(limits.timeoutMs)
    try {
      const socket = await dial({ host, port, policy: 'nearby', signal: AbortSignal.any([limits.signal, timeout]) })
      socket.destroy()
      return { ok: true, text: 'connected' }
    } catch (error) {
      if (!timeout.aborted) throw error
      return { ok: false, text: `${host}:${port} took no connection within ${secondsText(limits.timeoutMs)}` }
    }
  })
}

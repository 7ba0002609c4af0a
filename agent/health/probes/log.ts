import { messageOf } from '../../../contract/failure.ts'
import type { Logs } from '../../logs/index.ts'
import { type Answer, oneLine, type ProbeLimits } from './probe.ts'

/** A line may be read a while after it was written. */
const overlapMs = 5_000

/** Looks for a pattern in the lines of one run; what was found once stays found. */
export class LogProbe {
  readonly #seen = new Map<string, { runStartedMs: number; text: string | undefined; searchedToMs: number }>()

  async probe(
    check: string,
    {
      pattern,
      instance,
      runStartedMs,
      nowMs,
    }: { pattern: string; instance: string; runStartedMs: number; nowMs: number },
    logs: Pick<Logs, 'query'>,
    limits: ProbeLimits,
  ): Promise<Answer> {
    const key = `${instance}\n${check}`
    const known = this.#seen.get(key)
    const seen = known?.runStartedMs === runStartedMs ? known : undefined
    if (seen?.text !== undefined) return { ok: true, latencyMs: null, text: seen.text }
    const since = new Date(Math.max(runStartedMs, (seen?.searchedToMs ?? 0) - overlapMs)).toISOString()
    try {
      const { items } = await limited(logs.query({ service: instance, grep: pattern, since, limit: 1 }), limits)
      const [line] = items
      const text = line === undefined ? undefined : `found: ${oneLine(line.text)}`
      this.#seen.set(key, { runStartedMs, text, searchedToMs: nowMs })
      if (text !== undefined) return { ok: true, latencyMs: null, text }
      return { ok: false, latencyMs: null, text: `no line since its start matches ${pattern}` }
    } catch (error) {
      return { ok: false, latencyMs: null, text: oneLine(messageOf(error)) }
    }
  }

  /** What was found of an instance that is not there any more. */
  forget(instance: string): void {
    for (const key of this.#seen.keys()) if (key.startsWith(`${instance}\n`)) this.#seen.delete(key)
  }
}

/** The search has a time limit of its own; the check's is kept all the same. */
function limited<T>(work: Promise<T>, { timeoutMs, signal }: ProbeLimits): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error('its log could not be searched in time'))
    limit.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => limit.removeEventListener('abort', end))
  })
}

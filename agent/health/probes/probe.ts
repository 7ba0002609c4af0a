import { messageOf } from '../../../contract/failure.ts'
import type { Clock } from '../../os/index.ts'

/** What one try came to. */
export interface Answer {
  ok: boolean
  /** Null where nothing was sent. */
  latencyMs: number | null
  /** What was answered, or why it failed, for a person. */
  text: string
}

export interface ProbeLimits {
  timeoutMs: number
  /** Ends when nobody wants the answer any more. */
  signal: AbortSignal
  clock: Pick<Clock, 'monotonicMs'>
}

const longestText = 300

/** Runs a probe that says what it found, and turns what it throws into a failure with that sentence. */
export async function timed(limits: ProbeLimits, probe: () => Promise<Omit<Answer, 'latencyMs'>>): Promise<Answer> {
  const { clock } = limits
  const startedMs = clock.monotonicMs()
  const latency = (): number => Math.round((clock.monotonicMs() - startedMs) * 10) / 10
  try {
    const { ok, text } = await probe()
    return { ok, latencyMs: latency(), text: oneLine(text) }
  } catch (error) {
    return { ok: false, latencyMs: latency(), text: oneLine(messageOf(error)) }
  }
}

/** Foreign text as one line that a terminal and a page can show. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return plain.length > longestText ? `${plain.slice(0, longestText - 1)}…` : plain
}

export const secondsText = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`)

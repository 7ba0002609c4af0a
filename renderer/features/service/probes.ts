import { durationInWords, type HealthCheck, type ProbeResult } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

export const shapeOfProbe: Readonly<Record<HealthCheck['state'], ShapeName>> = {
  passing: 'running',
  failing: 'unhealthy',
  starting: 'starting',
  paused: 'waiting',
}

/** How a probe stands, as a person would say it. */
export function stateWords({ state, consecutive, results }: HealthCheck): string {
  if (state === 'paused') return 'Paused'
  if (state === 'starting') return results.length === 0 ? 'First probe pending' : 'Starting'
  const times = consecutive === 1 ? 'once' : `${consecutive} times`
  return state === 'passing' ? `Passing, ${times} in a row` : `Failing, ${times} in a row`
}

/** What is tried and when it counts: `every 10 s, at most 5 s, fails after 3`. */
export function termsOf({ intervalMs, timeoutMs, retries, successThreshold, startPeriodMs, onFailure }: HealthCheck) {
  const terms = [`every ${durationInWords(intervalMs)}`, `at most ${durationInWords(timeoutMs)}`]
  terms.push(retries === 1 ? 'fails at once' : `fails after ${retries}`)
  if (successThreshold > 1) terms.push(`passes after ${successThreshold}`)
  if (startPeriodMs > 0) terms.push(`nothing counts for the first ${durationInWords(startPeriodMs)}`)
  if (onFailure === 'restart') terms.push('restarts the service')
  return terms.join(', ')
}

export interface Answer {
  result: ProbeResult
  /** Its latency beside the longest of them, from 0 to 1; 1 where none was measured. */
  share: number
}

/** The last answers, oldest first. */
export function answersOf(results: readonly ProbeResult[], most: number): Answer[] {
  const shown = results.slice(0, most).toReversed()
  const longest = Math.max(1, ...shown.map(({ latencyMs }) => latencyMs ?? 0))
  return shown.map((result) => ({
    result,
    share: result.latencyMs === null ? 1 : Math.max(0.1, result.latencyMs / longest),
  }))
}

/** What a strip of answers says to who cannot see it. */
export function answersInWords(results: readonly ProbeResult[]): string {
  if (results.length === 0) return 'No answer yet'
  const passed = results.filter(({ ok }) => ok).length
  const latencies = results.flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b)
  const middle = latencies[latencies.length >> 1]
  const latency = middle === undefined ? '' : `, half of them within ${latencyWords(middle)}`
  return `${passed} of the last ${results.length} answers passed${latency}`
}

export const latencyWords = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)

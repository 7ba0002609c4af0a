import type { LogHistogram, LogHistogramQuery } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import type { HistogramRequest, HistogramResult } from './histogram.ts'
import { timeText } from './line.ts'
import { timeOf } from './requests.ts'

/** Others who search wait no longer than such a step takes. */
const stepMs = 100
/** An answer comes by then, with what was counted. */
const budgetMs = 1000

/** @throws {CoreError} BAD_INPUT for what is no time */
export async function countLogs(
  query: LogHistogramQuery,
  clock: Clock,
  count: (request: HistogramRequest) => Promise<HistogramResult>,
): Promise<LogHistogram> {
  const untilMs = clock.nowMs()
  const sinceMs = timeOf('since', query.since, untilMs)
  const request: HistogramRequest = {
    ...(query.service !== undefined && { services: [query.service].flat() }),
    ...(sinceMs !== undefined && { sinceMs: Math.min(sinceMs, untilMs) }),
    untilMs,
    buckets: query.buckets,
    budgetMs: stepMs,
  }
  const deadlineMs = clock.monotonicMs() + budgetMs
  let counted = await count(request)
  while (!counted.complete && clock.monotonicMs() < deadlineMs) counted = await count(request)
  const { fromMs, bucketMs, buckets, kept, oldestMs, complete } = counted
  return {
    from: timeText(fromMs),
    to: timeText(fromMs + buckets.length * bucketMs),
    bucketMs,
    buckets,
    kept,
    oldest: oldestMs === undefined ? null : timeText(oldestMs),
    complete,
  }
}

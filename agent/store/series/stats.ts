import type { MetricStat } from '../../../contract/index.ts'

export const stats: readonly MetricStat[] = ['mean', 'min', 'max', 'p95']

/** Times and values side by side; NaN is a measurement that is not there. */
export interface Points {
  times: number[]
  values: number[]
}

/** A mean has no more digits than it is worth, which is what lets it be written in few bytes. */
function meanOf(values: readonly number[]): number {
  let sum = 0
  let pages = true
  for (const value of values) {
    sum += value
    pages &&= value % 4096 === 0
  }
  const mean = sum / values.length
  if (pages && mean >= 4096) return Math.round(mean / 4096) * 4096
  const digits = Math.abs(mean) < 10_000 ? 100 : 1
  return Math.round(mean * digits) / digits
}

/** The smallest value that at least 95 of 100 are not above. */
function p95Of(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN
}

/**
 * What several values come to; never asked about none. Of values that are of that kind themselves it gives the same for
 * the longer time: exactly for min and max, for the mean where each stood for as long, and for p95 an estimate.
 */
export const reducers: Readonly<Record<MetricStat, (values: readonly number[]) => number>> = {
  mean: meanOf,
  min: (values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  max: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  p95: p95Of,
}

/** One value for each step of the clock in which there is any. */
export function bucketed({ times, values }: Points, stepMs: number, stat: MetricStat): Points {
  const result: Points = { times: [], values: [] }
  const reduce = reducers[stat]
  let bucket: number[] = []
  let bucketMs = Number.NEGATIVE_INFINITY
  const end = (): void => {
    if (bucket.length === 0) return
    result.times.push(bucketMs)
    result.values.push(reduce(bucket))
    bucket = []
  }
  for (let at = 0; at < times.length; at++) {
    const value = values[at] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const startMs = Math.floor((times[at] ?? 0) / stepMs) * stepMs
    if (startMs !== bucketMs) {
      end()
      bucketMs = startMs
    }
    bucket.push(value)
  }
  end()
  return result
}

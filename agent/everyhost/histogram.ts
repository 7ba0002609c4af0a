import type { LogHistogram } from '../../contract/index.ts'

type Bucket = LogHistogram['buckets'][number]

/** Counts of several hosts as one, in buckets of the widest; what falls between counts where its own bucket begins. */
export function addHistograms(histograms: readonly LogHistogram[], nowMs: number): LogHistogram {
  const counted = histograms.filter(({ kept }) => kept > 0)
  const [first] = counted
  if (!first) {
    const now = new Date(nowMs).toISOString()
    const complete = histograms.every((each) => each.complete)
    return { from: now, to: now, bucketMs: 1_000, buckets: [], kept: 0, oldest: null, complete }
  }
  const bucketMs = Math.max(...counted.map((each) => each.bucketMs))
  const fromMs = Math.min(...counted.map(({ from }) => Date.parse(from)))
  const toMs = Math.max(...counted.map(({ to }) => Date.parse(to)))
  const buckets = Array.from(
    { length: Math.max(1, Math.ceil((toMs - fromMs) / bucketMs)) },
    (): Bucket => ({ lines: 0, warn: 0, error: 0 }),
  )
  for (const { from, bucketMs: ownMs, buckets: own } of counted)
    for (const [index, { lines, warn, error }] of own.entries()) {
      const at = Math.floor((Date.parse(from) + index * ownMs - fromMs) / bucketMs)
      const bucket = buckets[Math.min(buckets.length - 1, at)]
      if (!bucket) continue
      bucket.lines += lines
      bucket.warn += warn
      bucket.error += error
    }
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(fromMs + buckets.length * bucketMs).toISOString(),
    bucketMs,
    buckets,
    kept: counted.reduce((sum, { kept }) => sum + kept, 0),
    oldest: counted.flatMap(({ oldest }) => oldest ?? []).sort()[0] ?? null,
    complete: histograms.every(({ complete }) => complete),
  }
}

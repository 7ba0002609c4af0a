import type { LogHistogram } from '../../../contract/index.ts'

export interface Bar {
  x: number
  lines: number
  warn: number
  error: number
}

/** What is there at all is seen, however little it is. */
const leastHeight = 0.04

/** Bars from 0 to 1, the parts of each on top of one another: the highest is 1. */
export function barsOf({ buckets }: LogHistogram): Bar[] {
  const most = buckets.reduce((highest, { lines }) => Math.max(highest, lines), 1)
  const share = (count: number): number => (count === 0 ? 0 : Math.max(leastHeight, count / most))
  return buckets.flatMap(({ lines, warn, error }, x) => {
    if (lines === 0) return []
    const parts = { warn: share(warn), error: share(error) }
    return [{ x, ...parts, lines: Math.max(share(lines), parts.warn + parts.error) }]
  })
}

/** The bucket under a part of the width. */
export function bucketAt({ from, bucketMs, buckets }: LogHistogram, share: number): { index: number; atMs: number } {
  const index = Math.max(0, Math.min(buckets.length - 1, Math.floor(share * buckets.length)))
  return { index, atMs: Date.parse(from) + index * bucketMs }
}

/** Where a time is in the width, from 0 to 1; null beyond it. */
export function shareOf({ from, bucketMs, buckets }: LogHistogram, iso: string): number | null {
  const share = (Date.parse(iso) - Date.parse(from)) / (buckets.length * bucketMs)
  return share >= 0 && share <= 1 ? share : null
}

const dayMs = 86_400_000
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const clockSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const date = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

/** A time on the axis, as precise as the range asks for. */
export function axisTime(atMs: number, rangeMs: number): string {
  if (rangeMs <= 300_000) return clockSeconds.format(atMs)
  if (rangeMs <= dayMs) return clock.format(atMs)
  return rangeMs <= 7 * dayMs ? day.format(atMs) : date.format(atMs)
}

const count = (number: number, word: string): string => `${number.toLocaleString()} ${word}`

/** What is in a bucket, in words. */
export function bucketWords(histogram: LogHistogram, index: number): string {
  const { buckets, bucketMs, from } = histogram
  const bucket = buckets[index]
  if (!bucket) return ''
  const at = axisTime(Date.parse(from) + index * bucketMs, buckets.length * bucketMs)
  const { lines, warn, error } = bucket
  const parts = [count(lines, lines === 1 ? 'line' : 'lines')]
  if (warn > 0) parts.push(count(warn, 'warn'))
  if (error > 0) parts.push(count(error, 'error'))
  return `${at} · ${parts.join(', ')}`
}

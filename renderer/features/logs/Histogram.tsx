import { type PointerEvent, type RefObject, useImperativeHandle, useState } from 'react'
import type { LogHistogram, LogLine } from '../../../contract/index.ts'
import { axisTime, barsOf, bucketAt, bucketWords, shareOf } from './histogram.ts'

/** Shows which part of the time is in sight; called while one scrolls, without drawing anything else anew. */
export interface HistogramHandle {
  show: (first: LogLine, last: LogLine) => void
}

interface HistogramProps {
  histogram: LogHistogram
  onTime: (atMs: number) => void
  ref: RefObject<HistogramHandle | null>
}

const height = 40
const ticks = 5
/** What is in sight is at least so wide, as a part of all. */
const leastBand = 0.004

/** Lines over time, by level; a click, or where a drag ends, goes to that time. The same is done by keyboard in "Jump to time". */
export function Histogram({ histogram, onTime, ref }: HistogramProps) {
  const [seen, setSeen] = useState<readonly [string, string] | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  useImperativeHandle(
    ref,
    () => ({
      show: (first, last) =>
        setSeen((before) => (before?.[0] === first.time && before[1] === last.time ? before : [first.time, last.time])),
    }),
    [],
  )
  const { from, bucketMs, buckets } = histogram
  const rangeMs = bucketMs * buckets.length
  const shareUnder = (event: PointerEvent<SVGSVGElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return width === 0 ? 0 : Math.max(0, Math.min(1, (event.clientX - left) / width))
  }
  return (
    <div className="hist">
      <svg
        role="img"
        aria-label={summaryOf(histogram)}
        viewBox={`0 0 ${buckets.length} ${height}`}
        preserveAspectRatio="none"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => setPointed(shareUnder(event))}
        onPointerLeave={() => setPointed(null)}
        onPointerUp={(event) => onTime(bucketAt(histogram, shareUnder(event)).atMs)}
      >
        <Bars histogram={histogram} />
        <Band histogram={histogram} seen={seen} />
        {pointed !== null && (
          <rect className="pointed" x={pointed * buckets.length - 0.1} width={0.2} height={height} />
        )}
      </svg>
      <div className="hist-axis" aria-hidden="true">
        {Array.from({ length: ticks }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: places on the axis
          <span key={index}>{axisTime(Date.parse(from) + (rangeMs * index) / (ticks - 1), rangeMs)}</span>
        ))}
      </div>
      {pointed !== null && (
        <span className="hist-tip">{bucketWords(histogram, bucketAt(histogram, pointed).index)}</span>
      )}
    </div>
  )
}

function Bars({ histogram }: { histogram: LogHistogram }) {
  return barsOf(histogram).map(({ x, lines, warn, error }) => (
    <g key={x}>
      <rect className="lines" x={x} width={0.82} y={(1 - lines) * height} height={lines * height} />
      {warn > 0 && <rect className="warn" x={x} width={0.82} y={(1 - warn - error) * height} height={warn * height} />}
      {error > 0 && <rect className="error" x={x} width={0.82} y={(1 - error) * height} height={error * height} />}
    </g>
  ))
}

function Band({ histogram, seen }: { histogram: LogHistogram; seen: readonly [string, string] | null }) {
  const first = seen && shareOf(histogram, seen[0])
  const last = seen && shareOf(histogram, seen[1])
  if (first === null || last === null || seen === null) return null
  const width = Math.max(leastBand, last - first)
  const { length } = histogram.buckets
  return <rect className="seen" x={Math.min(first, 1 - width) * length} width={width * length} height={height} />
}

function summaryOf({ buckets, from, to }: LogHistogram): string {
  const sum = (part: 'lines' | 'warn' | 'error'): string =>
    buckets.reduce((total, bucket) => total + bucket[part], 0).toLocaleString()
  const time = (iso: string): string => new Date(iso).toLocaleString()
  return `From ${time(from)} to ${time(to)}: ${sum('lines')} lines, ${sum('warn')} of them warnings, ${sum('error')} errors`
}

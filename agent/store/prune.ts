import type { Clock } from '../os/index.ts'
import type { Link } from './link.ts'
import { inSlices } from './slices.ts'

const everyMs = 10 * 60_000
const firstMs = 60_000
/** One slice is a few milliseconds of the worker's time; deleting all at once would be a second. */
const sliceRows = 500
/** Kept whatever their age, so that a clock that jumped ahead does not empty the history. */
const keepRows = 1000

export interface EventBounds {
  maxRows: number
  maxAgeMs: number
}

/** Keeps the history of events within its bounds, a slice at a time. Returns what ends it. */
export function startPruning(link: Link, clock: Clock, bounds: () => EventBounds): () => void {
  const slice = async (): Promise<boolean> => {
    const { maxRows, maxAgeMs } = bounds()
    const olderThanMs = clock.nowMs() - maxAgeMs
    const request = { op: 'prune' as const, maxRows, olderThanMs, keepRows, sliceRows }
    return link.isAlive() && (await link.ask<'prune'>(request))
  }
  return inSlices(clock, slice, { firstMs, everyMs })
}

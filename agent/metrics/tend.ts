import type { Clock } from '../os/index.ts'
import { inSlices, type SeriesStore } from '../store/index.ts'

const day = 86_400_000
/** What is kept of finer measurements than `retention` says. */
const minuteMs = 30 * day
const hourMs = 400 * day
/** For all measurements together; beyond it the oldest of the finest go first. */
const mostBytes = 1_073_741_824

const firstMs = 90_000
const everyMs = 5 * 60_000

/** Joins, thins and removes what is kept, a slice at a time. Returns what ends it. */
export function tendSeries(store: SeriesStore, clock: Clock, rawMs: () => number | undefined): () => void {
  const slice = async (): Promise<boolean> => {
    const raw = rawMs()
    // Before the files have been read nobody knows how long measurements are to be kept.
    return raw !== undefined && (await store.tend({ rawMs: raw, minuteMs, hourMs, bytes: mostBytes }))
  }
  return inSlices(clock, slice, { firstMs, everyMs })
}

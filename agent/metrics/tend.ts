import type { Clock } from '../os/index.ts'
import type { SeriesStore } from '../store/index.ts'

const day = 86_400_000
/** What is kept of finer measurements than `retention` says. */
const minuteMs = 30 * day
const hourMs = 400 * day
/** For all measurements together; beyond it the oldest of the finest go first. */
const mostBytes = 1_073_741_824

const firstMs = 90_000
const everyMs = 5 * 60_000
const betweenSlicesMs = 50

/** Joins, thins and removes what is kept, a slice at a time. Returns what ends it. */
export function tendSeries(store: SeriesStore, clock: Clock, rawMs: () => number | undefined): () => void {
  let cancel = (): void => undefined
  let ended = false
  const again = (delayMs: number): void => {
    if (!ended) cancel = clock.after(delayMs, () => void tend())
  }
  async function tend(): Promise<void> {
    const raw = rawMs()
    try {
      // Before the files have been read nobody knows how long measurements are to be kept.
      const more = raw !== undefined && (await store.tend({ rawMs: raw, minuteMs, hourMs, bytes: mostBytes }))
      again(more ? betweenSlicesMs : everyMs)
    } catch {
      // Whoever writes meets the same trouble and reports it.
      again(everyMs)
    }
  }
  again(firstMs)
  return () => {
    ended = true
    cancel()
  }
}

import type { Clock } from '../os/index.ts'

const betweenMs = 50

/**
 * Works through something that is long in short slices, again and again: `slice` answers whether there is more. One that
 * fails waits for its next time; whoever writes meets the same trouble and reports it. Returns what ends it.
 */
export function inSlices(
  clock: Clock,
  slice: () => Promise<boolean>,
  { firstMs, everyMs }: { firstMs: number; everyMs: number },
): () => void {
  let cancel = (): void => undefined
  let ended = false
  const again = (delayMs: number): void => {
    if (!ended) cancel = clock.after(delayMs, () => void run())
  }
  async function run(): Promise<void> {
    const hasMore = await slice().catch(() => false)
    again(hasMore ? betweenMs : everyMs)
  }
  again(firstMs)
  return () => {
    ended = true
    cancel()
  }
}

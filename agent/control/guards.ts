import { describeBytes } from '../why/index.ts'

/** How much less is kept, in the order in which it goes: measurements, then logs, then the history of events. */
export type Tightness = 0 | 1 | 2 | 3

/** Below these shares of free space it becomes tighter; it is loosened where there is so much more again. */
const below = { 1: 0.1, 2: 0.05, 3: 0.02 } as const
const more = 0.03

/** What is kept while so much of the disk is free; one that cannot be asked changes nothing. */
export function nextTightness(now: Tightness, freeShare: number | undefined): Tightness {
  if (freeShare === undefined) return now
  const levels = [3, 2, 1] as const
  const tight = levels.find((level) => freeShare < below[level]) ?? 0
  if (tight >= now) return tight
  const loose = levels.find((level) => freeShare < below[level] + more) ?? 0
  return loose < now ? loose : now
}

/** Raw measurements are kept for a quarter of the time. */
export const tightenedMs = (retentionMs: number, tightness: Tightness): number =>
  tightness >= 1 ? retentionMs / 4 : retentionMs

/** Half of the log files, and never none. */
export const tightenedFiles = (maxFiles: number, tightness: Tightness): number =>
  tightness >= 2 ? Math.max(1, Math.floor(maxFiles / 2)) : maxFiles

const kept = ['', 'raw measurements', 'raw measurements and logs', 'raw measurements, logs and events'] as const

export function tighteningText(before: Tightness, now: Tightness, freeShare: number, folder: string): string {
  const free = `${(freeShare * 100).toFixed(1)} % of the disk of ${folder} is free`
  if (now === 0) return `${free} again: everything is kept as long as before`
  return before < now ? `Only ${free}: fewer ${kept[now]} are kept` : `${free} again: fewer ${kept[now]} are kept`
}

export function overLimit(memoryBytes: number, limitBytes: number): string {
  return `It took ${describeBytes(memoryBytes)}, more than its memory limit of ${describeBytes(limitBytes)}`
}

import { Cron } from 'croner'
import type { CronSpec } from '../config/index.ts'
import { instantOf, wallClockOf } from './zone.ts'

/**
 * The next time that a schedule names after `fromMs`, on the wall clock of its zone. Times that a change of clocks skips
 * are run once, at the first minute that there is after them; one that it repeats is run the first time.
 */
export function nextDue({ schedule, timezone }: CronSpec, fromMs: number): number | undefined {
  const cron = read(schedule)
  let wallMs = wallClockOf(fromMs, timezone)
  for (;;) {
    const next = cron.nextRun(new Date(wallMs))
    if (!next) return undefined
    wallMs = next.getTime()
    const dueMs = instantOf(wallMs, timezone)
    // In an hour that comes a second time all has been run already.
    if (dueMs > fromMs) return dueMs
  }
}

/** Reading a schedule takes ten times as long as asking it. */
const mostRead = 1_000
const known = new Map<string, Cron>()

/** The wall clock is counted as if it were UTC, where no hour is skipped or repeated. */
function read(schedule: string): Cron {
  const found = known.get(schedule)
  if (found) return found
  if (known.size >= mostRead) known.clear()
  const cron = new Cron(schedule, { paused: true, utcOffset: 0 })
  known.set(schedule, cron)
  return cron
}

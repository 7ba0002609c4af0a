import { Cron } from 'croner'
import type { CronSpec } from '../config/index.ts'

const minuteMs = 60_000
/** No clock is put forward by more than this, but for a zone that moves across the date line. */
const longestSkipMinutes = 26 * 60

/**
 * The next time that a schedule names after `fromMs`, on the wall clock of its zone. A time that a
 * change of clocks skips runs at the next valid minute; one that it repeats runs once.
 */
export function nextDue(spec: CronSpec, fromMs: number): number | undefined {
  const cron = new Cron(spec.schedule, { paused: true, ...(spec.timezone ? { timezone: spec.timezone } : {}) })
  const due = cron.nextRun(new Date(fromMs))
  if (!due) return undefined
  // A time that is none of the schedule's stands for one that was skipped, as late after the skip as that was in it.
  return cron.match(due) ? due.getTime() : Math.max(endOfSkip(due.getTime(), spec.timezone), fromMs + 1)
}

/** The first minute after the clocks were put forward, of a time soon after that. */
function endOfSkip(afterMs: number, timezone: string | undefined): number {
  const offset = offsetIn(timezone)
  const now = offset(afterMs)
  for (let back = 1; back <= longestSkipMinutes; back++) {
    if (offset(afterMs - back * minuteMs) !== now) return afterMs - (back - 1) * minuteMs
  }
  return afterMs
}

function offsetIn(timezone: string | undefined): (atMs: number) => string | undefined {
  const format = new Intl.DateTimeFormat('en', {
    timeZoneName: 'longOffset',
    ...(timezone ? { timeZone: timezone } : {}),
  })
  return (atMs) => format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value
}

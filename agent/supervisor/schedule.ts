import { Cron } from 'croner'
import type { CronSpec } from '../config/index.ts'

/**
 * The next time that a schedule names after `fromMs`, on the wall clock of its zone. A time that a
 * change of clocks skips runs at the next valid minute; one that it repeats runs once.
 */
export function nextDue(spec: CronSpec, fromMs: number): number | undefined {
  const cron = new Cron(spec.schedule, { paused: true, ...(spec.timezone ? { timezone: spec.timezone } : {}) })
  return cron.nextRun(new Date(fromMs))?.getTime()
}

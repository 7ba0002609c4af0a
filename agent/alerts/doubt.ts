import type { Alert } from '../../contract/index.ts'
import { isFailure, neededBy, type World } from './cause.ts'

/** Of a failure: until when it is not told, since it may turn out to follow from another one. */
export interface Doubt {
  /** Of the evaluator's clock. */
  untilMs: number
  text: string
}

/**
 * A failure is known for longer than this before it is told, at most, whatever is not known of what it needs: three
 * probes at the usual interval are made by then. What comes later is told besides.
 */
export const mostDoubtMs = 60_000

/** What is known of services that others need. */
export interface Judging extends Pick<World, 'dependsOn' | 'serviceOf'> {
  /** Why it is not known yet how a service does: "is starting". What has failed is known. */
  unjudged(service: string): string | undefined
}

/** The doubt about each failure that fires and follows from nothing so far. */
export function doubtsOf(
  alerts: readonly { alert: Alert; firedAtMs: number }[],
  judging: Judging,
  nowMs: number,
): Map<string, Doubt> {
  const doubts = new Map<string, Doubt>()
  const known = new Map<string, string | undefined>()
  // What many need is asked about once.
  const unjudged = (service: string): string | undefined => {
    if (!known.has(service)) known.set(service, judging.unjudged(service))
    return known.get(service)
  }
  for (const { alert, firedAtMs } of alerts) {
    const untilMs = firedAtMs + mostDoubtMs
    if (alert.service === undefined || !isFailure(alert) || nowMs >= untilMs) continue
    const text = doubtText(alert.service, { ...judging, unjudged })
    if (text !== undefined) doubts.set(alert.id, { untilMs, text })
  }
  return doubts
}

function doubtText(instance: string, judging: Judging): string | undefined {
  for (const level of neededBy(instance, judging))
    for (const service of level) {
      const why = judging.unjudged(service)
      if (why !== undefined) return `waits ${mostDoubtMs / 60_000} min at most: ${service}, which it needs, ${why}`
    }
  return undefined
}

import type { Group } from './groups.ts'

/** Of what a notification missed, so many are listed; the others are counted. */
const mostListed = 100
/** No labels of alerts, so that no receiver takes it for the end of a group that it knows. */
const labels = { notice: 'missed' }
/** Labels as an object and not as a list, as in `groupKey`: so that a route by a label `notice` has no group of this key. */
const keyOf = (notification: string): string => JSON.stringify([notification, labels])

/**
 * What fired and ended while the limit kept it from a notification is one group, told as often as the limit lets all
 * through anew. There is nothing to tell of its members but that they are over.
 */
export function withMissed(
  groups: ReadonlyMap<string, Group>,
  { notification, ids }: { notification: string; ids: readonly string[] },
  { nowMs, everyMs, newId }: { nowMs: number; everyMs: number; newId: () => string },
): Group {
  const key = keyOf(notification)
  const known: Group = groups.get(key) ?? {
    ...{ key, id: newId(), notification, labels, beganMs: nowMs, toldMs: null, count: 0, members: {} },
    timing: { groupBy: [], groupWaitMs: everyMs, groupIntervalMs: everyMs, repeatIntervalMs: everyMs },
  }
  const room = mostListed - Object.keys(known.members).length
  const listed = Object.fromEntries(ids.slice(0, room).map((id) => [id, 'told' as const]))
  return { ...known, members: { ...known.members, ...listed }, missed: (known.missed ?? 0) + ids.length }
}

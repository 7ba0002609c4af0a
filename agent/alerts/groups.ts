import type { Alert } from '../../contract/index.ts'
import type { Doubt } from './doubt.ts'
import { matches, readMatch } from './rules/index.ts'

export interface Grouping {
  groupBy: readonly string[]
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
}
export interface Route extends Partial<Grouping> {
  match: Readonly<Record<string, string>>
  notify: readonly string[]
  continue: boolean
}
export interface Policy extends Grouping {
  notify: readonly string[]
  routes: readonly Route[]
}

/** Alerts that are told together, to one notification. Times are of the evaluator's clock. */
export interface Group {
  key: string
  id: string
  notification: string
  labels: Readonly<Record<string, string>>
  timing: Grouping
  beganMs: number
  toldMs: number | null
  /** How often it was told; with its id, the id of its next notice. */
  count: number
  /** Its alerts: whether they were told to fire. */
  members: Record<string, 'new' | 'told'>
  /** It has something to tell, and its notification was told too often to hear it now. */
  held?: true | undefined
  /** Of the group of what a notification missed: how many alerts that were since it was told last. */
  missed?: number | undefined
}

/** Where an alert goes: what its rule says, what the routes say, the policy, and without all of these the desktop. */
export function routesOf(
  alert: Alert,
  notify: readonly string[],
  policy: Policy,
): { notification: string; timing: Grouping; why: string }[] {
  const found = new Map<string, { timing: Grouping; why: string }>()
  const add = (names: readonly string[], timing: Grouping, why: string): void => {
    for (const name of names) if (!found.has(name)) found.set(name, { timing, why })
  }
  const own = timingOf(policy, {})
  let routed = own
  let isFirst = true
  for (const [index, route] of policy.routes.entries()) {
    if (!matches(readMatch(route.match), alert.labels)) continue
    const timing = timingOf(policy, route)
    if (isFirst) routed = timing
    isFirst = false
    add(route.notify, timing, `route ${index + 1} matches`)
    if (!route.continue) break
  }
  add(notify, routed, `its rule names it`)
  if (found.size === 0) add(policy.notify, routed, 'notify_policy names it')
  if (found.size === 0) add(['desktop'], routed, 'nothing else is named')
  return [...found].map(([notification, rest]) => ({ notification, ...rest }))
}

const timingOf = (policy: Policy, route: Partial<Grouping>): Grouping => ({
  groupBy: route.groupBy ?? policy.groupBy,
  groupWaitMs: route.groupWaitMs ?? policy.groupWaitMs,
  groupIntervalMs: route.groupIntervalMs ?? policy.groupIntervalMs,
  repeatIntervalMs: route.repeatIntervalMs ?? policy.repeatIntervalMs,
})

export function groupLabels(alert: Alert, { groupBy }: Grouping): Record<string, string> {
  return Object.fromEntries(groupBy.map((label) => [label, alert.labels[label] ?? '']))
}

export const groupKey = (notification: string, labels: Readonly<Record<string, string>>): string =>
  JSON.stringify([notification, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])

/** By notification, in the group of which key each alert is. */
export function placesOf(groups: Iterable<Group>): Map<string, Map<string, string>> {
  const places = new Map<string, Map<string, string>>()
  for (const { key, notification, members } of groups) {
    const own = places.get(notification) ?? new Map<string, string>()
    places.set(notification, own)
    for (const id of Object.keys(members)) own.set(id, key)
  }
  return places
}

/**
 * What a group becomes where the files say something else: its times, and who stays. What was told ends where it was
 * told, as long as somebody is there; what was not goes elsewhere.
 */
export function regroup(group: Group, isThere: boolean, timingOf: (id: string) => Grouping | undefined): Group {
  let { timing } = group
  const members: Group['members'] = {}
  for (const [id, standing] of Object.entries(group.members)) {
    // Its own times are nobody's.
    const own = group.missed === undefined ? timingOf(id) : timing
    timing = own ?? timing
    if (isThere && (own || standing === 'told')) members[id] = standing
  }
  return { ...group, timing, members }
}

export interface GroupView {
  /** Its alerts that fire and that nothing keeps quiet. */
  firing: readonly Alert[]
  /** Those of them that are told again, since nobody sees to them. */
  repeated: readonly Alert[]
  /** Its alerts that were told to fire and are over. */
  resolved: readonly Alert[]
}

/** What a group has to tell now, or when it will have; nothing where it has nothing. */
export function dueOf(group: Group, view: GroupView): { atMs: number; why: 'first' | 'news' | 'repeat' } | undefined {
  const { timing, beganMs, toldMs, members } = group
  const isNews = view.resolved.length > 0 || view.firing.some(({ id }) => members[id] === 'new')
  if (toldMs === null) return isNews ? { atMs: beganMs + timing.groupWaitMs, why: 'first' } : undefined
  if (isNews) return { atMs: toldMs + timing.groupIntervalMs, why: 'news' }
  return view.repeated.length > 0 ? { atMs: toldMs + timing.repeatIntervalMs, why: 'repeat' } : undefined
}

/**
 * Until when a group keeps to itself what it has to tell, since all that is new in it may turn out to follow from
 * something else; 0 where it does not. What is told anyway is told with all that belongs to it.
 */
export function heldUntilMs({ members }: Group, view: GroupView, doubts: ReadonlyMap<string, Doubt>): number {
  const fresh = view.firing.filter(({ id }) => members[id] === 'new')
  if (fresh.length === 0 || view.resolved.length > 0) return 0
  return Math.min(...fresh.map(({ id }) => doubts.get(id)?.untilMs ?? 0))
}

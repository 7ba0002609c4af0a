import type { Alert } from '../../contract/index.ts'
import { subjectText } from './text.ts'

/** What a collapse goes by: who needs whom, and who is not well now. */
export interface World {
  /** Names of services that an instance needs. */
  dependsOn(instance: string): readonly string[]
  /** The instances of a service, and the service of an instance. */
  serviceOf(instance: string): string
  isUnwell(service: string): boolean
}

export type Cause = NonNullable<Alert['cause']>

/** A cause may be noticed this much later than what follows from it: who needs a database notices first. */
const toleranceMs = 120_000
/** Of a machine that is this full, what fails next fails for that. */
const exhaustedPercent = 97
const mostHops = 50

/** Alerts on a state, an event or a line; what is measured of a service is its own affair. */
export const isFailure = ({ on, metric }: Alert): boolean => on === 'service' && metric === null
/** When the condition of an alert began to hold. */
export type StartedMs = (alert: Alert) => number
const byWallMs: StartedMs = ({ startsAt }) => Date.parse(startsAt)

/** For each alert that follows from another one, that one. The same alerts come to the same, in whatever order. */
export function causesOf(alerts: readonly Alert[], world: World, startedMs: StartedMs = byWallMs): Map<string, Cause> {
  const compare = gravestFirst(startedMs)
  const isInTime: IsInTime = (cause, alert) => startedMs(cause) <= startedMs(alert) + toleranceMs
  const active = alerts.filter(({ state }) => state !== 'resolved').toSorted(compare)
  const byService = new Map<string, Alert[]>()
  for (const alert of active) {
    if (alert.service === undefined || !isFailure(alert)) continue
    const service = world.serviceOf(alert.service)
    byService.set(service, [...(byService.get(service) ?? []), alert])
  }
  const full = active.filter(isExhausted)
  const causes = new Map<string, Cause>()
  for (const alert of active) {
    const found = isFailure(alert) ? causeOf(alert, { byService, full, world, isInTime, compare }) : undefined
    if (found) causes.set(alert.id, found)
  }
  return causes
}

/** The gravest first, then the first, then by name: so that everyone chooses the same one. */
const rank = { critical: 0, warning: 1, info: 2 } as const
const gravestFirst =
  (startedMs: StartedMs) =>
  (a: Alert, b: Alert): number =>
    rank[a.severity] - rank[b.severity] ||
    startedMs(a) - startedMs(b) ||
    a.name.localeCompare(b.name) ||
    a.id.localeCompare(b.id)
type IsInTime = (cause: Alert, alert: Alert) => boolean

/** What is looked through for a cause. */
interface Around {
  byService: ReadonlyMap<string, readonly Alert[]>
  full: readonly Alert[]
  world: World
  isInTime: IsInTime
  compare: (a: Alert, b: Alert) => number
}

const isExhausted = ({ on, state, metric, value }: Alert): boolean =>
  on === 'host' &&
  state === 'firing' &&
  metric !== null &&
  /^(disk|memory|swap)_.*percent$/.test(metric) &&
  value !== null &&
  value >= exhaustedPercent

function causeOf(alert: Alert, around: Around): Cause | undefined {
  const { byService, full, world, isInTime } = around
  const { service: instance = '' } = alert
  const needed = furthestUnwell(instance, alert, around)
  if (needed) {
    const subject = needed.service ?? needed.host
    return { id: needed.id, subject, text: `follows from ${subject}, which it needs: ${needed.summary}` }
  }
  const host = full.find((each) => isInTime(each, alert))
  if (host) {
    const subject = subjectText({ name: host.host, labels: {} })
    return { id: host.id, subject, text: `follows from the state of ${subject}: ${host.summary}` }
  }
  // Several rules about one failure of one service are one; one that does not fire yet says nothing to anybody.
  const said = byService.get(world.serviceOf(instance)) ?? []
  const first = said.find((each) => each.service === instance && each.state === 'firing')
  if (!first || first.id === alert.id || !isInTime(first, alert)) return undefined
  return { id: first.id, subject: instance, text: `is said by ${first.name} already: ${first.summary}` }
}

/** Of what it needs, however far down, the one furthest down that is not well and has an alert. */
function furthestUnwell(
  instance: string,
  alert: Alert,
  { byService, world, isInTime, compare }: Around,
): Alert | undefined {
  const isCause = (each: Alert): boolean => each.state === 'firing' && isInTime(each, alert)
  let found: Alert | undefined
  for (const level of neededBy(instance, world)) {
    const unwell = level.filter((service) => world.isUnwell(service))
    const here = unwell.flatMap((service) => byService.get(service)?.find(isCause) ?? [])
    found = here.toSorted(compare)[0] ?? found
  }
  return found
}

/** What an instance needs, each service once: first what it needs itself, then what these need, and so on. */
export function* neededBy(
  instance: string,
  { dependsOn, serviceOf }: Pick<World, 'dependsOn' | 'serviceOf'>,
): Generator<readonly string[]> {
  const seen = new Set([serviceOf(instance)])
  let level = dependsOn(instance)
  for (let hops = 0; hops < mostHops; hops += 1) {
    const fresh = [...new Set(level)].filter((service) => !seen.has(service))
    if (fresh.length === 0) return
    for (const service of fresh) seen.add(service)
    yield fresh
    level = fresh.flatMap(dependsOn)
  }
}

/** Of each cause, the services that follow from it. */
export function followersOf(
  alerts: readonly Alert[],
  causes: ReadonlyMap<string, Cause>,
): Map<string, Alert['follows']> {
  const follows = new Map<string, { count: number; services: string[] }>()
  for (const { id, service } of alerts) {
    const cause = causes.get(id)
    if (cause?.id === undefined) continue
    const known = follows.get(cause.id) ?? { count: 0, services: [] }
    known.count += 1
    if (service !== undefined && !known.services.includes(service) && known.services.length < mostNamed)
      known.services.push(service)
    follows.set(cause.id, known)
  }
  return follows
}
const mostNamed = 20

import type { Alert } from '../../contract/index.ts'
import { lostHostRule } from '../alerts/index.ts'

/** Services that are named as following from a lost host. */
const mostNamed = 20

const isLostHost = ({ name, on, state }: Alert): boolean =>
  name === lostHostRule && on === 'fleet' && state === 'firing'

/** The same lost host may be told of by many: everyone chooses the first of these, for each lost host. */
function firstOfEach(alerts: readonly Alert[], silent: ReadonlySet<string>, reporterOf: (alert: Alert) => string) {
  const first = new Map<string, Alert>()
  for (const alert of alerts) {
    // What a host said that has fallen silent itself is old.
    if (!isLostHost(alert) || silent.has(reporterOf(alert))) continue
    const known = first.get(alert.host)
    if (!known || order(alert, known) < 0) first.set(alert.host, alert)
  }
  return first
}
const order = (a: Alert, b: Alert): number => a.startsAt.localeCompare(b.startsAt) || a.id.localeCompare(b.id)

/**
 * Alerts of several hosts as one list: a host that is lost is one alert however many hosts say so, and what the silent
 * host had itself follows from it.
 */
export function followLostHosts(
  alerts: readonly Alert[],
  silent: ReadonlySet<string>,
  reporterOf: (alert: Alert) => string,
): Alert[] {
  const lost = firstOfEach(alerts, silent, reporterOf)
  if (lost.size === 0) return [...alerts]
  const follows = new Map<string, { count: number; services: string[] }>()
  const placed = alerts.map((alert): Alert => {
    const reporter = reporterOf(alert)
    const same = isLostHost(alert) ? lost.get(alert.host) : undefined
    const found = silent.has(reporter) ? lost.get(reporter) : same
    if (!found || found.id === alert.id || alert.state === 'resolved') return alert
    const known = follows.get(found.id) ?? { count: 0, services: [] }
    known.count += 1
    if (alert.service !== undefined && known.services.length < mostNamed) known.services.push(alert.service)
    follows.set(found.id, known)
    const text =
      found === same
        ? `is said by ${reporterOf(found)} already: ${found.summary}`
        : `follows from ${found.host}, which it runs on: ${found.summary}`
    return { ...alert, cause: { id: found.id, subject: found.host, text } }
  })
  return placed.map((alert) => {
    const more = follows.get(alert.id)
    if (!more) return alert
    const services = [...new Set([...alert.follows.services, ...more.services])].slice(0, mostNamed)
    return { ...alert, follows: { count: alert.follows.count + more.count, services } }
  })
}

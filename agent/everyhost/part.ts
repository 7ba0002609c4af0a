import {
  type AlertsSummary,
  addressOf,
  type Service,
  type SilentHost,
  type StateMessage,
  splitAddress,
} from '../../contract/index.ts'
import { alertsAt, serviceAt } from './address.ts'
import { followLostHosts } from './lost.ts'

/** What a message has changed, by addresses. */
export interface Change {
  services: readonly string[]
  usage: readonly string[]
  removed: readonly string[]
  alerts: boolean
  silent: boolean
}

const nothing: Change = { services: [], usage: [], removed: [], alerts: false, silent: false }
const noAlerts: AlertsSummary = { firing: 0, critical: 0, silenced: 0, items: [] }

/** One host among all: what was heard of it, which stays when it falls silent, marked with since when. */
export class HostPart {
  readonly name: string
  readonly services = new Map<string, Service>()
  alerts = noAlerts
  silent: SilentHost | null = null
  /** Where its own stream is to go on; undefined before its first word. */
  seq: number | undefined

  constructor(name: string) {
    this.name = name
  }

  take(message: StateMessage): Change {
    this.seq = message.seq
    const wasSilent = this.silent !== null
    this.silent = null
    const change = message.type === 'snapshot' ? this.#takeAll(message) : this.#takeDelta(message, wasSilent)
    return { ...change, alerts: change.alerts || wasSilent, silent: wasSilent }
  }

  #takeAll({ services, alerts }: Extract<StateMessage, { type: 'snapshot' }>): Change {
    const removed = new Set(this.services.keys())
    for (const service of services) removed.delete(this.#put(service))
    for (const address of removed) this.services.delete(address)
    this.alerts = alertsAt(alerts, this.name)
    return { ...nothing, services: [...this.services.keys()], removed: [...removed], alerts: true }
  }

  #takeDelta(message: Extract<StateMessage, { type: 'delta' }>, wasSilent: boolean): Change {
    const changed = new Set(message.services.map((service) => this.#put(service)))
    const removed = message.removed.map((name) => addressOf(name, this.name))
    for (const address of removed) this.services.delete(address)
    const usage = message.usage.flatMap(([name, cpuPercent, memoryBytes]) => {
      const address = addressOf(name, this.name)
      const service = this.services.get(address)
      if (!service) return []
      this.services.set(address, { ...service, cpuPercent, memoryBytes })
      return address
    })
    if (wasSilent)
      for (const [address, { lastHeardAt: _heard, ...service }] of this.services) {
        this.services.set(address, service)
        changed.add(address)
      }
    if (message.alerts) this.alerts = alertsAt(message.alerts, this.name)
    return { ...nothing, services: [...changed], usage, removed, alerts: message.alerts !== undefined }
  }

  #put(service: Service): string {
    const placed = serviceAt(service, this.name)
    this.services.set(placed.name, placed)
    return placed.name
  }

  /** No word of it any more: its services are shown as they were. Since when is said by the first silence. */
  fallSilent(why: SilentHost): Change {
    const isFirst = this.silent === null
    this.silent = isFirst ? why : { ...why, since: this.silent?.since ?? why.since }
    if (!isFirst) return { ...nothing, silent: true }
    for (const [address, service] of this.services)
      this.services.set(address, { ...service, lastHeardAt: why.since, cpuPercent: null, memoryBytes: null })
    return { ...nothing, services: [...this.services.keys()], alerts: true, silent: true }
  }
}

/** Worst and newest first. */
const mostAlerts = 50
const gravity = { critical: 0, warning: 1, info: 2 } as const

/** What follows from a lost host is listed after it, and does not count: the lost host does. */
export function sumOfAlerts(parts: Iterable<HostPart>): AlertsSummary {
  const all = [...parts]
  const sum = { firing: 0, critical: 0, silenced: 0 }
  const before: AlertsSummary['items'] = []
  for (const { alerts } of all) {
    sum.firing += alerts.firing
    sum.critical += alerts.critical
    sum.silenced += alerts.silenced
    before.push(...alerts.items)
  }
  const silent = new Set(all.flatMap((part) => (part.silent ? part.name : [])))
  const causeBefore = new Map(before.map(({ id, cause }) => [id, cause]))
  const items = followLostHosts(before, silent, ({ id }) => splitAddress(id).host ?? '')
  for (const { id, cause, severity } of items) {
    if (cause === causeBefore.get(id)) continue
    sum.firing -= 1
    if (severity === 'critical') sum.critical -= 1
  }
  const isCause = (alert: AlertsSummary['items'][number]): number => (alert.cause ? 10 : 0) + gravity[alert.severity]
  items.sort((a, b) => isCause(a) - isCause(b) || b.startsAt.localeCompare(a.startsAt))
  return { ...sum, items: items.slice(0, mostAlerts) }
}

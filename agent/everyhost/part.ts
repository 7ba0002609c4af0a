import {
  type AlertsSummary,
  addressOf,
  type Service,
  type SilentHost,
  type StateMessage,
} from '../../contract/index.ts'
import { alertsAt, serviceAt } from './address.ts'

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
    return { ...change, silent: wasSilent }
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
    return { ...nothing, services: [...this.services.keys()], silent: true }
  }
}

/** Worst and newest first. */
const mostAlerts = 50
const gravity = { critical: 0, warning: 1, info: 2 } as const

export function sumOfAlerts(parts: Iterable<HostPart>): AlertsSummary {
  const sum = { firing: 0, critical: 0, silenced: 0 }
  const items: AlertsSummary['items'] = []
  for (const { alerts } of parts) {
    sum.firing += alerts.firing
    sum.critical += alerts.critical
    sum.silenced += alerts.silenced
    items.push(...alerts.items)
  }
  const isCause = (alert: AlertsSummary['items'][number]): number => (alert.cause ? 10 : 0) + gravity[alert.severity]
  items.sort((a, b) => isCause(a) - isCause(b) || b.startsAt.localeCompare(a.startsAt))
  return { ...sum, items: items.slice(0, mostAlerts) }
}

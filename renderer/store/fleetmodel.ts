import { compareHosts, type FleetHost, type FleetMessage, type FleetStatus } from '../../contract/index.ts'
import { isSame, keepSame } from './same.ts'

/** The fleet as last heard of; the hosts in the order in which they are listed. */
export interface FleetModel {
  /** Null until the agent of this panel has told of it. */
  status: FleetStatus | null
  hosts: readonly FleetHost[]
}

type Delta = Extract<FleetMessage, { type: 'delta' }>

/** The fleet after a message. What did not change keeps its reference. */
export function applyFleetMessage({ status, hosts }: FleetModel, message: FleetMessage): FleetModel {
  if (message.type === 'delta') return { status: message.status ?? status, hosts: withDelta(hosts, message) }
  return {
    status: isSame(status, message.status) ? status : message.status,
    hosts: keepSame(hosts, message.hosts),
  }
}

function withDelta(before: readonly FleetHost[], { hosts, usage, removed }: Delta): readonly FleetHost[] {
  if (hosts.length + usage.length + removed.length === 0) return before
  const told = new Map(hosts.map((host) => [host.id, host]))
  const figures = new Map(usage.map((each) => [each[0], each]))
  const gone = new Set(removed)
  let isOrdered = true
  const kept: FleetHost[] = []
  for (const host of before) {
    if (gone.has(host.id)) continue
    const next = told.get(host.id) ?? withUsage(host, figures.get(host.id))
    told.delete(host.id)
    isOrdered &&= next.name === host.name
    kept.push(next)
  }
  if (isOrdered && told.size === 0) return kept
  return [...kept, ...told.values()].sort(compareHosts)
}

function withUsage(host: FleetHost, usage: Delta['usage'][number] | undefined): FleetHost {
  if (!usage) return host
  const [, cpuPercent, memoryPercent, latencyMs, clockSkewMs] = usage
  return { ...host, cpuPercent, memoryPercent, latencyMs, clockSkewMs }
}

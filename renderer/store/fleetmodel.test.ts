import { describe, expect, it } from 'vitest'
import type { FleetHost, FleetMessage, FleetStatus } from '../../contract/index.ts'
import { applyFleetMessage, type FleetModel } from './fleetmodel.ts'

const host = (id: string, more: Partial<FleetHost> = {}): FleetHost => ({
  name: id,
  id,
  self: false,
  state: 'connected',
  since: '2026-03-01T12:00:00.000Z',
  lastSeenAt: '2026-03-01T12:00:00.000Z',
  latencyMs: 1,
  version: '0.1.0',
  os: 'linux',
  labels: { zone: 'eu' },
  services: { running: 3, failing: 0, total: 3 },
  cpuPercent: 10,
  memoryPercent: 20,
  alerts: 0,
  clockSkewMs: 0,
  allowRemote: ['view'],
  revision: 1,
  notes: [],
  breaker: 'closed',
  ...more,
})
const status: FleetStatus = {
  state: 'connected',
  since: '2026-03-01T12:00:00.000Z',
  servers: [],
  server: null,
  serverVersion: null,
  clusterName: null,
  rttMs: 1,
  unprotected: false,
  problem: null,
  warnings: [],
  events: { from: 'hosts', problem: null },
  calls: { open: 0, done: 0, retried: 0, failed: 0, refused: 0 },
}

const nothing: FleetModel = { status: null, hosts: [] }
const snapshot = (...hosts: FleetHost[]): FleetMessage => ({ type: 'snapshot', seq: 1, status, hosts })
const delta = (more: Partial<Extract<FleetMessage, { type: 'delta' }>>): FleetMessage => ({
  type: 'delta',
  seq: 2,
  hosts: [],
  usage: [],
  removed: [],
  ...more,
})
const names = ({ hosts }: FleetModel): string[] => hosts.map(({ name }) => name)

describe('the fleet that is shown', () => {
  const before = applyFleetMessage(nothing, snapshot(host('me', { self: true }), host('atlas'), host('borea')))

  it('is what a snapshot says, with the old objects of what it says again', () => {
    expect(names(before)).toEqual(['me', 'atlas', 'borea'])
    const again = applyFleetMessage(before, structuredClone(snapshot(...before.hosts.slice(0, 2), host('new'))))
    expect(names(again)).toEqual(['me', 'atlas', 'new'])
    expect([again.status, again.hosts[0], again.hosts[1]]).toEqual([before.status, before.hosts[0], before.hosts[1]])
    expect(again.hosts[0]).toBe(before.hosts[0])
    expect(again.status).toBe(before.status)
  })

  it('has what a delta says, and all else as it was', () => {
    const after = applyFleetMessage(
      before,
      delta({ hosts: [host('borea', { alerts: 2 })], usage: [['atlas', 70, 30, 2.5, -4]] }),
    )
    expect(after.hosts[0]).toBe(before.hosts[0])
    expect(after.hosts[1]).toEqual({
      ...before.hosts[1],
      ...{ cpuPercent: 70, memoryPercent: 30, latencyMs: 2.5, clockSkewMs: -4 },
    })
    expect(after.hosts[2]?.alerts).toBe(2)
    expect(after.status).toBe(before.status)
  })

  it('keeps its list where a delta is about the connection alone', () => {
    const after = applyFleetMessage(before, delta({ status: { ...status, rttMs: 9 } }))
    expect(after.hosts).toBe(before.hosts)
    expect(after.status?.rttMs).toBe(9)
  })

  it('has hosts that come in their places, and none that has gone', () => {
    const after = applyFleetMessage(before, delta({ hosts: [host('alpha')], removed: ['borea', 'nobody'] }))
    expect(names(after)).toEqual(['me', 'alpha', 'atlas'])
    const renamed = applyFleetMessage(before, delta({ hosts: [host('atlas', { name: 'zeta' })] }))
    expect(names(renamed)).toEqual(['me', 'borea', 'zeta'])
  })

  it('leaves out figures of a host that it does not know', () => {
    expect(names(applyFleetMessage(before, delta({ usage: [['gone', 1, 1, 1, 1]] })))).toEqual(names(before))
  })
})

import { describe, expect, it, test } from 'vitest'
import type { FleetHost } from '../../../contract/index.ts'
import { hostMatches, hostNote, hostOrders, hostState, joinCommand } from './hosts.ts'

const host = (part: Partial<FleetHost>): FleetHost => ({
  name: 'atlas',
  id: 'a1b2c3d4',
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
  ...part,
})

describe('hosts of a fleet', () => {
  it.each([
    ['', true],
    ['atl', true],
    ['zone:eu', true],
    ['zone:us', false],
    ['state:online version:0.1', true],
    ['state:unreachable', false],
    ['atlas nowhere', false],
  ])('are found by "%s": %s', (filter, isFound) => {
    expect(hostMatches(host({}), filter)).toBe(isFound)
  })

  it('need attention when one of their services does, and are unknown when they cannot be reached', () => {
    expect(hostState(host({ services: { running: 2, failing: 1, total: 3 } })).word).toBe('Attention')
    expect(hostState(host({ state: 'unreachable' })).word).toBe('Unreachable')
    expect(hostState(host({ self: true })).word).toBe('This computer')
  })

  it('stand with this computer first, or the worst first', () => {
    const hosts = [host({ name: 'b' }), host({ name: 'a', state: 'unreachable' }), host({ name: 'z', self: true })]
    expect([...hosts].sort(hostOrders.name).map(({ name }) => name)).toEqual(['z', 'a', 'b'])
    expect([...hosts].sort(hostOrders.state).map(({ name }) => name)).toEqual(['a', 'b', 'z'])
  })
})

describe('the command for a machine that is to join', () => {
  it('names the server, how it signs in and whom it obeys', () => {
    expect(joinCommand('tls://nats.example.com', 'creds', ['UABC'])).toBe(
      'npx hxe hosts connect tls://nats.example.com --creds HOST.creds --trust UABC',
    )
    expect(joinCommand('nats://127.0.0.1:4222', 'none', ['UABC'])).toBe('npx hxe hosts connect nats://127.0.0.1:4222')
  })
})

test.each([
  [{ breaker: 'open', retryAt: '2026-03-01T12:00:30.000Z' }, 'no calls until 12:00:30'],
  [{ breaker: 'half-open' }, 'one call is tried'],
  [{ state: 'unreachable', left: true }, 'its agent has ended'],
  [{ state: 'unreachable', connectionLost: true }, 'this computer hears nobody'],
  [{ notes: ['It runs version 1, this one 2.', 'Its clock is 90 s ahead of this one.'] }, 'Its clock is 90 s ahead'],
] as const)('beside the state of a host stands what is to be known: %j', (more, words) => {
  const note = hostNote({ ...host({}), ...more } as FleetHost, (iso) => iso.slice(11, 19))
  expect(note).toContain(words)
})

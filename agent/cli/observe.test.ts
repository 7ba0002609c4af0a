import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertOf } from '../alerts/fixtures/alert.ts'
import { FarAgent } from './fixtures/faragent.ts'
import { aService } from './fixtures/service.ts'
import { hxe, testWorld } from './fixtures/world.ts'

let far: FarAgent
beforeEach(async () => {
  far = await new FarAgent().start()
})
afterEach(() => far.stop())

/** A command line in a terminal of its own. */
async function said(...argv: string[]): Promise<{ out: string; err: string; code: number }> {
  const { stdout, stderr, exitCode } = await hxe(argv, testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token }))
  return { out: stdout, err: stderr, code: exitCode }
}

const alert = alertOf('web', {
  id: 'a1',
  name: 'memory-high',
  severity: 'warning',
  startsAt: '2026-03-01T11:59:00.000Z',
  summary: 'web uses more than it should',
})
const silence = {
  id: 's1',
  matchers: [{ name: 'service', op: '=', value: 'web' }],
  reason: 'known',
  author: 'ada',
  createdAt: '2026-03-01T12:00:00.000Z',
  startsAt: '2026-03-01T12:00:00.000Z',
  endsAt: '2026-03-01T14:00:00.000Z',
  state: 'active',
  alerts: 1,
}

describe('hxe alerts', () => {
  it('lists what is active, with its sentence', async () => {
    far.on('GET /alerts', () => ({ items: [alert] }))
    const { out } = await said('alerts')
    expect(out).toContain('memory-high')
    expect(out).toContain('web uses more than it should')
    expect(far.requests.at(-1)?.query.get('state')).toBeNull()
  })

  it('acknowledges with a note, and takes it back', async () => {
    far.on('POST /alerts/a1/ack', () => ({ ...alert, acknowledged: true }))
    far.on('DELETE /alerts/a1/ack', () => alert)
    expect((await said('alerts', 'ack', 'a1', '--note', 'on it')).code).toBe(0)
    expect(far.requests.at(-1)?.body).toEqual({ note: 'on it' })
    expect((await said('alerts', 'ack', 'a1', '--undo')).code).toBe(0)
  })

  it('makes a silence of matchers, a time and a reason, and refuses one without', async () => {
    far.on('POST /silences', () => silence)
    const made = await said('alerts', 'silence', 'service=web', 'team=~"a|b"', '--for', '2h', '--reason', 'known')
    expect(made.out).toContain('by ada: known')
    expect(far.requests.at(-1)?.body).toEqual({
      matchers: [
        { name: 'service', op: '=', value: 'web' },
        { name: 'team', op: '=~', value: 'a|b' },
      ],
      duration: '2h',
      reason: 'known',
    })
    expect((await said('alerts', 'silence', 'service=web')).code).toBe(2)
    expect((await said('alerts', 'silence', 'web', '--for', '2h', '--reason', 'x')).code).toBe(2)
  })
})

describe('hxe metrics', () => {
  it('draws a series with what it is now, on the whole and at most', async () => {
    const points = Array.from({ length: 60 }, (_, i) => [1_000_000 + i * 60_000, i])
    const more = {
      unit: 'percent',
      on: 'service',
      subject: 'web',
      labels: {},
      level: 'raw',
      stat: 'mean',
      stepMs: 5000,
    }
    far.on('GET /services/web/metrics', () => ({ items: [{ metric: 'cpu_percent', ...more, points }] }))
    const { out } = await said('metrics', 'web', '--since', '6h')
    expect(out).toContain('cpu_percent')
    expect(out).toMatch(/now 59(\.0)? ?%, mean 29\.5 ?%, highest 59/)
    expect(out).toContain('▁')
    expect(far.requests.at(-1)?.query.get('from')).toBe('6h')
  })
})

describe('hxe top', () => {
  it('says once what uses the machine, where there is no terminal', async () => {
    far.on('GET /services', () => ({
      items: [aService({ name: 'idle', cpuPercent: 0 }), aService({ name: 'busy', cpuPercent: 90 })],
    }))
    far.on('GET /host', () => ({
      name: 'laptop',
      os: 'linux',
      uptimeMs: 3_600_000,
      cpu: { percent: 12, cores: 2, load: [0.5, 0.4, 0.3] },
      memory: { totalBytes: 8_000_000_000, usedBytes: 2_000_000_000, availableBytes: 6_000_000_000 },
      swap: { totalBytes: 0, usedBytes: 0 },
      disks: [],
      network: [],
    }))
    const { out } = await said('top')
    expect(out.indexOf('busy')).toBeLessThan(out.indexOf('idle'))
    expect(out).toContain('load 0.50 0.40 0.30')
  })
})

describe('every host', () => {
  it('is asked in turn, and one that is away keeps no other from it', async () => {
    const at = '2026-03-01T12:00:00.000Z'
    far.on('GET /hosts', () => ({
      items: [
        { name: 'laptop', state: 'connected', since: at },
        { name: 'gone', state: 'unreachable', since: at },
        { name: 'atlas', state: 'connected', since: at },
      ],
    }))
    far.on('GET /hosts/laptop/services', () => ({ items: [aService({ name: 'web' })] }))
    far.on('GET /hosts/atlas/services', () => ({ items: [aService({ name: 'db' })] }))
    const { out, err } = await said('list', '--all-hosts')
    expect(out).toMatch(/laptop[\s\S]*web[\s\S]*atlas[\s\S]*db/)
    expect(err).toContain('gone: It has not been reached since')
    const { out: json } = await said('list', '--all-hosts', '--json')
    expect(JSON.parse(json).items.map(({ host }: { host: string }) => host)).toEqual(['laptop', 'gone', 'atlas'])
  })
})

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

describe('hxe hosts', () => {
  it('says when a host that is away was heard of last, as the panel says it', async () => {
    const host = {
      ...{ self: false, latencyMs: null, version: '0.1.0', cpuPercent: null, notes: [] },
      services: { running: 1, failing: 0, total: 1 },
    }
    far.on('GET /hosts', () => ({
      items: [
        { ...host, name: 'atlas', state: 'connected', lastSeenAt: '2026-03-01T11:59:59.000Z' },
        { ...host, name: 'gone', state: 'unreachable', lastSeenAt: '2026-03-01T11:54:55.000Z' },
      ],
    }))
    const { out } = await said('hosts')
    expect(out.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual(['SEEN', 'now', '5 min ago', ''])
  })
})

describe('hxe describe', () => {
  it('lists the checks of a service and the rules that are for it', async () => {
    const rule = {
      ...{
        on: 'service',
        when: 'up == 0',
        for: '1m',
        severity: 'warning',
        labels: {},
        notify: [],
        hcl: '',
        state: 'ok',
      },
      ...{ active: 0, evaluatedAt: null, evaluationMs: null, builtIn: false, enabled: true },
    }
    const check = {
      ...{ name: 'http', type: 'http', purpose: 'readiness', onFailure: 'alert', target: 'GET http://localhost/up' },
      ...{ intervalMs: 10_000, timeoutMs: 5_000, retries: 3, successThreshold: 1, startPeriodMs: 0, state: 'failing' },
      ...{ since: '2026-03-01T11:00:00.000Z', consecutive: 2, nextAt: null, file: '/c/a.hcl', line: 3 },
      results: [{ at: '2026-03-01T11:00:00.000Z', ok: false, latencyMs: 1, text: 'connection refused' }],
    }
    far
      .on('GET /services/web', () => aService({ name: 'web', tags: ['edge'] }))
      .on('GET /services/web/processes', () => ({ items: [] }))
      .on('GET /services/web/config', () => ({
        items: [{ path: 'services.web.namespace', value: 'shop', origin: 'default', sources: [] }],
      }))
      .on('GET /services/web/health', () => ({ health: 'unhealthy', items: [check] }))
      .on('GET /rules', () => ({
        items: [
          { ...rule, name: 'edge-down', match: { tags: ['edge'] }, file: '/c/a.hcl', line: 9 },
          { ...rule, name: 'shop-down', match: { namespace: 'shop' }, enabled: false },
          { ...rule, name: 'api-down', match: { name: 'api' } },
          { ...rule, name: 'disk', match: {}, on: 'host' },
        ],
      }))
    const { out } = await said('describe', 'web')
    expect(out).toMatch(
      /Health checks\n.*\nhttp +failing +readiness +10s +GET http:\/\/localhost\/up +connection refused/,
    )
    expect(out).toMatch(/Alert rules\n.*\nedge-down +warning +up == 0 +1m +\/c\/a\.hcl:9\nshop-down .*switched off/)
    expect(out).not.toContain('api-down')
    expect(out).not.toContain('disk')
  })
})

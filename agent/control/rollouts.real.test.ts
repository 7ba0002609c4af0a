import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type NewRollout, newRolloutSchema } from '../../contract/index.ts'
import { fleetForTests } from '../fleet/fixtures/fleet.ts'
import { distPath } from '../os/index.ts'
import { readAgentFile } from '../server/index.ts'
import { traceOf } from '../trace.ts'
import { type Place, service } from './fixtures/place.ts'

const { host: joined } = fleetForTests()

const mira = { author: 'mira', role: 'admin', trace: traceOf('deploy-9') } as const

const host = (name: string, hcl = '', zone = 'eu', nats = ''): Promise<Place> =>
  joined(name, hcl, { nats, agent: `labels = { zone = "${zone}" }` })

const web = (...more: readonly string[]): string => service('web', 'sleep 1000', ...more)
const sick = 'health_check {\n    command = "false"\n    interval = "100ms"\n    timeout = "10s"\n  }'

const told = (place: Place): string => JSON.stringify(place.core.fleet.rollouts.list())
const sees = (place: Place, ...names: string[]) =>
  place.eventually(
    () => names.every((name) => place.core.fleet.hosts().some((other) => other.name === name)),
    () => JSON.stringify(place.core.fleet.hosts()),
  )
const begin = (place: Place, more: Partial<NewRollout> = {}) => {
  const request = { verb: 'restart', services: { names: ['web'] }, hosts: { labels: { zone: 'eu' } }, ...more }
  return place.core.fleet.rollouts.create(newRolloutSchema.parse(request), mira)
}
const over = (place: Place, id: string, state: string) =>
  place.eventually(
    () => {
      const rollout = place.core.fleet.rollouts.get(id)
      return rollout.state === state && rollout
    },
    () => told(place),
  )
const restartOnBoth = {
  verb: 'restart',
  services: { names: ['web'] },
  hosts: { names: ['a', 'b'] },
}
/** The status that the agent of another process answers with; 0 while it is not there. */
async function ask(place: Place, method: string, path: string, body: object): Promise<number> {
  const url = readAgentFile(place.dataDir)?.url
  if (url === undefined) return 0
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) }).catch(() => null)
  return answer?.status ?? 0
}
const begun = async (place: Place): Promise<number> =>
  (await place.core.events.list({ limit: 100, kind: 'service.started', service: 'web' })).length

describe('a rollout over three hosts', () => {
  it('restarts the service on each, the canary first, and on no host that has another label', async () => {
    const lead = await host('lead', '', 'us')
    const [a, b] = [await host('a', web()), await host('b', web())]
    const other = await host('other', web(), 'us')
    for (const place of [a, b, other]) await place.running('web')
    const before = [a, b, other].map((place) => place.service('web').pid)
    await sees(lead, 'a', 'b', 'other')
    const { id } = await begin(lead, { canary: 'b' })
    const done = await over(lead, id, 'done')
    expect(done.steps.map((step) => [step.host, step.state])).toEqual([
      ['b', 'done'],
      ['a', 'done'],
    ])
    const [first, second] = done.steps
    expect(Date.parse(first?.endedAt ?? '')).toBeLessThanOrEqual(Date.parse(second?.beganAt ?? ''))
    const pids = [a, b, other].map((place) => place.service('web').pid)
    expect(pids[0]).not.toBe(before[0])
    expect(pids[1]).not.toBe(before[1])
    expect(pids[2]).toBe(before[2])
    // It is told when it is on disk, a moment after it can be seen.
    const ended = async () => (await lead.core.events.list({ limit: 50, kind: 'rollout.ended' }))[0]?.text ?? ''
    await expect.poll(ended, { timeout: 20_000 }).toContain('2 hosts done')
    // What one request does on many hosts has one name on all of them.
    for (const place of [lead, a, b]) {
      const story = await place.core.events.list({ limit: 50, correlationId: 'deploy-9' })
      expect(story.map(({ kind }) => kind).reverse()).toEqual(
        place === lead ? ['rollout.started', 'rollout.ended'] : ['service.stopping', 'service.started'],
      )
    }
  })

  it('leaves the rest alone when a host does not get healthy', async () => {
    const a = await host('a', web())
    const b = await host('b', web(sick))
    const c = await host('c', web())
    for (const place of [a, b, c]) await place.running('web')
    const { pid } = c.service('web')
    await sees(a, 'b', 'c')
    const { id } = await begin(a, { timeoutMs: 10_000 })
    const failed = await over(a, id, 'failed')
    expect(failed.steps.map(({ state }) => state)).toEqual(['done', 'failed', 'skipped'])
    expect(failed.text).toMatch(/^b: web is running and (starting|unhealthy), not healthy/)
    expect(c.service('web').pid).toBe(pid)
  })

  it('starts again what it has stopped where a host refuses and a way back was asked for', async () => {
    const a = await host('a', web())
    const b = await host('b', web(), 'eu', 'allow_remote = ["view", "start"]')
    for (const place of [a, b]) await place.running('web')
    await sees(a, 'b')
    const { pid } = a.service('web')
    const { id } = await begin(a, { verb: 'stop', onFailure: 'rollback' })
    const undone = await over(a, id, 'undone')
    expect(undone.steps.map(({ state }) => state)).toEqual(['undone', 'undone'])
    expect(undone.steps[0]?.changed).toEqual(['web'])
    const now = a.service('web')
    expect([now.state, now.pid === pid]).toEqual(['running', false])
    expect(b.service('web').state).toBe('running')
  })

  it('leaves alone what has not begun when a person ends it, and cannot be resumed then', async () => {
    const [a, b] = [await host('a', web()), await host('b', web())]
    for (const place of [a, b]) await place.running('web')
    const { pid } = b.service('web')
    await sees(a, 'b')
    const { id } = await begin(a, { pauseMs: 600_000 })
    await a.eventually(
      () => a.core.fleet.rollouts.get(id).steps[0]?.state === 'done',
      () => told(a),
    )
    const aborted = await a.core.fleet.rollouts.abort(id, mira)
    expect(aborted.steps.map(({ state }) => state)).toEqual(['done', 'skipped'])
    expect(b.service('web').pid).toBe(pid)
    await expect(a.core.fleet.rollouts.resume(id, mira)).rejects.toThrow('aborted')
  })

  it('goes on when the agent that leads it is started again, and does nothing twice', async () => {
    const lead = await host('lead', '', 'us')
    const [a, b] = [await host('a', web()), await host('b', web())]
    for (const place of [a, b]) await place.running('web')
    await sees(lead, 'a', 'b')
    const { id } = await begin(lead, { pauseMs: 3_000 })
    await lead.eventually(
      () => lead.core.fleet.rollouts.get(id).steps[0]?.state === 'done',
      () => told(lead),
    )
    await lead.end()
    await lead.begin()
    const done = await over(lead, id, 'done')
    expect(done.steps.map(({ state }) => state)).toEqual(['done', 'done'])
    expect([await begun(a), await begun(b)]).toEqual([2, 2])
  })

  it('goes on where it was when the agent that leads it was killed while a host got ready', async () => {
    const lead = await host('lead', '', 'us')
    const ready = join(lead.folder, 'ready')
    const slow = `health_check {\n    command = "test -f ${ready}"\n    interval = "100ms"\n    timeout = "10s"\n  }`
    const [a, b] = [await host('a', web(slow)), await host('b', web())]
    const { pid } = await a.running('web')
    await b.running('web')
    await lead.end()
    const killed = spawn(
      process.execPath,
      [distPath('cli.js'), 'agent', '--config', lead.file, '--data-dir', lead.dataDir, '--port', '0'],
      { stdio: 'ignore' },
    )
    const isGone = once(killed, 'exit')
    try {
      await expect.poll(() => ask(lead, 'POST', '/fleet/rollouts', restartOnBoth), { timeout: 30_000 }).toBe(200)
      await a.until('web', (now) => now.state === 'running' && now.pid !== pid)
    } finally {
      killed.kill('SIGKILL')
      await isGone
    }
    writeFileSync(ready, '')
    await lead.begin()
    const [rollout] = lead.core.fleet.rollouts.list()
    const done = await over(lead, rollout?.id ?? '', 'done')
    expect(done.steps.map((step) => [step.host, step.state])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ])
    expect([await begun(a), await begun(b)]).toEqual([2, 2])
  })

  it('does once what it is told twice by one name, by whichever run of the caller', async () => {
    const lead = await host('lead', '', 'us')
    const a = await host('a', web())
    await a.running('web')
    await sees(lead, 'a')
    const tell = () =>
      lead.core.fleet.call('a', ['services', 'act'], { verb: 'restart', names: ['web'] }, {}, mira, {
        name: 'operation-1',
      })
    await tell()
    await a.until('web', ({ state }) => state === 'running')
    await lead.end()
    await lead.begin()
    await sees(lead, 'a')
    await expect.poll(() => tell().then(() => 'answered'), { timeout: 20_000 }).toBe('answered')
    await a.end('keep')
    await a.begin()
    await expect.poll(() => tell().catch(String), { timeout: 30_000 }).toContain('given to the host before')
    const { restarts } = a.service('web')
    expect(restarts).toBe(0)
    expect(await begun(a)).toBe(2)
  })
})

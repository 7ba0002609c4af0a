import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type NewBundle, newBundleSchema, type Rollout } from '../../contract/index.ts'
import { fleetForTests } from '../fleet/fixtures/fleet.ts'
import { distPath } from '../os/index.ts'
import { readAgentFile } from '../server/index.ts'
import { type Place, service } from './fixtures/place.ts'

const { host: joined, server } = fleetForTests()

const mira = { author: 'mira', role: 'admin' } as const
const mayConfigure = 'allow_remote = ["view", "configure"]'

/** Each test has a fleet of its own on the one server. */
let fleets = 0
beforeEach(() => {
  fleets++
})
const host = (name: string, role = 'web', hcl = '', nats = mayConfigure): Promise<Place> =>
  joined(name, hcl, { nats: `subject_prefix = "t${fleets}"\n    ${nats}`, agent: `labels = { role = "${role}" }` })

const sees = (place: Place, ...names: string[]) =>
  place.eventually(
    () => names.every((name) => place.core.fleet.hosts().some((one) => one.name === name && one.state === 'connected')),
    () => JSON.stringify([place.core.fleet.status(), place.core.fleet.hosts()]),
  )
const web = (command = 'sleep 1000', ...more: readonly string[]) => ({ 'web.hcl': service('web', command, ...more) })
const never = 'restart {\n    policy = "never"\n  }'
const change = (more: Partial<NewBundle>): NewBundle =>
  newBundleSchema.parse({ name: 'edge', timeoutMs: 40_000, ...more })

/** Begins a change as soon as the store can be asked. */
async function apply(lead: Place, more: Partial<NewBundle>): Promise<Rollout> {
  await lead.eventually(
    () => lead.core.fleet.status().state === 'connected',
    () => JSON.stringify(lead.core.fleet.status()),
  )
  await expect.poll(() => lead.core.fleet.bundles.list().then(() => '', String), { timeout: 20_000 }).toBe('')
  return lead.core.fleet.bundles.apply(change(more), mira)
}
const over = (lead: Place, { id }: Rollout, state: Rollout['state']) =>
  lead.eventually(
    () => {
      const now = lead.core.fleet.rollouts.get(id)
      return now.state === state && now
    },
    () => JSON.stringify([lead.core.fleet.rollouts.get(id), lead.core.fleet.bundles.applied()]),
  )
const applied = (place: Place) => place.core.fleet.bundles.applied()[0]
const isApplied = (place: Place, revision: number) =>
  place.eventually(
    () => applied(place)?.state === 'applied' && applied(place)?.revision === revision && place,
    () => JSON.stringify(applied(place)),
  )
const fleetFile = (place: Place, name = 'edge.web.hcl'): string => join(place.folder, 'config', 'fleet.d', name)
const hasService = (place: Place): boolean => place.core.listServices().some(({ name }) => name === 'web')

describe('a bundle of configuration', () => {
  it('reaches the hosts that have its labels, and no other; a new revision follows, and its going', async () => {
    const lead = await host('lead', 'desk')
    const [a, b, other] = [await host('a'), await host('b'), await host('other', 'db')]
    await sees(lead, 'a', 'b', 'other')
    const first = await over(lead, await apply(lead, { files: web(), selector: { role: 'web' }, canary: 'b' }), 'done')
    expect(first.steps.map((step) => [step.host, step.batch, step.services])).toEqual([
      ['b', 0, ['web']],
      ['a', 1, ['web']],
    ])
    expect([a, b].map((place) => place.service('web').state)).toEqual(['running', 'running'])
    expect([other, lead].map(hasService)).toEqual([false, false])
    const { pid } = a.service('web')
    const plan = await lead.core.fleet.bundles.plan(change({ files: web('sleep 2000') }), mira)
    expect(plan).toMatchObject({ revision: 2, previous: 1 })
    expect(plan.hosts.map((one) => [one.host, one.actions[0]?.action])).toEqual([
      ['a', 'restart'],
      ['b', 'restart'],
    ])
    await over(lead, await apply(lead, { files: web('sleep 2000'), batchSize: 2 }), 'done')
    expect(a.service('web').pid).not.toBe(pid)
    const [bundle] = await lead.core.fleet.bundles.list()
    expect(bundle).toMatchObject({ name: 'edge', revision: 2, rollout: null })
    await over(lead, await apply(lead, { remove: true }), 'done')
    expect([a, b].map(hasService)).toEqual([false, false])
    expect(applied(a)).toBeUndefined()
  })

  it('goes back where the canary does not get well, and leaves the others alone', async () => {
    const lead = await host('lead', 'desk')
    const [a, b] = [await host('a'), await host('b')]
    await sees(lead, 'a', 'b')
    await over(lead, await apply(lead, { files: web(), selector: { role: 'web' }, batchSize: 2 }), 'done')
    const { pid } = b.service('web')
    const undone = await over(lead, await apply(lead, { files: web('false', never), canary: '1' }), 'undone')
    expect(undone.steps.map((step) => [step.host, step.state])).toEqual([
      ['a', 'undone'],
      ['b', 'skipped'],
    ])
    expect(undone.text).toBe('What was changed is as it was')
    const turns = await lead.core.events.list({ limit: 20, kind: 'rollout.changed' })
    expect(turns[0]?.text).toMatch(/a: web is failed, not healthy/)
    await a.running('web')
    expect(readFileSync(fleetFile(a), 'utf8')).toContain('sleep 1000')
    expect(b.service('web').pid).toBe(pid)
    expect(await lead.core.fleet.bundles.get('edge')).toMatchObject({ revision: 1, rollout: null })
    await isApplied(a, 1)
  })

  it('that is broken, or in the way of a service of the host, changes nothing and says where', async () => {
    const lead = await host('lead', 'desk')
    const a = await host('a')
    const own = await host('own', 'own', service('web', 'sleep 3000'))
    await own.running('web')
    await sees(lead, 'a', 'own')
    const files = { 'web.hcl': 'service "web" {\n  comand = "sleep 1"\n}\n' }
    const broken = await over(lead, await apply(lead, { files, selector: { role: 'web' } }), 'undone')
    expect(broken.steps[0]?.changed).toEqual(['edge'])
    const events = await a.core.events.list({ limit: 20, kind: 'config.invalid' })
    expect(events[0]?.text).toMatch(/fleet\.d\/edge\.web\.hcl:2:3: /)
    expect(hasService(a)).toBe(false)
    const { pid } = own.service('web')
    const conflict = await lead.core.fleet.bundles.plan(change({ files: web(), selector: { role: 'own' } }), mira)
    const meant = conflict.hosts.find((one) => one.host === 'own')
    expect(meant?.diagnostics[0]).toMatchObject({ file: 'fleet.d/edge.web.hcl', line: 1, column: 9 })
    expect(meant?.diagnostics[0]?.message).toMatch(/this host has one of its own, in .*main\.hcl:\d+:\d+/)
    await over(lead, await apply(lead, { files: web(), selector: { role: 'own' } }), 'undone')
    expect(own.service('web').pid).toBe(pid)
  })

  it('that was changed by hand is shown with what differs, and is written over by the next', async () => {
    const lead = await host('lead', 'desk')
    const a = await host('a')
    await sees(lead, 'a')
    await over(lead, await apply(lead, { files: web(), selector: { role: 'web' } }), 'done')
    writeFileSync(fleetFile(a), service('web', 'sleep 1234'))
    await a.core.config.reload(mira)
    await a.eventually(
      () => applied(a)?.state === 'drifted',
      () => JSON.stringify(applied(a)),
    )
    expect(applied(a)?.text).toBe('Changed on this host by hand: web.hcl.')
    await expect
      .poll(async () => (await lead.core.fleet.bundles.get('edge')).hosts.map((one) => one.state), { timeout: 20_000 })
      .toEqual(['drifted'])
    await over(lead, await apply(lead, { revision: 1 }), 'done')
    expect(readFileSync(fleetFile(a), 'utf8')).toContain('sleep 1000')
    await isApplied(a, 2)
    writeFileSync(fleetFile(a), service('web', 'sleep 1234'))
    const plan = await lead.core.fleet.bundles.plan(change({ files: web('sleep 4321') }), mira)
    expect(plan.hosts[0]?.drift).toEqual([
      { file: 'web.hcl', fleet: service('web', 'sleep 1000'), host: service('web', 'sleep 1234') },
    ])
    await over(lead, await apply(lead, { files: web('sleep 4321') }), 'done')
    expect(readFileSync(fleetFile(a), 'utf8')).toContain('sleep 4321')
  })

  it('runs on when the server is away or has lost its store, and over a start of the agent', async () => {
    const lead = await host('lead', 'desk')
    const a = await host('a')
    await sees(lead, 'a')
    await over(lead, await apply(lead, { files: web(), selector: { role: 'web' } }), 'done')
    const { pid } = a.service('web')
    await server().end()
    await a.end('keep')
    await a.begin()
    await isApplied(a, 1)
    expect(a.service('web').pid).toBe(pid)
    rmSync(server().storeDir, { recursive: true })
    await server().begin()
    await sees(lead, 'a')
    await a.eventually(
      () => applied(a)?.text.includes('has no bundles'),
      () => JSON.stringify(applied(a)),
    )
    expect(a.service('web').pid).toBe(pid)
    await over(lead, await apply(lead, { files: web('sleep 2000'), selector: { role: 'web' } }), 'done')
    await isApplied(a, 2)
  })

  it('is not taken by a host that does not allow it', async () => {
    const lead = await host('lead', 'desk')
    const a = await host('a', 'web', '', '')
    await sees(lead, 'a')
    const plan = apply(lead, { files: web(), selector: { role: 'web' } })
    const done = await over(lead, await plan, 'done')
    expect(done.steps[0]).toMatchObject({ host: 'a', state: 'skipped', text: expect.stringContaining('configure') })
    await a.eventually(
      () => applied(a)?.state === 'failed',
      () => JSON.stringify(applied(a)),
    )
    expect(applied(a)?.text).toContain('allow_remote')
    expect(hasService(a)).toBe(false)
  })
})

describe('a rollout of a bundle', () => {
  it('goes on where it was when the agent that leads it was killed, and when the server was away meanwhile', async () => {
    const lead = await host('lead', 'desk')
    const ready = join(lead.folder, 'ready')
    const slow = `health_check {\n    command = "test -f ${ready}"\n    interval = "100ms"\n    timeout = "10s"\n  }`
    const [a, b] = [await host('a'), await host('b')]
    await sees(lead, 'a', 'b')
    await lead.end()
    const killed = spawn(
      process.execPath,
      [distPath('cli.js'), 'agent', '--config', lead.file, '--data-dir', lead.dataDir, '--port', '0'],
      { stdio: 'ignore' },
    )
    const isGone = once(killed, 'exit')
    const begin = () => ask(lead, { files: web('sleep 1000', slow), selector: { role: 'web' }, timeoutMs: 60_000 })
    try {
      // As soon as it sees both: then it knows of two steps.
      await expect.poll(begin, { timeout: 60_000 }).toBe('a, b')
      await a.eventually(() => hasService(a) && a.service('web').state === 'running')
    } finally {
      killed.kill('SIGKILL')
      await isGone
    }
    expect(hasService(b)).toBe(false)
    await server().end()
    await lead.begin()
    writeFileSync(ready, '')
    await server().begin()
    const [rollout] = lead.core.fleet.rollouts.list()
    if (!rollout) throw new Error('the rollout is forgotten')
    const done = await over(lead, rollout, 'done')
    expect(done.steps.map(({ host: name, state }) => [name, state])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ])
    expect(b.service('web').state).toBe('running')
    await expect
      .poll(() => lead.core.fleet.bundles.get('edge').catch(String), { timeout: 20_000 })
      .toMatchObject({ revision: 1, rollout: null })
  })
})

/** Begins a change through the agent of another process, as soon as it sees two hosts; they are the answer. */
async function ask(place: Place, more: Partial<NewBundle>): Promise<string> {
  const url = readAgentFile(place.dataDir)?.url
  if (url === undefined) return 'it has not begun'
  const token = readFileSync(join(place.dataDir, 'token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const post = async (path: string): Promise<{ hosts?: { host: string }[]; steps?: { host: string }[] }> => {
    const body = JSON.stringify({ name: 'edge', ...more })
    const answer = await fetch(`${url}/api/v1/fleet/bundles/edge/${path}`, { method: 'POST', headers, body }).catch(
      () => null,
    )
    return answer?.ok ? ((await answer.json()) as object) : {}
  }
  const { hosts = [] } = await post('plan')
  if (hosts.length < 2) return `${hosts.length} hosts`
  const { steps = [] } = await post('apply')
  return steps.map(({ host: name }) => name).join(', ')
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { FarAgent } from './fixtures/faragent.ts'
import { hxe, type Ran, type TestWorld, testWorld } from './fixtures/world.ts'

// What draws a problem is loaded when there is one, which takes long on a machine that is busy.
beforeAll(() => import('../config/index.ts'), 60_000)

let far: FarAgent
let world: TestWorld
let folder: string
beforeEach(async () => {
  far = await new FarAgent().start()
  world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token })
  folder = mkdtempSync(join(tmpdir(), 'hxe-bundle-'))
  writeFileSync(join(folder, 'web.hcl'), 'service "web" {}\n')
  writeFileSync(join(folder, 'notes.txt'), 'not taken')
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await far.stop()
})
const run = (...argv: string[]): Promise<Ran> => hxe(argv, world)
const files = { 'web.hcl': 'service "web" {}\n' }

const onHost = (more: object) => ({
  host: 'atlas',
  hostId: 'A',
  isMeant: true,
  leftOut: null,
  revision: 1,
  actions: [{ service: 'web', action: 'restart', because: ['command: a → b'] }],
  diagnostics: [],
  drift: [],
  ...more,
})
const plan = (...hosts: object[]) => ({ name: 'edge', revision: 2, previous: 1, selector: { role: 'web' }, hosts })

it('the plan of each host is shown, with what was changed by hand, and nothing is done without --yes', async () => {
  const drift = [{ file: 'web.hcl', fleet: 'a\n', host: 'b\n' }]
  far.on('POST /fleet/bundles/edge/plan', () =>
    plan(onHost({ drift }), onHost({ host: 'borea', actions: [], leftOut: 'It has not been reached since noon' })),
  )
  const { stdout, stderr, exitCode } = await run(
    'fleet',
    'apply',
    folder,
    '--name',
    'edge',
    '--selector',
    'env=prod,role=web',
  )
  expect(stdout).toContain('edge: revision 2, after 1, on 2 hosts\n\natlas\n↻ restart  web  command: a → b\n')
  expect(stdout).toContain('-a\n+b\n')
  expect(stderr).toContain('It has not been reached since noon')
  expect(stderr).toContain('The same with --yes does it.')
  expect(exitCode).toBe(0)
  expect(far.requests.map(({ path, body }) => [path, body])).toEqual([
    ['/fleet/bundles/edge/plan', { name: 'edge', files, selector: { env: 'prod', role: 'web' } }],
  ])
})

it('with --yes it is rolled out, and told of until it is over', async () => {
  far.on('POST /fleet/bundles/edge/plan', () => plan(onHost({})))
  far.on('POST /fleet/bundles/edge/apply', () => ({
    id: 'r1',
    request: { verb: 'apply', services: {}, bundle: { name: 'edge', revision: 2 } },
    state: 'undone',
    text: 'What was changed is as it was',
    endedAt: '2026-03-01T12:00:00.000Z',
    steps: [{ host: 'atlas', state: 'undone', text: 'web has failed' }],
  }))
  const argv = 'fleet apply edge --to 1 --canary atlas --batch 5 --pause 30s --yes'.split(' ')
  const { stdout, stderr, exitCode } = await run(...argv)
  expect(stdout).toContain('Rollout r1: atlas\n  atlas  undone  web has failed\n')
  expect(stderr).toContain('The rollout is undone. What was changed is as it was')
  expect(exitCode).toBe(1)
  expect(far.requests.at(-1)?.body).toEqual({
    name: 'edge',
    revision: 1,
    canary: 'atlas',
    batchSize: 5,
    pauseMs: 30_000,
  })
})

it('what does not fit on a host is told at its place, and nothing is done', async () => {
  const wrong = {
    severity: 'error',
    code: 'fleet-conflict',
    file: 'fleet.d/edge.web.hcl',
    line: 1,
    column: 9,
    endLine: 1,
    endColumn: 14,
    message: 'The service "web" is there already.',
  }
  far.on('POST /fleet/bundles/edge/plan', () => plan(onHost({ actions: [], diagnostics: [wrong] })))
  const { stderr, exitCode } = await run('fleet', 'apply', folder, '--name', 'edge', '--all', '--yes')
  expect(stderr).toContain('fleet.d/edge.web.hcl:1:9')
  expect(stderr).toContain('Nothing was changed: it does not fit on atlas.')
  expect(exitCode).toBe(2)
  expect(far.requests).toHaveLength(1)
})

it('a folder without files, and no folder at all, are refused before anything is sent', async () => {
  expect((await run('fleet', 'apply')).exitCode).toBe(2)
  expect((await run('fleet', 'apply', join(folder, 'none'), '--all')).stderr).toContain('has no file that ends in .hcl')
  expect(far.requests).toEqual([])
})

it('the state of the fleet says of each host what it should run, what it runs, and why', async () => {
  const at = '2026-03-01T12:00:00.000Z'
  const calls = { open: 0, done: 0, retried: 0, failed: 0, refused: 0 }
  far.on('GET /fleet', () => ({
    state: 'connected',
    since: at,
    servers: ['nats://n'],
    server: 'n',
    serverVersion: null,
    clusterName: null,
    rttMs: null,
    unprotected: false,
    problem: null,
    warnings: [],
    calls,
  }))
  far.on('GET /fleet/rollouts', () => ({ items: [] }))
  far.on('GET /fleet/bundles', () => ({
    items: [
      {
        name: 'edge',
        revision: 2,
        releases: [{ revision: 2, time: at, author: 'mira', message: 'more workers', selector: { role: 'web' } }],
        rollout: null,
        hosts: [
          {
            host: 'atlas',
            hostId: 'A',
            isAway: false,
            revision: 2,
            wanted: 2,
            state: 'drifted',
            text: 'Changed on this host by hand: web.hcl.',
          },
        ],
      },
    ],
  }))
  const { stdout } = await run('fleet', 'status')
  expect(stdout).toContain('edge  revision 2  role=web  by mira  more workers\n')
  expect(stdout).toMatch(/atlas +2 +2 +drifted +Changed on this host by hand: web\.hcl\./)
})
